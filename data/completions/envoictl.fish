# SPDX-License-Identifier: GPL-3.0-or-later
# fish completion for envoictl

function __envoictl_accounts
    envoictl account list --json 2>/dev/null | string match -rg '"email" *: *"([^"]*)"'
end

complete -c envoictl -f
complete -c envoictl -n __fish_use_subcommand -a 'account send outbox practice'
complete -c envoictl -n '__fish_seen_subcommand_from account' -a 'add find list show check remove sign-in'
complete -c envoictl -n '__fish_seen_subcommand_from outbox' -a 'list show retry cancel flush'
complete -c envoictl -n '__fish_seen_subcommand_from show check remove sign-in' -a '(__envoictl_accounts)'
complete -c envoictl -n '__fish_seen_subcommand_from add' -l email -x
complete -c envoictl -n '__fish_seen_subcommand_from add' -l name -x
complete -c envoictl -n '__fish_seen_subcommand_from add' -l host -x
complete -c envoictl -n '__fish_seen_subcommand_from add' -l port -x
complete -c envoictl -n '__fish_seen_subcommand_from add' -l security -x -a 'tls starttls'
complete -c envoictl -n '__fish_seen_subcommand_from add' -l auth -x \
    -a 'auto plain login cram-md5 scram-sha-256 xoauth2 oauthbearer'
complete -c envoictl -n '__fish_seen_subcommand_from add' -l secret-stdin
complete -c envoictl -n '__fish_seen_subcommand_from add' -l ca-file -r -F
for option in to cc bcc subject header at
    complete -c envoictl -n '__fish_seen_subcommand_from send' -l $option -x
end
for option in text html attach eml
    complete -c envoictl -n '__fish_seen_subcommand_from send' -l $option -r -F
end
complete -c envoictl -n '__fish_seen_subcommand_from send' -l account -x -a '(__envoictl_accounts)'
complete -c envoictl -n '__fish_seen_subcommand_from send' -l wait
complete -c envoictl -l json
