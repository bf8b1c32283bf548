#!/bin/sh
# Installs, upgrades, downgrades, removes and purges the package in a Debian root, and looks after
# each step at what is there and what is not.
#   sh scripts/package/try.sh ROOT PACKAGE      ROOT: a folder to chroot into; it is changed
# Needs root, and in ROOT an apt that finds the packages ours depends on.
set -eu
# In a mount space of its own, so that /proc and /dev of the root vanish with this script.
[ "${TRY_APART:-}" = yes ] || exec env TRY_APART=yes unshare --mount sh "$0" "$@"
root=$(readlink -f "$1")
package=$(readlink -f "$2")

main() {
  prepare
  mark "install $version"
  inside apt-get install -qq --yes --no-install-recommends "/tmp/frontdesk.deb" </dev/null
  expect_installed "$version"
  expect_runs

  mark "upgrade to $version+next"
  echo '{ "device": "mine", "display": { "driver": "memory" } }' >"$root/etc/frontdesk/config.json"
  mkdir -p "$root/var/lib/frontdesk"
  echo kept >"$root/var/lib/frontdesk/state"
  inside dpkg --install /tmp/frontdesk-next.deb
  expect_installed "$version+next"
  expect "the site's configuration is kept" grep -q mine "$root/etc/frontdesk/config.json"
  expect "the state is kept" test -f "$root/var/lib/frontdesk/state"

  mark "downgrade to $version"
  inside dpkg --install --force-downgrade /tmp/frontdesk.deb
  expect_installed "$version"
  expect "the state is kept" test -f "$root/var/lib/frontdesk/state"

  mark remove
  inside dpkg --remove frontdesk
  expect "no program is left" test ! -e "$root/usr/lib/frontdesk" -a ! -e "$root/usr/bin/frontdesk"
  expect "the configuration is kept" grep -q mine "$root/etc/frontdesk/config.json"
  expect "the state is kept" test -f "$root/var/lib/frontdesk/state"

  mark "install once more"
  inside dpkg --install /tmp/frontdesk.deb
  expect_installed "$version"

  mark purge
  inside dpkg --purge frontdesk
  left=$(find "$root/etc" "$root/usr" "$root/var/lib" "$root/var/cache" -xdev -name '*frontdesk*' \
    -not -path "$root/var/lib/apt/*" -not -path "$root/var/cache/apt/*")
  expect "nothing of its name is left: $left" test -z "$left"
  echo "All steps hold"
}

prepare() {
  mount -t proc proc "$root/proc"
  mount --rbind --make-rslave /dev "$root/dev"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  version=$(dpkg-deb --field "$package" Version)
  cp "$package" "$root/tmp/frontdesk.deb"
  work=$(mktemp -d)
  dpkg-deb --raw-extract "$package" "$work/tree"
  sed -i "s/^Version: .*/&+next/" "$work/tree/DEBIAN/control"
  dpkg-deb --root-owner-group -Znone --build "$work/tree" "$root/tmp/frontdesk-next.deb" >/dev/null
  rm -rf "$work"
}

expect_installed() {
  # shellcheck disable=SC2016
  expect "dpkg has $1" test "$(inside dpkg-query -W -f '${Version} ${db:Status-Status}' frontdesk)" \
    = "$1 installed"
  expect "its files are as they came" test -z "$(inside dpkg --verify frontdesk | grep -v ' c /')"
  expect "its user is there" inside id -u frontdesk
  expect "the unit starts with the board" \
    test -L "$root/etc/systemd/system/multi-user.target.wants/frontdesk.service"
}

# As its own user, to a picture in memory; the broker need not be there.
expect_runs() {
  expect "the command line answers" inside frontdesk --version
  expect "the daemon shows pictures" inside sh -c 'cd / && setpriv --reuid frontdesk --regid \
    frontdesk --clear-groups frontdesk run --display memory --audio silent --tier 360p --seconds 6 \
    --state /tmp/state --log info'
}

inside() {
  chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"
}

expect() {
  what=$1
  shift
  if "$@" >/tmp/try-output 2>&1; then
    echo "  holds  $what"
  else
    echo "  FAILS  $what"
    cat /tmp/try-output >&2
    exit 1
  fi
}

mark() {
  echo "== $*"
}

main
