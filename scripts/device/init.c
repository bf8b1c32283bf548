// SPDX-License-Identifier: Apache-2.0
/*
 * The whole initrd of the emulated machine: loads /modules in the order of their names, mounts the
 * disk, and becomes the init on it. Debian's own would take twenty seconds more under emulation.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DISK_WAIT_MS_MAX = 10000, LOOK_MS = 10 };

static int by_name(const struct dirent **one, const struct dirent **other) {
  return strcmp((*one)->d_name, (*other)->d_name);
}

static void load_modules(void) {
  struct dirent **list;
  int count = scandir("/modules", &list, NULL, by_name);
  for (int at = 0; at < count; at++) {
    if (list[at]->d_name[0] == '.') continue;
    char path[512];
    snprintf(path, sizeof path, "/modules/%s", list[at]->d_name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (syscall(SYS_finit_module, file, "", 0) != 0) perror(path);
    close(file);
  }
}

int main(void) {
  mount("dev", "/dev", "devtmpfs", 0, "");
  int console = open("/dev/console", O_RDWR);
  for (int standard = 0; standard <= 2; standard++) dup2(console, standard);
  load_modules();
  for (int waited = 0; access("/dev/vda", F_OK) != 0 && waited < DISK_WAIT_MS_MAX;) {
    usleep(LOOK_MS * 1000);
    waited += LOOK_MS;
  }
  if (mount("/dev/vda", "/root", "ext4", MS_NOATIME, "") != 0) perror("mount /dev/vda");
  mount("/dev", "/root/dev", NULL, MS_MOVE, NULL);
  if (chdir("/root") != 0 || mount(".", "/", NULL, MS_MOVE, NULL) != 0) perror("move root");
  if (chroot(".") != 0 || chdir("/") != 0) perror("chroot");
  execl("/sbin/init", "/sbin/init", (char *)NULL);
  perror("/sbin/init");
  return 1;
}
