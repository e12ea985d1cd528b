# SPDX-License-Identifier: GPL-3.0-or-later
# fish completion for envoictl

function __envoictl_accounts
    envoictl account list --json 2>/dev/null | string match -rg '"email" *: *"([^"]*)"'
end

function __envoictl_letters
    envoictl outbox list --json 2>/dev/null | string match -rg '"id" *: *"([^"]*)"'
end

# Whether the first words, without the program's name, are these.
function __envoictl_in
    set -l words (commandline -opc)
    set -l end (math (count $argv) + 1)
    test (count $words) -ge $end; and test "$words[2..$end]" = "$argv"
end

# Whether just these words were typed.
function __envoictl_after
    set -l words (commandline -opc)
    test (count $words) -eq (math (count $argv) + 1); and __envoictl_in $argv
end

complete -c envoictl -f
complete -c envoictl -n __fish_use_subcommand -a 'account send outbox audit credential practice'
complete -c envoictl -n __fish_use_subcommand -l help
complete -c envoictl -n __fish_use_subcommand -l version
complete -c envoictl -n '__envoictl_after account' -a 'add find list show check pin on off export import remove sign-in'
complete -c envoictl -n '__envoictl_after outbox' -a 'list show retry cancel flush'
complete -c envoictl -n '__envoictl_after credential' -a 'get store erase'

for command in show check pin on off remove sign-in
    complete -c envoictl -n "__envoictl_after account $command" -a '(__envoictl_accounts)'
end
for command in export import
    complete -c envoictl -n "__envoictl_after account $command" -F
end
for command in show retry cancel
    complete -c envoictl -n "__envoictl_after outbox $command" -a '(__envoictl_letters)'
end

for option in email name host port user pin oauth letters-per-hour
    complete -c envoictl -n '__envoictl_in account add' -l $option -x
end
complete -c envoictl -n '__envoictl_in account add' -l security -x -a 'tls starttls'
complete -c envoictl -n '__envoictl_in account add' -l auth -x \
    -a 'auto plain login cram-md5 scram-sha-256 xoauth2 oauthbearer'
complete -c envoictl -n '__envoictl_in account add' -l ca-file -r -F

complete -c envoictl -n '__envoictl_in account pin' -l key -x
complete -c envoictl -n '__envoictl_in account pin' -l remove
complete -c envoictl -n '__envoictl_in account sign-in' -l device

for option in from to cc bcc subject header at
    complete -c envoictl -n '__envoictl_in send' -l $option -x
end
for option in text html attach eml
    complete -c envoictl -n '__envoictl_in send' -l $option -r -F
end
complete -c envoictl -n '__envoictl_in send' -l account -x -a '(__envoictl_accounts)'
complete -c envoictl -n '__envoictl_in send' -l all-or-nothing
complete -c envoictl -n '__envoictl_in send' -l wait
complete -c envoictl -n '__envoictl_in send' -l batch
complete -c envoictl -n '__envoictl_in outbox list' -l search -x
complete -c envoictl -n '__envoictl_in outbox retry' -l in-parts
complete -c envoictl -n '__envoictl_in audit' -l mask

for place in 'account add' 'account check' 'account sign-in' send 'outbox retry' 'outbox flush'
    complete -c envoictl -n "__envoictl_in $place" -l secret-stdin
end
for command in account outbox send practice
    complete -c envoictl -n "__envoictl_in $command" -l json
end
