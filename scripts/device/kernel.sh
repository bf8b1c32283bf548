#!/bin/sh
# Unpacks Debian's arm64 kernel and its modules into a root that mmdebstrap makes; called as a hook,
# with mmdebstrap's apt configuration.
#   sh scripts/device/kernel.sh FOLDER ROOT      also writes FOLDER/vmlinuz
set -eu
folder=$1
root=$2
export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG"
mkdir -p "$folder/kernel"
cd "$folder/kernel"
# Fetched by the apt of this machine and unpacked here: no initramfs-tools, which under emulation
# would take longer than all the rest.
name=$(apt-cache depends linux-image-arm64 | awk '/Depends: linux-image/ { print $2; exit }')
apt-get download "$name"
# Not dpkg-deb --extract, which would put a folder where the link /lib is.
dpkg-deb --fsys-tarfile "$name"_*.deb | tar -C "$root" -x --keep-directory-symlink
depmod -b "$root" "$(ls "$root/lib/modules")"
cp "$root"/boot/vmlinuz-* "$folder/vmlinuz"
