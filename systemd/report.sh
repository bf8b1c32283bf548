#!/bin/sh
# Writes what is known of a unit's failure to a file in $STATE_DIRECTORY, and keeps the newest ten.
#   report.sh UNIT
set -eu
unit=$1
reports=$STATE_DIRECTORY
file=$reports/$(date -u +%Y%m%dT%H%M%SZ)-$unit.txt

section() {
  printf '\n== %s\n' "$*"
  "$@" 2>&1 || echo "(ended with status $?)"
}

{
  echo "Failure of $unit on $(uname -n)"
  section uname -a
  section uptime
  section systemctl show "$unit" --property=Result,ExecMainCode,ExecMainStatus,NRestarts,MemoryPeak
  section journalctl --unit="$unit" --lines=400 --no-pager --output=short-precise
  section free -m
  section df -h / /var/lib/frontdesk
  section ps -eo pid,rss,pcpu,stat,args --sort=-rss
  section ls -l /dev/dri /dev/snd
} >"$file.part"
sync "$file.part"
mv "$file.part" "$file"

# The names sort by time.
find "$reports" -name '*.txt' | sort -r | tail -n +11 | while read -r old; do
  rm -- "$old"
done
