#!/bin/sh
# The test's hand inside the machine: runs each line that comes through the port as root, answers
# with its output, and ends the answer with a line that tells the exit status.
port=/dev/virtio-ports/control
exec 3<>"$port"
while read -r line <&3; do
  output=$(sh -c "$line" 2>&1 </dev/null 3<&-)
  printf '%s\n-- ended: %d\n' "$output" "$?" >&3
done
