#!/bin/sh
# The test's hand inside the machine: runs each line that comes through the port as root, answers
# with its output, and ends the answer with a line that tells the exit status.
port=/dev/virtio-ports/control
exec 3<>"$port"
# Nobody at the other end reads as an end of file; the port stays open, for what is sent to a closed
# one is lost.
while :; do
  read -r line <&3 || {
    sleep 0.2
    continue
  }
  output=$(sh -c "$line" 2>&1 </dev/null 3<&-)
  printf '%s\n-- ended: %d\n' "$output" "$?" >&3
done
