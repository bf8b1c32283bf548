// SPDX-License-Identifier: Apache-2.0
/*
 * The loops over pixels that a frame is made of, for the vector unit: what drivers/pixels/plain.ts
 * says, to the byte. Built without fused multiply-add, which would round otherwise than JavaScript.
 * Sizes are checked by drivers/pixels/native.ts; nothing here allocates.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NAPI_VERSION 8
#include <node_api.h>

enum { TILE = 16, MOSAIC_TILES = 32, OPAQUE = 255, OPACITY_NOISE = 10 };

typedef struct {
  uint32_t *words;
  int width, height;
} Raster;

typedef struct {
  int red, green, blue;
} Backdrop;

/* Four channels of a pixel, or of two, with room for a product of a byte and 256. */
typedef uint8_t Bytes8 __attribute__((vector_size(8)));
typedef uint16_t Lanes8 __attribute__((vector_size(16)));

/* Compiled twice on PCs, for old and for newer processors; the loader takes the one that fits. */
#if defined(__x86_64__)
#define BOTH __attribute__((target_clones("avx2", "default")))
#else
#define BOTH
#endif

static int least(int a, int b) { return a < b ? a : b; }

static int most(int a, int b) { return a > b ? a : b; }

static int tiles_across(int pixels) { return (pixels + TILE - 1) / TILE; }

/* ---- one pixel ---- */

static const uint32_t lane_mask = 0x00ff00ffu;

/* `share` of `to` in 256ths, two channels at a time. */
static inline uint32_t mix_words(uint32_t from, uint32_t to, uint32_t share) {
  uint32_t rest = 256 - share;
  uint32_t even = (from & lane_mask) * rest + (to & lane_mask) * share + 0x00800080u;
  uint32_t odd = ((from >> 8) & lane_mask) * rest + ((to >> 8) & lane_mask) * share + 0x00800080u;
  return ((even >> 8) & lane_mask) | (odd & ~lane_mask);
}

static inline uint32_t clamped(int value) {
  return value < 0 ? 0u : value > 255 ? 255u : (uint32_t)value;
}

/* was + rest * difference / 255; 257 / 65536 is 1 / 255. */
static inline uint32_t channel(uint32_t was, int difference, int rest) {
  return clamped((int)was + ((rest * difference * 257 + 0x8000) >> 16));
}

static inline uint32_t over_background(uint32_t filmed, uint32_t behind, int alpha, Backdrop b) {
  int rest = 255 - alpha;
  return channel(filmed & 255, (int)(behind & 255) - b.red, rest) |
         channel((filmed >> 8) & 255, (int)((behind >> 8) & 255) - b.green, rest) << 8 |
         channel((filmed >> 16) & 255, (int)((behind >> 16) & 255) - b.blue, rest) << 16 |
         0xff000000u;
}

static inline uint32_t laid(uint32_t filmed, uint32_t behind, Backdrop backdrop) {
  uint32_t alpha = filmed >> 24;
  if (alpha == OPAQUE) return filmed;
  return alpha == 0 ? behind : over_background(filmed, behind, (int)alpha, backdrop);
}

/* ---- tiles ---- */

/* A stretch of marked tiles in one row of them, as pixels. */
typedef struct {
  int left, top, right, bottom;
} Box;

/* The next stretch of marks at or after tile `*at`; false when there is none. */
static bool next_box(const uint8_t *marks, int width, int height, int *at, Box *box) {
  int across = tiles_across(width), count = across * tiles_across(height);
  while (*at < count && !marks[*at]) ++*at;
  if (*at >= count) return false;
  int row = *at / across, first = *at % across, end = first;
  while (end < across && marks[row * across + end]) end++;
  *box = (Box){first * TILE, row * TILE, least(end * TILE, width), least(row * TILE + TILE, height)};
  *at = row * across + end;
  return true;
}

static void copy_marked(Raster from, Raster to, const uint8_t *marks, bool flipped) {
  Box box;
  for (int at = 0; next_box(marks, from.width, from.height, &at, &box);) {
    size_t bytes = (size_t)(box.right - box.left) * 4;
    for (int y = box.top; y < box.bottom; y++) {
      int target = flipped ? to.height - 1 - y : y;
      memcpy(to.words + (size_t)target * to.width + box.left,
             from.words + (size_t)y * from.width + box.left, bytes);
    }
  }
}

/* `laid` without a branch: over_background leaves what is opaque as it is. */
static inline uint32_t laid_flat(uint32_t filmed, uint32_t behind, Backdrop backdrop) {
  uint32_t clear = filmed >> 24 == 0 ? ~0u : 0;
  return (over_background(filmed, behind, (int)(filmed >> 24), backdrop) & ~clear) |
         (behind & clear);
}

BOTH static void lay_row(const uint32_t *restrict figure, const uint32_t *restrict behind,
                         uint32_t *restrict to, int count, Backdrop backdrop) {
  for (int at = 0; at < count; at += TILE) {
    /* Stretches of one kind are the rule: they are copied whole. */
    int end = least(at + TILE, count);
    uint32_t all = ~0u, any = 0;
    for (int x = at; x < end; x++) {
      all &= figure[x];
      any |= figure[x];
    }
    if (all >> 24 == OPAQUE) {
      memcpy(to + at, figure + at, (size_t)(end - at) * 4);
    } else if (any >> 24 == 0) {
      memcpy(to + at, behind + at, (size_t)(end - at) * 4);
    } else {
      for (int x = at; x < end; x++) to[x] = laid_flat(figure[x], behind[x], backdrop);
    }
  }
}

static void lay_marked(Raster figure, Backdrop backdrop, Raster behind, Raster canvas, int left,
                       int top, const uint8_t *marks) {
  Box box;
  for (int at = 0; next_box(marks, canvas.width, canvas.height, &at, &box);) {
    int from = most(box.left, least(left, box.right));
    int end = least(box.right, most(left + figure.width, box.left));
    for (int y = box.top; y < box.bottom; y++) {
      size_t row = (size_t)y * canvas.width;
      uint32_t *to = canvas.words + row;
      const uint32_t *back = behind.words + row;
      if (y < top || y >= top + figure.height || from >= end) {
        memcpy(to + box.left, back + box.left, (size_t)(box.right - box.left) * 4);
        continue;
      }
      memcpy(to + box.left, back + box.left, (size_t)(from - box.left) * 4);
      lay_row(figure.words + (size_t)(y - top) * figure.width + (from - left), back + from,
              to + from, end - from, backdrop);
      memcpy(to + end, back + end, (size_t)(box.right - end) * 4);
    }
  }
}

typedef struct {
  const int32_t *columns, *rows;
  const uint8_t *column_shares, *row_shares, *marks;
} Sampling;

static uint32_t sampled(Raster figure, int column, int row, uint32_t across, uint32_t down) {
  const uint32_t *near = figure.words + (size_t)row * figure.width + column;
  int next = column + 1 < figure.width ? 1 : 0;
  int below = row + 1 < figure.height ? figure.width : 0;
  uint32_t a = near[0], b = near[next], c = near[below], d = near[below + next];
  if ((a | b | c | d) >> 24 == 0) return 0;
  return mix_words(mix_words(a, b, across), mix_words(c, d, across), down);
}

BOTH static void sample_marked(Raster figure, Backdrop backdrop, Raster behind, Raster canvas,
                          Sampling how) {
  Box box;
  for (int at = 0; next_box(how.marks, canvas.width, canvas.height, &at, &box);) {
    for (int y = box.top; y < box.bottom; y++) {
      size_t row = (size_t)y * canvas.width;
      for (int x = box.left; x < box.right; x++) {
        uint32_t back = behind.words[row + x];
        bool inside = how.rows[y] >= 0 && how.columns[x] >= 0;
        uint32_t word = inside ? sampled(figure, how.columns[x], how.rows[y], how.column_shares[x],
                                         how.row_shares[y])
                               : 0;
        canvas.words[row + x] = laid(word, back, backdrop);
      }
    }
  }
}

BOTH static void halve_all(Raster from, Raster to) {
  for (int y = 0; y < to.height; y++) {
    const uint32_t *upper = from.words + (size_t)y * 2 * from.width, *lower = upper + from.width;
    uint32_t *line = to.words + (size_t)y * to.width;
    for (int x = 0; x < to.width; x++) {
      uint32_t a = upper[2 * x], b = upper[2 * x + 1], c = lower[2 * x], d = lower[2 * x + 1];
      uint32_t even = (a & lane_mask) + (b & lane_mask) + (c & lane_mask) + (d & lane_mask);
      uint32_t odd = ((a >> 8) & lane_mask) + ((b >> 8) & lane_mask) + ((c >> 8) & lane_mask) +
                     ((d >> 8) & lane_mask);
      line[x] = (((even + 0x00020002u) >> 2) & lane_mask) |
                (((odd + 0x00020002u) >> 2) & lane_mask) << 8;
    }
  }
}

BOTH static void mix_marked(Raster from, Raster to, Raster target, uint32_t share,
                       const uint8_t *marks) {
  Box box;
  for (int at = 0; next_box(marks, target.width, target.height, &at, &box);) {
    for (int y = box.top; y < box.bottom; y++) {
      size_t row = (size_t)y * target.width;
      for (size_t x = row + (size_t)box.left; x < row + (size_t)box.right; x++) {
        target.words[x] = mix_words(from.words[x], to.words[x], share);
      }
    }
  }
}

/* ---- mosaics ---- */

static inline uint32_t opacity_of(uint32_t level) {
  return level < OPACITY_NOISE ? 0 : level > OPAQUE - OPACITY_NOISE ? OPAQUE : level;
}

/* Inlined once for whole tiles, so that their length is known. */
static inline __attribute__((always_inline)) void put_row(uint32_t *restrict to,
                                                          const uint32_t *restrict from,
                                                          const uint8_t *restrict alpha, int width,
                                                          int kind, uint32_t clear) {
  if (kind == 0) {
    for (int x = 0; x < width; x++) to[x] = clear;
  } else if (kind == 1) {
    for (int x = 0; x < width; x++) to[x] = from[x] | 0xff000000u;
  } else {
    for (int x = 0; x < width; x++) {
      to[x] = (from[x] & 0x00ffffffu) | opacity_of(alpha[x]) << 24;
    }
  }
}

BOTH static void scatter_tiles(const uint16_t *numbers, const uint8_t *kinds, int count,
                          const uint32_t *colours, const uint8_t *opacities, Raster figure,
                          uint32_t clear) {
  int across = tiles_across(figure.width), pitch = MOSAIC_TILES * TILE;
  int coloured = 0, mixed = 0;
  for (int tile = 0; tile < count; tile++) {
    int left = numbers[tile] % across * TILE, top = numbers[tile] / across * TILE;
    int width = least(TILE, figure.width - left), height = least(TILE, figure.height - top);
    const uint32_t *from = colours + (size_t)(coloured / MOSAIC_TILES) * TILE * pitch +
                           (size_t)(coloured % MOSAIC_TILES) * TILE;
    const uint8_t *alpha = opacities + (size_t)(mixed / MOSAIC_TILES) * TILE * pitch +
                           (size_t)(mixed % MOSAIC_TILES) * TILE;
    for (int y = 0; y < height; y++, from += pitch, alpha += pitch) {
      uint32_t *to = figure.words + (size_t)(top + y) * figure.width + left;
      if (width == TILE) put_row(to, from, alpha, TILE, kinds[tile], clear);
      else put_row(to, from, alpha, width, kinds[tile], clear);
    }
    coloured += kinds[tile] != 0;
    mixed += kinds[tile] == 2;
  }
}

/* ---- the bent patch ---- */

typedef struct {
  const int16_t *origins;
  const float *points;
  const int8_t *light;
  const uint8_t *mask;
  int columns, rows, step;
  Backdrop backdrop;
} Bending;

/* Values along a line of a cell, in 16.16: u, v, and what the light adds to red, green, blue. */
typedef struct {
  int32_t at[5], step[5];
} Walk;

/* By way of 64 bits, so that what is too large wraps as it does in JavaScript. */
static inline int32_t fixed(double value) { return (int32_t)(int64_t)(value * 65536); }

static void aim(Walk *walk, int axis, const double *corners, double share, int skip, int step) {
  double start = corners[0] + (corners[2] - corners[0]) * share;
  double end = corners[1] + (corners[3] - corners[1]) * share;
  double stride = (end - start) / step;
  walk->at[axis] = fixed(start + skip * stride);
  walk->step[axis] = fixed(stride);
}

static void aim_all(Walk *walk, const Bending *how, size_t point, double share, int skip) {
  size_t below = point + (size_t)how->columns;
  for (int axis = 0; axis < 2; axis++) {
    double corners[] = {how->points[point * 2 + axis], how->points[point * 2 + 2 + axis],
                        how->points[below * 2 + axis], how->points[below * 2 + 2 + axis]};
    aim(walk, axis, corners, share, skip, how->step);
  }
  for (int tone = 0; how->light && tone < 3; tone++) {
    double corners[] = {how->light[point * 3 + tone], how->light[point * 3 + 3 + tone],
                        how->light[below * 3 + tone], how->light[below * 3 + 3 + tone]};
    aim(walk, 2 + tone, corners, share, skip, how->step);
  }
}

static inline uint32_t mask_at(const uint8_t *mask, int width, uint32_t across, uint32_t down) {
  uint32_t above = mask[0] * (256 - across) + mask[1] * across;
  uint32_t below = mask[width] * (256 - across) + mask[width + 1] * across;
  uint32_t value = (above * (256 - down) + below * down + 0x8000) >> 16;
  return value + (value >> 7);
}

/* Two pixels above and two below: first across, then down, rounded in between as mix_words is. */
static inline uint32_t between(const uint32_t *near, int width, uint32_t across, uint32_t down) {
  uint64_t above, below;
  memcpy(&above, near, 8);
  memcpy(&below, near + width, 8);
  union {
    uint32_t words[2];
    Bytes8 bytes;
  } left = {{(uint32_t)above, (uint32_t)below}}, right = {{above >> 32, below >> 32}}, out;
  Lanes8 mixed = __builtin_convertvector(left.bytes, Lanes8) * (uint16_t)(256 - across) +
                 __builtin_convertvector(right.bytes, Lanes8) * (uint16_t)across + 128;
  mixed >>= 8;
  out.bytes = __builtin_convertvector(mixed, Bytes8);
  return mix_words(out.words[0], out.words[1], down);
}

static inline uint32_t lit(uint32_t word, const int32_t *light) {
  return clamped((int)(word & 255) + ((light[0] + 0x8000) >> 16)) |
         clamped((int)((word >> 8) & 255) + ((light[1] + 0x8000) >> 16)) << 8 |
         clamped((int)((word >> 16) & 255) + ((light[2] + 0x8000) >> 16)) << 16 |
         (word & 0xff000000u);
}

/* A patch's pixel over a frame's: colours move as over any background, opacity adds up. */
static inline uint32_t patched(uint32_t seen, uint32_t word, Backdrop backdrop) {
  uint32_t alpha = seen >> 24;
  if (alpha == OPAQUE) return seen;
  uint32_t clear = (255 - alpha) * (255 - (word >> 24));
  uint32_t opacity = 255 - ((clear * 257 + 0x8000) >> 16);
  return (over_background(seen, word, (int)alpha, backdrop) & 0x00ffffffu) | opacity << 24;
}

static void draw_run(uint32_t *to, int count, Raster patch, const Bending *how, Walk walk) {
  for (int pixel = 0; pixel < count; pixel++) {
    int column = walk.at[0] >> 16, row = walk.at[1] >> 16;
    uint32_t across = (uint32_t)walk.at[0] >> 8 & 255, down = (uint32_t)walk.at[1] >> 8 & 255;
    for (int axis = 0; axis < 2; axis++) walk.at[axis] += walk.step[axis];
    int32_t light[] = {walk.at[2], walk.at[3], walk.at[4]};
    for (int axis = 2; how->light && axis < 5; axis++) walk.at[axis] += walk.step[axis];
    if (column < 0 || row < 0 || column >= patch.width - 1 || row >= patch.height - 1) continue;
    size_t near = (size_t)row * patch.width + column;
    uint32_t share = mask_at(how->mask + near, patch.width, across, down);
    if (share == 0) continue;
    uint32_t seen = between(patch.words + near, patch.width, across, down);
    if (how->light) seen = lit(seen, light);
    to[pixel] = mix_words(to[pixel], patched(seen, to[pixel], how->backdrop), share);
  }
}

BOTH static void bend_patch(Raster target, Raster patch, const Bending *how, int frame) {
  int left = how->origins[frame * 2], top = how->origins[frame * 2 + 1], step = how->step;
  for (int line = 0; line < (how->rows - 1) * step; line++) {
    int y = top + line;
    if (y < 0 || y >= target.height) continue;
    size_t first = ((size_t)frame * how->rows + line / step) * how->columns;
    for (int column = 0; column < how->columns - 1; column++) {
      int x = left + column * step, from = most(0, x), count = least(target.width, x + step) - from;
      Walk walk = {{0}, {0}};
      if (count <= 0) continue;
      aim_all(&walk, how, first + column, (double)(line % step) / step, from - x);
      draw_run(target.words + (size_t)y * target.width + from, count, patch, how, walk);
    }
  }
}

/* ---- Node ---- */

enum { ARGUMENTS_MAX = 16 };

typedef struct {
  napi_env env;
  napi_value values[ARGUMENTS_MAX];
  int at;
} Arguments;

static Arguments arguments(napi_env env, napi_callback_info info) {
  Arguments in = {.env = env};
  size_t count = ARGUMENTS_MAX;
  napi_get_cb_info(env, info, &count, in.values, NULL, NULL);
  return in;
}

/* Null for what is no typed array. */
static void *next_array(Arguments *in) {
  void *data = NULL;
  napi_value value = in->values[in->at++];
  bool is_array = false;
  napi_is_typedarray(in->env, value, &is_array);
  if (is_array) napi_get_typedarray_info(in->env, value, NULL, NULL, &data, NULL, NULL);
  return data;
}

static int next_int(Arguments *in) {
  int32_t number = 0;
  napi_get_value_int32(in->env, in->values[in->at++], &number);
  return number;
}

static Raster next_raster(Arguments *in) {
  Raster raster = {.words = next_array(in)};
  raster.width = next_int(in);
  raster.height = next_int(in);
  return raster;
}

static Backdrop next_backdrop(Arguments *in) {
  int word = next_int(in);
  return (Backdrop){word & 255, word >> 8 & 255, word >> 16 & 255};
}

/* copy(from, width, height, to, marks, flipped) */
static napi_value copy(napi_env env, napi_callback_info info) {
  Arguments in = arguments(env, info);
  Raster from = next_raster(&in), to = from;
  to.words = next_array(&in);
  const uint8_t *marks = next_array(&in);
  copy_marked(from, to, marks, next_int(&in) != 0);
  return NULL;
}

/* lay(figure, width, height, backdrop, behind, canvas, width, height, left, top, marks) */
static napi_value lay(napi_env env, napi_callback_info info) {
  Arguments in = arguments(env, info);
  Raster figure = next_raster(&in);
  Backdrop backdrop = next_backdrop(&in);
  uint32_t *behind = next_array(&in);
  Raster canvas = next_raster(&in), back = {behind, canvas.width, canvas.height};
  int left = next_int(&in), top = next_int(&in);
  lay_marked(figure, backdrop, back, canvas, left, top, next_array(&in));
  return NULL;
}

/* sample(figure, width, height, backdrop, behind, canvas, width, height, columns, shares, rows,
   shares, marks) */
static napi_value sample(napi_env env, napi_callback_info info) {
  Arguments in = arguments(env, info);
  Raster figure = next_raster(&in);
  Backdrop backdrop = next_backdrop(&in);
  uint32_t *behind = next_array(&in);
  Raster canvas = next_raster(&in), back = {behind, canvas.width, canvas.height};
  Sampling how = {.columns = next_array(&in)};
  how.column_shares = next_array(&in);
  how.rows = next_array(&in);
  how.row_shares = next_array(&in);
  how.marks = next_array(&in);
  sample_marked(figure, backdrop, back, canvas, how);
  return NULL;
}

/* halve(from, width, height, to, width, height) */
static napi_value halve(napi_env env, napi_callback_info info) {
  Arguments in = arguments(env, info);
  Raster from = next_raster(&in), to = next_raster(&in);
  halve_all(from, to);
  return NULL;
}

/* mix(from, to, target, width, height, share, marks) */
static napi_value mix(napi_env env, napi_callback_info info) {
  Arguments in = arguments(env, info);
  uint32_t *from = next_array(&in), *to = next_array(&in);
  Raster target = next_raster(&in);
  Raster one = {from, target.width, target.height}, other = {to, target.width, target.height};
  uint32_t share = (uint32_t)next_int(&in);
  mix_marked(one, other, target, share, next_array(&in));
  return NULL;
}

/* scatter(numbers, kinds, count, colours, opacities, figure, width, height, clear) */
static napi_value scatter(napi_env env, napi_callback_info info) {
  Arguments in = arguments(env, info);
  const uint16_t *numbers = next_array(&in);
  const uint8_t *kinds = next_array(&in);
  int count = next_int(&in);
  const uint32_t *colours = next_array(&in);
  const uint8_t *opacities = next_array(&in);
  Raster figure = next_raster(&in);
  scatter_tiles(numbers, kinds, count, colours, opacities, figure, (uint32_t)next_int(&in));
  return NULL;
}

/* bend(target, width, height, patch, width, height, mask, origins, points, light, columns, rows,
   step, backdrop, frame) */
static napi_value bend(napi_env env, napi_callback_info info) {
  Arguments in = arguments(env, info);
  Raster target = next_raster(&in), patch = next_raster(&in);
  Bending how = {.mask = next_array(&in)};
  how.origins = next_array(&in);
  how.points = next_array(&in);
  how.light = next_array(&in);
  how.columns = next_int(&in);
  how.rows = next_int(&in);
  how.step = next_int(&in);
  how.backdrop = next_backdrop(&in);
  bend_patch(target, patch, &how, next_int(&in));
  return NULL;
}

NAPI_MODULE_INIT() {
  const struct {
    const char *name;
    napi_callback call;
  } functions[] = {{"copy", copy}, {"lay", lay},         {"sample", sample}, {"halve", halve},
                   {"mix", mix},   {"scatter", scatter}, {"bend", bend}};
  for (size_t at = 0; at < sizeof functions / sizeof *functions; at++) {
    napi_value function;
    napi_create_function(env, functions[at].name, NAPI_AUTO_LENGTH, functions[at].call, NULL,
                         &function);
    napi_set_named_property(env, exports, functions[at].name, function);
  }
  return exports;
}
