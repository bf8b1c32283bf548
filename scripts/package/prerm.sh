#!/bin/sh
set -e
# $1: remove, upgrade, deconfigure. Over an upgrade the greeter stays until the new one takes over.

if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  deb-systemd-invoke stop frontdesk-clean.timer frontdesk.service >/dev/null || true
fi
