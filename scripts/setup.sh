#!/bin/sh
# Makes a checkout runnable: Debian packages, npm packages, native parts. Does only what is missing.
#   sh scripts/setup.sh [--test]     --test adds what only the tests need
set -eu
cd "$(dirname "$0")/.."

main() {
  marks='run|build|window'
  [ "${1:-}" = --test ] && marks="$marks|test"
  mkdir -p build/log build/stamps
  # One set-up at a time: two would build into the same folders.
  exec 9>build/setup.lock
  flock 9
  began=$(date +%s)
  check_system
  install_debian_packages
  install_npm_packages
  PATH="$PWD/node_modules/.bin:$PATH"
  build_native
  echo "Set-up is complete ($(($(date +%s) - began)) s)"
}

check_system() {
  os='another system'
  # shellcheck source=/dev/null
  [ -r /etc/os-release ] && os=$(. /etc/os-release && echo "$ID ${VERSION_ID:-unstable}")
  case "$os/$(uname -m)" in
    'debian 12/x86_64' | 'debian 12/aarch64' | 'debian 13/x86_64' | 'debian 13/aarch64') ;;
    *) note "This is $os on $(uname -m); tested are Debian 12 and 13 on amd64 and arm64" ;;
  esac
  command -v npm >/dev/null ||
    stop "npm is not installed" "install Node.js 20 or newer (https://nodejs.org)"
  version=$(node -p process.versions.node 2>/dev/null) || version=0
  [ "${version%%.*}" -ge 20 ] ||
    stop "Node.js is $version, 20 or newer is needed" "install it (https://nodejs.org)"
}

install_debian_packages() {
  wanted=$(awk -v marks="^($marks)\$" '!/^#/ && $2 ~ marks { print $1 }' scripts/setup/packages.txt)
  if ! command -v dpkg-query >/dev/null; then
    check_tools
    return
  fi
  # shellcheck disable=SC2086
  have=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null |
    sed -n 's/ installed$//p') || true
  missing=$(for name in $wanted; do echo "$have" | grep -qx "$name" || printf ' %s' "$name"; done)
  [ -z "$missing" ] && return
  command="apt-get install --yes --no-install-recommends$missing"
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null ||
    stop "Debian packages are missing, and this user may not install them" \
      "run as root:  apt-get update && $command"
  step 'Debian packages' debian apt_install
}

# Lists may be old or not there at all, then the first try fails fast.
apt_install() {
  # shellcheck disable=SC2086
  as_root $command || { as_root apt-get update && as_root $command; }
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    DEBIAN_FRONTEND=noninteractive "$@"
  else
    sudo -n DEBIAN_FRONTEND=noninteractive "$@"
  fi
}

# Not Debian: whoever has the tools under other names of packages goes on.
check_tools() {
  absent=
  for tool in mosquitto ffmpeg espeak-ng cc g++ cmake ninja pkg-config; do
    command -v "$tool" >/dev/null || absent="$absent $tool"
  done
  [ -z "$absent" ] || stop "programs are missing:$absent" \
    "install what scripts/setup/packages.txt lists, by the names this system has for it"
}

install_npm_packages() {
  digest=$(cat package-lock.json .npmrc | sha256sum)
  stamp=node_modules/.frontdesk-stamp
  if [ "$digest" != "$(cat $stamp 2>/dev/null)" ] || [ ! -x node_modules/.bin/node ]; then
    step 'npm packages' npm npm_install
    echo "$digest" >$stamp
  fi
}

# Install scripts are off (.npmrc); the one that fetches the pinned Node is the one that must run.
npm_install() {
  npm ci --no-progress && npm rebuild node --ignore-scripts=false && node_modules/.bin/node --version
}

# Prints a line for each piece that it makes.
build_native() {
  NODE_USE_ENV_PROXY=1 node scripts/native/build.ts ||
    stop 'the native parts were not built' 'see above and build/log; then: npm run setup'
}

# step NAME LOG COMMAND: runs it with its output in build/log, and says how long it took.
step() {
  printf '  %-28s' "$1"
  started=$(date +%s)
  if "$3" >"build/log/$2.log" 2>&1; then
    printf '%4d s\n' $(($(date +%s) - started))
  else
    echo ' failed'
    tail -n 20 "build/log/$2.log" >&2
    stop "$1 were not installed" "see above and build/log/$2.log; then: npm run setup"
  fi
}

note() {
  echo "Note: $1" >&2
}

stop() {
  printf 'Cannot set up: %s\nNext: %s\n' "$1" "$2" >&2
  exit 1
}

main "$@"
