#!/bin/sh
# A minimal arm64 Debian as a tar archive, and beside it the kernel that boots it.
#   sh scripts/device/root.sh FOLDER      writes FOLDER/root.tar and FOLDER/vmlinuz
# Needs root, for it runs arm64 programs in a chroot (mmdebstrap, arch-test, qemu-user-static).
set -eu
folder=$(readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")
suite=bookworm
# The last lines are what the package depends on, so that it installs without a network; Mesa is
# what it uses where it is there.
packages=systemd,systemd-sysv,udev,kmod,iproute2,procps,alsa-utils,\
libgbm1,libegl1,libgles2,libgl1-mesa-dri,\
adduser,libasound2,libstdc++6,libdrm2,espeak-ng-data,libespeak-ng1,\
fonts-open-sans,fonts-droid-fallback,fonts-nanum

main() {
  mkdir -p "$folder"
  register_arm64
  rm -rf "$folder/kernel" "$folder/root.tar.part"
  sources >"$folder/sources.list"
  mmdebstrap --mode=root --format=tar --architectures=arm64 --variant=minbase --include="$packages" \
    --aptopt='Apt::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --customize-hook="sh $here/kernel.sh $folder \"\$1\"" \
    "$suite" "$folder/root.tar.part" "$folder/sources.list"
  mv "$folder/root.tar.part" "$folder/root.tar"
}

# The kernel runs arm64 programs through qemu; flag F: the interpreter is opened now, so that it is
# there in a chroot too.
register_arm64() {
  table=/proc/sys/fs/binfmt_misc
  [ -e $table/register ] || mount -t binfmt_misc none $table
  [ -e $table/qemu-aarch64 ] && return
  magic='\x7f\x45\x4c\x46\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
  mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
  printf '%s' ":qemu-aarch64:M::$magic:$mask:/usr/bin/qemu-aarch64-static:F" >$table/register
}

# Debian from where the apt of this machine takes it.
sources() {
  # shellcheck disable=SC2016
  apt-get indextargets --no-release-info --format '$(SITE)' 'Created-By: Packages' | sort -u |
    while read -r site; do
      case $site in
        */debian-security) echo "deb $site $suite-security main" ;;
        */debian) echo "deb $site $suite main" ;;
      esac
    done
}

main
