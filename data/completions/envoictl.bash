# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for envoictl

_envoictl_accounts() {
  envoictl account list --json 2>/dev/null |
    sed -n 's/.*"email" *: *"\([^"]*\)".*/\1/p'
}

_envoictl() {
  local current=${COMP_WORDS[COMP_CWORD]}
  local previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command="${COMP_WORDS[1]:-} ${COMP_WORDS[2]:-}"
  local words=

  case $previous in
    --text | --html | --attach | --eml | --ca-file)
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return
      ;;
    --security) words='tls starttls' ;;
    --auth) words='auto plain login cram-md5 scram-sha-256 xoauth2 oauthbearer' ;;
    --account | show | check | remove | sign-in) words=$(_envoictl_accounts) ;;
  esac

  if [ -z "$words" ]; then
    case $COMP_CWORD:$command in
      1:*) words='account send outbox practice --help --version' ;;
      2:account*) words='add find list show check remove sign-in' ;;
      2:outbox*) words='list show retry cancel flush' ;;
      *:account\ add) words='--email --name --host --port --security --auth --user --secret-stdin --ca-file --oauth' ;;
      *:send*) words='--account --to --cc --bcc --subject --text --html --attach --header --at --wait --json --eml' ;;
      *) words='--json' ;;
    esac
  fi

  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _envoictl envoictl
