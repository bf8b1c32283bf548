/*
 * Tells what is pressed and touched on the input devices of a board. A program of its own, as a
 * read that waits for a finger would hold one of Node's few threads for ever.
 *
 * Build: cc -O2 -Wall -Wextra -o evdev evdev.c
 * Run:   evdev FOLDER      the kernel's devices: /dev/input
 *
 * Writes a line for each fact: "+ event0" and "- event0" for a device that is listened to and one
 * that is gone, "k CODE" for a key that goes down (linux/input-event-codes.h), "t X Y" for a
 * finger, in thousandths of the panel. Devices may come and go. End of input ends the program.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { DEVICES_MAX = 32, RESCAN_MS = 2000, TOUCH_MS = 40, NAME_MAX_CHARS = 32 };

typedef struct {
  int fd;
  char name[NAME_MAX_CHARS];
  int touching, changed;
  int32_t x, y;
  struct input_absinfo range_x, range_y;
} Device;

static Device devices[DEVICES_MAX];
static int count;

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * (int64_t)1000 + now.tv_nsec / 1000000;
}

/* A panel that does not tell its range has that of most: 12 bits. */
static struct input_absinfo range_of(int fd, int axis, int other) {
  struct input_absinfo range = {.maximum = 0};
  if (ioctl(fd, EVIOCGABS(axis), &range) < 0 || range.maximum <= range.minimum)
    if (ioctl(fd, EVIOCGABS(other), &range) < 0 || range.maximum <= range.minimum)
      range = (struct input_absinfo){.minimum = 0, .maximum = 4095};
  return range;
}

static int is_known(const char *name) {
  for (int i = 0; i < count; i++)
    if (strcmp(devices[i].name, name) == 0) return 1;
  return 0;
}

static void scan(const char *folder) {
  DIR *listing = opendir(folder);
  if (listing == NULL) return;
  for (struct dirent *entry; (entry = readdir(listing)) != NULL && count < DEVICES_MAX;) {
    if (strncmp(entry->d_name, "event", 5) != 0 || is_known(entry->d_name)) continue;
    if (strlen(entry->d_name) >= NAME_MAX_CHARS) continue;
    int fd = openat(dirfd(listing), entry->d_name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) continue;
    Device *device = &devices[count++];
    *device = (Device){.fd = fd};
    strcpy(device->name, entry->d_name);
    device->range_x = range_of(fd, ABS_MT_POSITION_X, ABS_X);
    device->range_y = range_of(fd, ABS_MT_POSITION_Y, ABS_Y);
    printf("+ %s\n", device->name);
  }
  closedir(listing);
}

static int thousandths(int32_t value, struct input_absinfo range) {
  int64_t share = ((int64_t)value - range.minimum) * 1000 / (range.maximum - range.minimum);
  return share < 0 ? 0 : share > 1000 ? 1000 : share;
}

static void tell_touch(Device *device) {
  static int64_t told_ms;
  if (!device->touching || !device->changed || now_ms() - told_ms < TOUCH_MS) return;
  told_ms = now_ms();
  device->changed = 0;
  printf("t %d %d\n", thousandths(device->x, device->range_x),
         thousandths(device->y, device->range_y));
}

static void take(Device *device, const struct input_event *event) {
  if (event->type == EV_KEY && event->code == BTN_TOUCH) {
    device->touching = device->changed = event->value;
  } else if (event->type == EV_KEY && event->value == 1) {
    printf("k %d\n", event->code);
  } else if (event->type == EV_ABS) {
    if (event->code == ABS_X || event->code == ABS_MT_POSITION_X) device->x = event->value;
    else if (event->code == ABS_Y || event->code == ABS_MT_POSITION_Y) device->y = event->value;
    else return;
    device->changed = 1;
  } else if (event->type == EV_SYN && event->code == SYN_REPORT) {
    tell_touch(device);
  }
}

/* 0 when the device is gone. */
static int serve(Device *device) {
  struct input_event events[64];
  ssize_t bytes = read(device->fd, events, sizeof events);
  if (bytes < 0) return errno == EAGAIN || errno == EINTR;
  for (size_t i = 0; i < bytes / sizeof *events; i++) take(device, &events[i]);
  return bytes > 0;
}

static void lose(int at) {
  printf("- %s\n", devices[at].name);
  close(devices[at].fd);
  devices[at] = devices[--count];
}

int main(int arguments, char **words) {
  if (arguments != 2) {
    fprintf(stderr, "usage: evdev FOLDER\n");
    return 2;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  int64_t scanned_ms = INT64_MIN / 2;
  for (;;) {
    if (now_ms() - scanned_ms >= RESCAN_MS) {
      scan(words[1]);
      scanned_ms = now_ms();
    }
    struct pollfd polled[DEVICES_MAX + 1] = {{.fd = STDIN_FILENO, .events = POLLIN}};
    for (int i = 0; i < count; i++)
      polled[i + 1] = (struct pollfd){.fd = devices[i].fd, .events = POLLIN};
    poll(polled, count + 1, RESCAN_MS);
    char rest[64];
    if (polled[0].revents && read(STDIN_FILENO, rest, sizeof rest) <= 0) return 0;
    /* From the last on: one that is lost makes room for the one behind it. */
    for (int i = count - 1; i >= 0; i--)
      if (polled[i + 1].revents && !serve(&devices[i])) lose(i);
  }
}
