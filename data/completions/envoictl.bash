# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for envoictl

_envoictl_accounts() {
  envoictl account list --json 2>/dev/null |
    sed -n 's/.*"email" *: *"\([^"]*\)".*/\1/p'
}

_envoictl_letters() {
  envoictl outbox list --json 2>/dev/null |
    sed -n 's/.*"id" *: *"\([^"]*\)".*/\1/p'
}

# What an option's value can be; fails for a word that takes none.
_envoictl_values() {
  case $1 in
    --text | --html | --attach | --eml | --ca-file) mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
    --security) mapfile -t COMPREPLY < <(compgen -W 'tls starttls' -- "$2") ;;
    --auth)
      mapfile -t COMPREPLY < <(
        compgen -W 'auto plain login cram-md5 scram-sha-256 xoauth2 oauthbearer' -- "$2"
      )
      ;;
    --account) mapfile -t COMPREPLY < <(compgen -W "$(_envoictl_accounts)" -- "$2") ;;
    --email | --name | --host | --port | --user | --oauth | --pin | --key) COMPREPLY=() ;;
    --from | --to | --cc | --bcc | --subject | --header | --at | --search) COMPREPLY=() ;;
    *) return 1 ;;
  esac
}

_envoictl() {
  local current=${COMP_WORDS[COMP_CWORD]}
  local words=

  _envoictl_values "${COMP_WORDS[COMP_CWORD - 1]}" "$current" && return

  if [ "$COMP_CWORD" = 1 ]; then
    words='account send outbox audit credential practice --help --version'
  else
    case "$COMP_CWORD:${COMP_WORDS[1]} ${COMP_WORDS[2]:-}" in
      2:account*) words='add find list show check pin on off export import remove sign-in' ;;
      2:outbox*) words='list show retry cancel flush' ;;
      2:credential*) words='get store erase' ;;
      *:account\ add)
        words='--email --name --host --port --security --auth --user --secret-stdin --ca-file --pin
               --oauth --letters-per-hour --json'
        ;;
      *:account\ pin) words="$(_envoictl_accounts) --key --remove --json" ;;
      *:account\ find) words='--json' ;;
      *:account\ export | *:account\ import)
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
      *:account\ list) words='--json' ;;
      *:account\ check) words="$(_envoictl_accounts) --secret-stdin --json" ;;
      *:account\ sign-in) words="$(_envoictl_accounts) --secret-stdin --device --json" ;;
      *:account*) words="$(_envoictl_accounts) --json" ;;
      *:send*)
        words='--account --from --to --cc --bcc --subject --text --html --attach --header --at --eml --batch --all-or-nothing
               --secret-stdin --wait --json'
        ;;
      *:outbox\ list) words='--search --json' ;;
      *:outbox\ flush) words='--secret-stdin --json' ;;
      *:outbox\ retry) words="$(_envoictl_letters) --secret-stdin --in-parts --json" ;;
      *:outbox*) words="$(_envoictl_letters) --json" ;;
      *:audit*) words='--mask' ;;
      *:practice*) words='--json' ;;
    esac
  fi

  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _envoictl envoictl
