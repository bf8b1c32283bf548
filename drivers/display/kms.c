// SPDX-License-Identifier: Apache-2.0
/*
 * A screen of a graphics card, without a GPU: pictures are copied into two buffers of the card in
 * turn and shown by page flips (drivers/display/scanout.ts). raylib's own way on such cards makes,
 * maps and destroys a buffer for every frame. Speaks to the kernel only: no libdrm at run time.
 *
 * Functions throw an Error with the kernel's reason; none blocks but `show`, at most FLIP_MS_MAX.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <drm.h>
#include <drm_mode.h>
#include <linux/kd.h>
#include <linux/vt.h>

#define NAPI_VERSION 8
#include <node_api.h>

/* A flip is done at the next vertical blank; the slowest mode shows 24 pictures a second. */
enum { FLIP_MS_MAX = 100, LIST_MAX = 64 };

typedef struct {
  uint32_t handle, fb, pitch;
  uint64_t size;
  uint8_t *pixels;
} Buffer;

typedef struct {
  int fd;
  uint32_t connector, crtc;
  struct drm_mode_modeinfo mode;
  Buffer buffers[2];
  int front;
  bool flipping, resting;
  /* Where each column and row of the screen's rectangle comes from, as offsets in pixels. */
  int32_t *columns, *rows;
} Screen;

typedef struct {
  int x, y, width, height, rotation;
} Place;

static int call(int fd, unsigned long request, void *argument) {
  int status;
  do status = ioctl(fd, request, argument);
  while (status == -1 && (errno == EINTR || errno == EAGAIN));
  return status;
}

/* ---- the card ---- */

static bool read_connector(int fd, uint32_t id, struct drm_mode_get_connector *out,
                           struct drm_mode_modeinfo *modes, uint32_t *encoders) {
  memset(out, 0, sizeof *out);
  out->connector_id = id;
  /* No room for modes asks the kernel to look at the screen anew. */
  if (call(fd, DRM_IOCTL_MODE_GETCONNECTOR, out) != 0) return false;
  if (out->count_modes > LIST_MAX) out->count_modes = LIST_MAX;
  if (out->count_encoders > LIST_MAX) out->count_encoders = LIST_MAX;
  out->count_props = 0;
  out->modes_ptr = (uintptr_t)modes;
  out->encoders_ptr = (uintptr_t)encoders;
  return call(fd, DRM_IOCTL_MODE_GETCONNECTOR, out) == 0;
}

static bool read_resources(int fd, struct drm_mode_card_res *out, uint32_t *connectors,
                           uint32_t *crtcs) {
  memset(out, 0, sizeof *out);
  if (call(fd, DRM_IOCTL_MODE_GETRESOURCES, out) != 0) return false;
  if (out->count_connectors > LIST_MAX || out->count_crtcs > LIST_MAX) return false;
  out->count_fbs = out->count_encoders = 0;
  out->connector_id_ptr = (uintptr_t)connectors;
  out->crtc_id_ptr = (uintptr_t)crtcs;
  return call(fd, DRM_IOCTL_MODE_GETRESOURCES, out) == 0;
}

/* The first picture generator that one of the connector's encoders can be wired to. */
static uint32_t find_crtc(int fd, const struct drm_mode_get_connector *connector,
                          const uint32_t *encoders) {
  uint32_t connectors[LIST_MAX], crtcs[LIST_MAX];
  struct drm_mode_card_res card;
  if (!read_resources(fd, &card, connectors, crtcs)) return 0;
  for (uint32_t at = 0; at < connector->count_encoders; at++) {
    struct drm_mode_get_encoder encoder = {.encoder_id = encoders[at]};
    if (call(fd, DRM_IOCTL_MODE_GETENCODER, &encoder) != 0) continue;
    for (uint32_t crtc = 0; crtc < card.count_crtcs; crtc++) {
      if (encoder.possible_crtcs & (1u << crtc)) return crtcs[crtc];
    }
  }
  return 0;
}

/* ---- buffers ---- */

static bool make_buffer(int fd, uint32_t width, uint32_t height, Buffer *buffer) {
  struct drm_mode_create_dumb create = {.width = width, .height = height, .bpp = 32};
  if (call(fd, DRM_IOCTL_MODE_CREATE_DUMB, &create) != 0) return false;
  *buffer = (Buffer){.handle = create.handle, .pitch = create.pitch, .size = create.size};
  struct drm_mode_fb_cmd fb = {.width = width, .height = height, .pitch = create.pitch,
                               .bpp = 32, .depth = 24, .handle = create.handle};
  if (call(fd, DRM_IOCTL_MODE_ADDFB, &fb) != 0) return false;
  buffer->fb = fb.fb_id;
  struct drm_mode_map_dumb map = {.handle = create.handle};
  if (call(fd, DRM_IOCTL_MODE_MAP_DUMB, &map) != 0) return false;
  void *pixels = mmap(NULL, buffer->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, map.offset);
  if (pixels == MAP_FAILED) return false;
  buffer->pixels = pixels;
  memset(pixels, 0, buffer->size);
  return true;
}

static void drop_buffer(int fd, Buffer *buffer) {
  if (buffer->pixels) munmap(buffer->pixels, buffer->size);
  if (buffer->fb) call(fd, DRM_IOCTL_MODE_RMFB, &buffer->fb);
  struct drm_mode_destroy_dumb destroy = {.handle = buffer->handle};
  if (buffer->handle) call(fd, DRM_IOCTL_MODE_DESTROY_DUMB, &destroy);
  *buffer = (Buffer){0};
}

/* ---- showing ---- */

static bool set_mode(Screen *screen, uint32_t fb) {
  struct drm_mode_crtc crtc = {.crtc_id = screen->crtc, .fb_id = fb};
  if (fb != 0) {
    crtc.set_connectors_ptr = (uintptr_t)&screen->connector;
    crtc.count_connectors = 1;
    crtc.mode = screen->mode;
    crtc.mode_valid = 1;
  }
  return call(screen->fd, DRM_IOCTL_MODE_SETCRTC, &crtc) == 0;
}

/* True once no flip is under way; false when that takes long, or fails, as errno tells. */
static bool await_flip(Screen *screen) {
  while (screen->flipping) {
    struct pollfd ready = {.fd = screen->fd, .events = POLLIN};
    int status = poll(&ready, 1, FLIP_MS_MAX);
    if (status == 0 || (status < 0 && errno == EINTR)) {
      errno = ETIMEDOUT;
      return false;
    }
    if (status < 0) return false;
    char events[1024];
    ssize_t bytes = read(screen->fd, events, sizeof events);
    if (bytes <= 0) return false;
    for (ssize_t at = 0; at + (ssize_t)sizeof(struct drm_event) <= bytes;) {
      const struct drm_event *event = (const struct drm_event *)(events + at);
      if (event->type == DRM_EVENT_FLIP_COMPLETE) screen->flipping = false;
      at += event->length > 0 ? event->length : bytes;
    }
  }
  return true;
}

/* RGBA in memory order to the card's XRGB words. */
static uint32_t swapped(uint32_t rgba) {
  return (rgba & 0xff00u) | ((rgba & 0xffu) << 16) | ((rgba >> 16) & 0xffu);
}

static void paint(const Screen *screen, const Buffer *buffer, const uint32_t *picture, Place place) {
  bool straight = true;
  for (int x = 1; x < place.width && straight; x++) {
    straight = screen->columns[x] == screen->columns[x - 1] + 1;
  }
  for (int y = 0; y < place.height; y++) {
    uint32_t *to = (uint32_t *)(buffer->pixels + (size_t)(place.y + y) * buffer->pitch) + place.x;
    const uint32_t *from = picture + screen->rows[y];
    if (straight) {
      from += screen->columns[0];
      for (int x = 0; x < place.width; x++) to[x] = swapped(from[x]);
    } else {
      for (int x = 0; x < place.width; x++) to[x] = swapped(from[screen->columns[x]]);
    }
  }
}

/* The pixel, of `span` in the picture, that is nearest to pixel `at` of `length` on the screen. */
static int nearest(int at, int length, int span, bool back) {
  return (int)((int64_t)(back ? length - 1 - at : at) * span / length);
}

/*
 * Where each column and row of the place finds its pixels in a picture of `width` times `height`,
 * bottom row first, that is turned clockwise. After a quarter turn columns walk along its height.
 */
static void lay_out(Screen *screen, Place place, int width, int height) {
  bool aside = place.rotation == 90 || place.rotation == 270;
  bool columns_back = place.rotation == 90 || place.rotation == 180;
  bool rows_back = place.rotation == 180 || place.rotation == 270;
  for (int x = 0; x < place.width; x++) {
    int at = nearest(x, place.width, aside ? height : width, columns_back);
    screen->columns[x] = aside ? (height - 1 - at) * width : at;
  }
  for (int y = 0; y < place.height; y++) {
    int at = nearest(y, place.height, aside ? width : height, rows_back);
    screen->rows[y] = aside ? at : (height - 1 - at) * width;
  }
}

static void close_screen(Screen *screen) {
  if (screen->fd < 0) return;
  await_flip(screen);
  for (int at = 0; at < 2; at++) drop_buffer(screen->fd, &screen->buffers[at]);
  /* The kernel gives the screen back to the console when the last one closes the card. */
  close(screen->fd);
  screen->fd = -1;
  free(screen->columns);
  free(screen->rows);
  screen->columns = screen->rows = NULL;
}

static void finalise(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  close_screen(data);
  free(data);
}

/* ---- Node ---- */

static napi_value fail(napi_env env, const char *action) {
  char text[160];
  int reason = errno;
  strcpy(text, action);
  strcat(text, ": ");
  strncat(text, reason ? strerror(reason) : "not found", sizeof text - strlen(text) - 1);
  napi_throw_error(env, NULL, text);
  return NULL;
}

static size_t arguments(napi_env env, napi_callback_info info, napi_value *values, size_t count) {
  napi_get_cb_info(env, info, &count, values, NULL, NULL);
  return count;
}

static int32_t int_of(napi_env env, napi_value value) {
  int32_t number = 0;
  napi_get_value_int32(env, value, &number);
  return number;
}

static int32_t int_in(napi_env env, napi_value object, const char *name) {
  napi_value value;
  napi_get_named_property(env, object, name, &value);
  return int_of(env, value);
}

static void put_int(napi_env env, napi_value object, const char *name, int64_t number) {
  napi_value value;
  napi_create_int64(env, number, &value);
  napi_set_named_property(env, object, name, value);
}

static Screen *screen_of(napi_env env, napi_value value) {
  void *screen = NULL;
  napi_get_value_external(env, value, &screen);
  return screen;
}

/* open(card: string): screen -- becomes the card's master, unless another program is. */
static napi_value open_card(napi_env env, napi_callback_info info) {
  napi_value argument, result;
  char path[128];
  size_t length;
  arguments(env, info, &argument, 1);
  napi_get_value_string_utf8(env, argument, path, sizeof path, &length);
  int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return fail(env, path);
  if (call(fd, DRM_IOCTL_SET_MASTER, NULL) != 0) {
    close(fd);
    return fail(env, "another program holds the screen");
  }
  Screen *screen = calloc(1, sizeof *screen);
  screen->fd = fd;
  napi_create_external(env, screen, finalise, NULL, &result);
  return result;
}

static napi_value describe(napi_env env, const struct drm_mode_get_connector *connector,
                           const struct drm_mode_modeinfo *modes) {
  napi_value result, list;
  napi_create_object(env, &result);
  napi_create_array(env, &list);
  put_int(env, result, "id", connector->connector_id);
  put_int(env, result, "type", connector->connector_type);
  put_int(env, result, "number", connector->connector_type_id);
  put_int(env, result, "connection", connector->connection);
  for (uint32_t at = 0; at < connector->count_modes; at++) {
    napi_value mode;
    napi_create_object(env, &mode);
    put_int(env, mode, "width", modes[at].hdisplay);
    put_int(env, mode, "height", modes[at].vdisplay);
    put_int(env, mode, "hertz", modes[at].vrefresh);
    put_int(env, mode, "preferred", (modes[at].type & DRM_MODE_TYPE_PREFERRED) != 0);
    napi_set_element(env, list, at, mode);
  }
  napi_set_named_property(env, result, "modes", list);
  return result;
}

/* connectors(screen): { id, type, number, connection, modes: { width, height, hertz, preferred }[] }[] */
static napi_value connectors(napi_env env, napi_callback_info info) {
  napi_value argument, result;
  arguments(env, info, &argument, 1);
  Screen *screen = screen_of(env, argument);
  uint32_t ids[LIST_MAX], crtcs[LIST_MAX], encoders[LIST_MAX];
  struct drm_mode_card_res card;
  if (!read_resources(screen->fd, &card, ids, crtcs)) return fail(env, "the card has no screens");
  napi_create_array(env, &result);
  for (uint32_t at = 0, found = 0; at < card.count_connectors; at++) {
    struct drm_mode_get_connector connector;
    struct drm_mode_modeinfo modes[LIST_MAX];
    if (!read_connector(screen->fd, ids[at], &connector, modes, encoders)) continue;
    napi_set_element(env, result, found++, describe(env, &connector, modes));
  }
  return result;
}

/* light(screen, connector, mode): { width, height } -- black, in the mode of that number. */
static napi_value light(napi_env env, napi_callback_info info) {
  napi_value values[3], result;
  arguments(env, info, values, 3);
  Screen *screen = screen_of(env, values[0]);
  screen->connector = (uint32_t)int_of(env, values[1]);
  uint32_t number = (uint32_t)int_of(env, values[2]), encoders[LIST_MAX];
  struct drm_mode_get_connector connector;
  struct drm_mode_modeinfo modes[LIST_MAX];
  errno = 0;
  if (!read_connector(screen->fd, screen->connector, &connector, modes, encoders) ||
      number >= connector.count_modes) {
    return fail(env, "the screen's mode");
  }
  screen->mode = modes[number];
  screen->crtc = find_crtc(screen->fd, &connector, encoders);
  if (screen->crtc == 0) return fail(env, "a picture generator for the screen");
  int width = screen->mode.hdisplay, height = screen->mode.vdisplay;
  screen->columns = calloc((size_t)width, sizeof *screen->columns);
  screen->rows = calloc((size_t)height, sizeof *screen->rows);
  for (int at = 0; at < 2; at++) {
    if (!make_buffer(screen->fd, (uint32_t)width, (uint32_t)height, &screen->buffers[at])) {
      return fail(env, "a buffer for the picture");
    }
  }
  if (!set_mode(screen, screen->buffers[0].fb)) return fail(env, "the screen's mode");
  napi_create_object(env, &result);
  put_int(env, result, "width", width);
  put_int(env, result, "height", height);
  return result;
}

/* rest(screen) -- no picture and no signal: the monitor sleeps, a panel's light goes out with it. */
static napi_value rest(napi_env env, napi_callback_info info) {
  napi_value argument;
  arguments(env, info, &argument, 1);
  Screen *screen = screen_of(env, argument);
  await_flip(screen);
  if (!set_mode(screen, 0)) return fail(env, "the screen stays on");
  screen->resting = true;
  return NULL;
}

/* Shows the buffer from the next blank on; a screen that rests is turned on with it at once. */
static bool flip_to(Screen *screen, uint32_t fb) {
  if (screen->resting) {
    if (!set_mode(screen, fb)) return false;
    screen->resting = false;
    return true;
  }
  struct drm_mode_crtc_page_flip flip = {
      .crtc_id = screen->crtc, .fb_id = fb, .flags = DRM_MODE_PAGE_FLIP_EVENT};
  if (call(screen->fd, DRM_IOCTL_MODE_PAGE_FLIP, &flip) != 0) return false;
  screen->flipping = true;
  return true;
}

static bool fits(const Screen *screen, Place place, int width, int height, size_t bytes) {
  return place.x >= 0 && place.y >= 0 && place.width > 0 && place.height > 0 && width > 0 &&
         height > 0 && place.x + place.width <= screen->mode.hdisplay &&
         place.y + place.height <= screen->mode.vdisplay &&
         bytes == (size_t)width * (size_t)height * 4;
}

/*
 * show(screen, rgba, width, height, { x, y, width, height, rotation }): boolean -- copies the
 * picture, bottom row first, to the place, and asks for it at the next blank. False when the one
 * before is still waiting for its blank; this one is then left out.
 */
static napi_value show(napi_env env, napi_callback_info info) {
  napi_value values[5], buffer, shown;
  arguments(env, info, values, 5);
  Screen *screen = screen_of(env, values[0]);
  void *picture;
  size_t bytes;
  napi_typedarray_type type;
  napi_get_typedarray_info(env, values[1], &type, &bytes, &picture, &buffer, NULL);
  int width = int_of(env, values[2]), height = int_of(env, values[3]);
  Place place = {int_in(env, values[4], "x"), int_in(env, values[4], "y"),
                 int_in(env, values[4], "width"), int_in(env, values[4], "height"),
                 int_in(env, values[4], "rotation")};
  errno = EINVAL;
  if (!fits(screen, place, width, height, bytes)) return fail(env, "the picture's place");
  napi_get_boolean(env, false, &shown);
  if (!await_flip(screen)) {
    return errno == ETIMEDOUT ? shown : fail(env, "the screen does not answer");
  }
  lay_out(screen, place, width, height);
  int back = 1 - screen->front;
  paint(screen, &screen->buffers[back], picture, place);
  if (!flip_to(screen, screen->buffers[back].fb)) return fail(env, "the screen takes no picture");
  screen->front = back;
  napi_get_boolean(env, true, &shown);
  return shown;
}

static napi_value close_card(napi_env env, napi_callback_info info) {
  napi_value argument;
  arguments(env, info, &argument, 1);
  close_screen(screen_of(env, argument));
  return NULL;
}

/*
 * holdTerminal(fd): number -- brings the virtual terminal behind the descriptor to the front, without
 * text and cursor (console_ioctl(4)). Which one was in front before.
 */
static napi_value hold_terminal(napi_env env, napi_callback_info info) {
  napi_value argument, result;
  arguments(env, info, &argument, 1);
  int fd = int_of(env, argument);
  struct vt_stat terminals;
  struct stat file;
  if (ioctl(fd, VT_GETSTATE, &terminals) != 0 || fstat(fd, &file) != 0) {
    return fail(env, "standard input is no virtual terminal");
  }
  if (ioctl(fd, KDSETMODE, KD_GRAPHICS) != 0 || ioctl(fd, VT_ACTIVATE, minor(file.st_rdev)) != 0) {
    return fail(env, "the virtual terminal stays in text");
  }
  napi_create_int32(env, terminals.v_active, &result);
  return result;
}

/* freeTerminal(fd, front) -- text again, and that terminal in front. */
static napi_value free_terminal(napi_env env, napi_callback_info info) {
  napi_value values[2];
  arguments(env, info, values, 2);
  int fd = int_of(env, values[0]);
  ioctl(fd, KDSETMODE, KD_TEXT);
  ioctl(fd, VT_ACTIVATE, int_of(env, values[1]));
  return NULL;
}

NAPI_MODULE_INIT() {
  const struct {
    const char *name;
    napi_callback call;
  } functions[] = {{"open", open_card},
                   {"connectors", connectors},
                   {"light", light},
                   {"show", show},
                   {"rest", rest},
                   {"close", close_card},
                   {"holdTerminal", hold_terminal},
                   {"freeTerminal", free_terminal}};
  for (size_t at = 0; at < sizeof functions / sizeof *functions; at++) {
    napi_value function;
    napi_create_function(env, functions[at].name, NAPI_AUTO_LENGTH, functions[at].call, NULL,
                         &function);
    napi_set_named_property(env, exports, functions[at].name, function);
  }
  return exports;
}
