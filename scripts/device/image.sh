#!/bin/sh
# A disk image with the package installed, and the initrd that boots it.
#   sh scripts/device/image.sh FOLDER PACKAGE BROKER      FOLDER has root.tar and vmlinuz (root.sh)
# Writes FOLDER/disk.img and FOLDER/initrd. Needs root and arm64 programs (root.sh registers them).
set -eu
folder=$(readlink -f "$1")
package=$(readlink -f "$2")
broker=$3
here=$(dirname "$(readlink -f "$0")")
root=$folder/root

main() {
  rm -rf --one-file-system "$root"
  mkdir -p "$root"
  tar -C "$root" -xf "$folder/root.tar" --exclude='./dev/*'
  install_package
  configure
  make_initrd
  rm -f "$folder/disk.img"
  mke2fs -q -t ext4 -L root -d "$root" -E lazy_itable_init=1 "$folder/disk.img" 2G
  rm -rf --one-file-system "$root"
}

# With Debian's own dpkg, so that the package's scripts run as they would on a board.
install_package() {
  cp "$package" "$root/tmp/frontdesk.deb"
  chroot "$root" dpkg --install /tmp/frontdesk.deb
  rm "$root/tmp/frontdesk.deb"
}

configure() {
  cat >"$root/etc/frontdesk/config.json" <<EOC
{
  "device": "board",
  "broker": { "url": "$broker" },
  "avatar": { "tier": "360p", "governed": false },
  "display": { "driver": "drm" }
}
EOC
  # The emulated processor is some thirty times slower than a board's.
  mkdir -p "$root/etc/systemd/system/frontdesk.service.d"
  printf '[Service]\nWatchdogSec=180s\nTimeoutStopSec=60s\n' \
    >"$root/etc/systemd/system/frontdesk.service.d/emulated.conf"
  printf '[Match]\nName=eth*\n[Network]\nDHCP=yes\nIPv6AcceptRA=no\n' \
    >"$root/etc/systemd/network/20-wired.network"
  echo '/dev/vda / ext4 defaults,noatime 0 1' >"$root/etc/fstab"
  echo board >"$root/etc/hostname"
  : >"$root/etc/machine-id"
  install -m 0755 "$here/control.sh" "$root/usr/local/sbin/control"
  install -m 0644 "$here/control.service" "$root/etc/systemd/system/control.service"
  want "$root/etc/systemd/system/control.service"
  want "$root/usr/lib/systemd/system/systemd-networkd.service"
  # What a kiosk does not use and an emulated processor would spend seconds on.
  for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer \
    e2scrub_all.timer e2scrub_reap.service systemd-networkd-wait-online.service getty@tty1.service \
    systemd-hwdb-update.service systemd-binfmt.service systemd-pstore.service \
    modprobe@efi_pstore.service sys-kernel-debug.mount sys-kernel-tracing.mount; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
}

want() {
  mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
  ln -sf "${1#"$root"}" "$root/etc/systemd/system/multi-user.target.wants/"
}

make_initrd() {
  tree=$folder/initrd.tree
  rm -rf "$tree"
  mkdir -p "$tree/dev" "$tree/modules" "$tree/root"
  aarch64-linux-gnu-gcc -static -Os -s -Wall -Werror -o "$tree/init" "$here/init.c"
  release=$(ls "$root/lib/modules")
  number=10
  for module in virtio_pci virtio_blk crc32c_generic ext4; do
    modprobe -d "$root" -S "$release" --show-depends "$module"
  done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r file; do
    cp "$file" "$tree/modules/$number-$(basename "$file")"
    number=$((number + 1))
  done
  (cd "$tree" && find . | LC_ALL=C sort | cpio -o -H newc --quiet | gzip -9n) >"$folder/initrd"
  rm -rf "$tree"
}

main
