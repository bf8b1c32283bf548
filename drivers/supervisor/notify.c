// SPDX-License-Identifier: Apache-2.0
/*
 * notify: passes each line of its input to systemd (drivers/supervisor/systemd.ts), as a datagram to
 * the socket that the argument names; '@' stands for the null byte of an abstract name (sd_notify(3)).
 * End of input ends the program; so does a message that cannot be sent, with the reason.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

static int give_up(const char *action, const char *path) {
  fprintf(stderr, "Cannot %s %s: %s\n", action, path, strerror(errno));
  return 1;
}

int main(int count, char **words) {
  const char *path = count > 1 ? words[1] : "";
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  errno = EINVAL;
  if (length < 2 || length >= sizeof address.sun_path) return give_up("notify", path);
  memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = '\0';
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return give_up("open a socket for", path);
  char line[256];
  while (fgets(line, sizeof line, stdin)) {
    size_t bytes = strcspn(line, "\n");
    if (sendto(fd, line, bytes, MSG_NOSIGNAL, (struct sockaddr *)&address, size) < 0) {
      return give_up("notify", path);
    }
  }
  return 0;
}
