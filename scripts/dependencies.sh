# Sourced by run and check: which packages there must be, and how they get here.
# The names are Debian's and Ubuntu's; README.md has those of dnf and pacman.

build_packages="
  build-essential ccache desktop-file-utils gettext gtk-update-icon-cache
  libglib2.0-bin meson ninja-build pkg-config
  libadwaita-1-dev libenchant-2-dev libgmime-3.0-dev libgnutls28-dev libgsasl-dev libgtk-4-dev
  libjson-glib-dev libportal-gtk4-dev libsecret-1-dev libsoup-3.0-dev
  libsqlite3-dev libwebkitgtk-6.0-dev libxml2-dev
"

# What a window needs beside the libraries: icons, certificates' trust, fonts.
runtime_packages="
  adwaita-icon-theme ca-certificates dbus fonts-noto-cjk glib-networking
  gsettings-desktop-schemas hunspell-en-us librsvg2-common
"

test_packages="
  appstream at-spi2-core bsd-mailx clang cppcheck dbus-x11 desktop-file-utils
  dovecot-core dovecot-submissiond evolution-data-server fish fonts-cantarell fonts-dejavu-core
  gir1.2-atspi-2.0 git git-email gnome-keyring gnutls-bin ibus ibus-gtk4
  ibus-libpinyin imagemagick
  libauthen-sasl-perl libclang-rt-14-dev libio-socket-ssl-perl libmime-tools-perl
  libnss-wrapper libsecret-tools mandoc mutt openbox openssl pmccabe postfix procps
  python3 python3-gi python3-pyatspi uncrustify x11-utils xclip xdg-desktop-portal
  xdg-desktop-portal-gtk xdg-utils xdotool xvfb zsh
"

# The judges of the letters come from npm. The sign-in tests have a real browser, the real accounts of GNOME, and an authorization
# server that runs on any Node.js from Debian 12's on: one that is there already, with its
# npm, stays.
test_packages="$test_packages chromium curl dovecot-imapd gnome-online-accounts"
command -v node >/dev/null || test_packages="$test_packages nodejs"
command -v npm >/dev/null || test_packages="$test_packages npm"

# The peers that scripts/bench measures beside Envoi, and a slow network for them.
bench_packages="
  curl iproute2 iptables libnet-ssleay-perl libnetfilter-queue-dev msmtp strace swaks
"

bench_compose_packages="
  claws-mail dbus evolution gnome-keyring imagemagick openbox procps python3-xlib
  thunderbird xdotool xvfb
"

# The Flatpak, the portals of a desktop, and what stands in for its runtimes.
flatpak_packages="
  debootstrap flatpak flatpak-builder xdg-desktop-portal xdg-desktop-portal-gtk
"

# The Debian package, its judge, and a Debian to install it in.
package_packages="debhelper debootstrap dpkg-dev fakeroot lintian"

say() {
  printf '\n=== %s\n' "$*" >&2
}

missing_packages() {
  for package in "$@"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || printf '%s ' "$package"
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# install_packages PACKAGE...: asks the package manager only when something is
# missing, so that a second run is quick and works offline.
install_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "No apt on this system: install the packages that README.md names for it."
    return 0
  fi

  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0

  say "Installing: $missing"
  as_root apt-get update
  # Postfix asks what it should be; the tests start private instances only.
  echo 'postfix postfix/main_mailer_type select No configuration' |
    as_root debconf-set-selections
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends $missing
}
