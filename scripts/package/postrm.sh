#!/bin/sh
set -e
# $1: remove, purge, upgrade, ... The user stays, as is Debian's custom: files may be its own.

if [ "$1" = remove ] || [ "$1" = purge ]; then
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
  fi
fi
if [ "$1" = purge ]; then
  if command -v deb-systemd-helper >/dev/null; then
    for unit in frontdesk.service frontdesk-clean.timer; do
      deb-systemd-helper purge "$unit" >/dev/null || true
      deb-systemd-helper unmask "$unit" >/dev/null || true
    done
  fi
  rm -rf /var/lib/frontdesk /var/cache/frontdesk /run/frontdesk
  rmdir --ignore-fail-on-non-empty /etc/frontdesk 2>/dev/null || true
fi
