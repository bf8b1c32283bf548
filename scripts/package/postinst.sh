#!/bin/sh
set -e
# $1: configure, abort-upgrade, abort-remove; $2: the version configured before, if any.

case "$1" in configure | abort-upgrade | abort-deconfigure | abort-remove) ;; *) exit 0 ;; esac

systemd-sysusers frontdesk.conf
# Fails in a chroot without /proc, where the service makes its folders itself when it starts.
systemd-tmpfiles --create frontdesk.conf || true
# Secrets of the site may stand beside the configuration.
chown root:frontdesk /etc/frontdesk /etc/frontdesk/config.json
chmod 0640 /etc/frontdesk/config.json
for unit in frontdesk.service frontdesk-clean.timer; do
  deb-systemd-helper unmask "$unit" >/dev/null || true
  if deb-systemd-helper --quiet was-enabled "$unit"; then
    deb-systemd-helper enable "$unit" >/dev/null || true
  else
    deb-systemd-helper update-state "$unit" >/dev/null || true
  fi
done
if [ -d /run/systemd/system ]; then
  udevadm control --reload || true
  systemctl --system daemon-reload >/dev/null || true
  deb-systemd-invoke start frontdesk-clean.timer >/dev/null || true
  if [ -n "$2" ]; then
    deb-systemd-invoke restart frontdesk.service >/dev/null || true
  else
    deb-systemd-invoke start frontdesk.service >/dev/null || true
  fi
fi
