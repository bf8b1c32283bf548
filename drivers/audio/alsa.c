// SPDX-License-Identifier: Apache-2.0
/*
 * alsa: the loudspeaker as a small program of its own, so that a slow frame or a garbage collection
 * in the daemon is never heard (drivers/audio/alsa.ts). It links libasound (LGPL-2.1) dynamically.
 *
 * Build: cc -O2 -Wall -Wextra -o alsa alsa.c -lasound
 * Run:   alsa DEVICE RATE      DEVICE as ALSA names it: default, pulse, plughw:0,0, ...
 *
 * Input is read eagerly, whatever the device does, so that "drop" acts at once. Commands are 8
 * bytes: kind (1 byte), 3 zero bytes, value (u32, the board's byte order); PCM follows its command.
 *   'p' value: bytes that follow, frames of s16 for left and right
 *   's'        let it sound
 *   'd' value: silence now, forget all samples; reports carry this number from now on
 * Output is a Report about every 10 ms while playing and at every change; one of kind 'x' with the
 * reason, if the device does not open at the start. End of input ends the program.
 *
 * A device that fails later is opened again once a second. Meanwhile the position goes on by the
 * clock and the samples of that time are forgotten: the show continues, unheard.
 */
#include <alsa/asoundlib.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { REPORT_MS = 10, REOPEN_MS = 1000, RING_SECONDS = 4, MONO_FRAMES = 4096 };
/* A device may stand still so long at the end of a piece, or within one. */
enum { STILL_MS_MAX = 300, STUCK_MS_MAX = 2000 };

/* A shorter buffer runs dry when the board is busy; the period is how fine the position gets. */
enum { DEVICE_BUFFER_US = 120 * 1000, DEVICE_PERIOD_US = 10 * 1000 };

typedef struct {
  char kind; /* 'r' report, 'x' the device does not open */
  char zero[3];
  uint32_t generation;
  int64_t at_ns; /* CLOCK_MONOTONIC at which `heard` was true */
  int64_t heard; /* samples since start, latency taken off */
  uint32_t underruns;
  uint32_t moving; /* 1 while `heard` goes on with time */
  char fault[96];  /* why nothing is heard, or empty */
} Report;

typedef struct {
  const char *name;
  unsigned rate;
  snd_pcm_t *pcm; /* NULL while lost */
  char fault[96];
  int playing;  /* between start and drop */
  int running;  /* the device takes samples off its buffer */
  int dry;      /* everything received has been heard */
  int64_t ring_size, received, fed, heard; /* frames since drop: the ring holds fed .. received */
  int16_t *ring;                           /* left and right by turns */
  unsigned channels;                       /* of the device: 2, or 1 where it has no more */
  int64_t moved_ns; /* when `heard` last moved */
  int64_t lost_ns, lost_heard, tried_ns; /* while the device is lost */
  uint32_t generation, underruns;
  int64_t reported_ns;
  int changed; /* something to report at once */
} Player;

static char complaint[96]; /* the library's last message */

static int open_device(Player *player);
static void lose_device(Player *player, int error);
static void take_input(Player *player);
static void serve(Player *player);
static void report(Player *player, char kind);

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * (int64_t)1000000000 + now.tv_nsec;
}

static void keep_complaint(const char *file, int line, const char *function, int error,
                           const char *format, ...) {
  (void)file, (void)line, (void)function, (void)error;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(complaint, sizeof complaint, format, arguments);
  va_end(arguments);
}

int main(int count, char **arguments) {
  if (count != 3 || atoi(arguments[2]) <= 0) {
    fprintf(stderr, "usage: alsa DEVICE RATE\n");
    return 2;
  }
  Player player = {.name = arguments[1], .rate = atoi(arguments[2])};
  player.ring_size = (int64_t)player.rate * RING_SECONDS;
  player.ring = calloc(player.ring_size, 2 * sizeof *player.ring);
  fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
  fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
  snd_lib_error_set_handler(keep_complaint);
  int error = player.ring == NULL ? -ENOMEM : open_device(&player);
  if (error < 0) {
    const char *reason = complaint[0] ? complaint : snd_strerror(error);
    snprintf(player.fault, sizeof player.fault, "%s", reason);
    report(&player, 'x');
    return 1;
  }
  report(&player, 'r');
  for (;;) {
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    poll(&input, 1, player.playing ? REPORT_MS : player.pcm == NULL ? REOPEN_MS : -1);
    if (input.revents) take_input(&player);
    serve(&player);
    int due = player.playing && now_ns() - player.reported_ns >= REPORT_MS * 1000000 * 9 / 10;
    if (player.changed || due) report(&player, 'r');
  }
}

/* --- device ---------------------------------------------------------------------------------- */

static int configure(snd_pcm_t *pcm, unsigned rate, unsigned *channels) {
  snd_pcm_hw_params_t *hardware;
  snd_pcm_sw_params_t *software;
  snd_pcm_uframes_t boundary;
  unsigned buffer_us = DEVICE_BUFFER_US, period_us = DEVICE_PERIOD_US;
  int error;
  snd_pcm_hw_params_alloca(&hardware);
  snd_pcm_sw_params_alloca(&software);
  if ((error = snd_pcm_hw_params_any(pcm, hardware)) < 0) return error;
  snd_pcm_hw_params_set_rate_resample(pcm, hardware, 1);
  error = snd_pcm_hw_params_set_access(pcm, hardware, SND_PCM_ACCESS_RW_INTERLEAVED);
  if (error >= 0) error = snd_pcm_hw_params_set_format(pcm, hardware, SND_PCM_FORMAT_S16);
  *channels = snd_pcm_hw_params_test_channels(pcm, hardware, 2) == 0 ? 2 : 1;
  if (error >= 0) error = snd_pcm_hw_params_set_channels(pcm, hardware, *channels);
  if (error >= 0) error = snd_pcm_hw_params_set_rate(pcm, hardware, rate, 0);
  if (error < 0) {
    snprintf(complaint, sizeof complaint, "it does not play stereo or mono, 16 bit, %u Hz", rate);
    return error;
  }
  snd_pcm_hw_params_set_buffer_time_near(pcm, hardware, &buffer_us, NULL);
  snd_pcm_hw_params_set_period_time_near(pcm, hardware, &period_us, NULL);
  if ((error = snd_pcm_hw_params(pcm, hardware)) < 0) return error;
  if ((error = snd_pcm_sw_params_current(pcm, software)) < 0) return error;
  snd_pcm_sw_params_get_boundary(software, &boundary);
  /*
   * Samples are written only while playing, so the first one may start the device. A high threshold
   * would make PulseAudio wait for a full buffer again after each of its own short under-runs.
   */
  snd_pcm_sw_params_set_start_threshold(pcm, software, 1);
  /* What follows the last sample is silence, not old sound. */
  snd_pcm_sw_params_set_silence_threshold(pcm, software, 0);
  snd_pcm_sw_params_set_silence_size(pcm, software, boundary);
  return snd_pcm_sw_params(pcm, software);
}

static int open_device(Player *player) {
  complaint[0] = 0;
  int error = snd_pcm_open(&player->pcm, player->name, SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);
  if (error >= 0 && (error = configure(player->pcm, player->rate, &player->channels)) < 0)
    snd_pcm_close(player->pcm);
  if (error < 0) player->pcm = NULL;
  player->tried_ns = now_ns();
  player->running = 0;
  return error;
}

static void lose_device(Player *player, int error) {
  snprintf(player->fault, sizeof player->fault, "%s", snd_strerror(error));
  snd_pcm_close(player->pcm);
  player->pcm = NULL;
  player->running = 0;
  player->lost_ns = player->tried_ns = now_ns();
  player->lost_heard = player->heard;
  player->changed = 1;
}

/* The device stops and forgets; what it has not played is not played. */
static void rest(Player *player) {
  int untouched = !player->running && player->fed == player->heard;
  player->running = 0;
  if (player->pcm == NULL || untouched) return;
  snd_pcm_drop(player->pcm);
  int error = snd_pcm_prepare(player->pcm);
  if (error < 0) lose_device(player, error);
}

static void count_underrun(Player *player) {
  player->underruns++;
  player->changed = 1;
  rest(player);
}

/* Frames from `at` on, which do not wrap; a device with one channel gets the mean of both. */
static snd_pcm_sframes_t write_frames(Player *player, int64_t at, int64_t count) {
  const int16_t *frames = player->ring + 2 * at;
  if (player->channels == 2) return snd_pcm_writei(player->pcm, frames, count);
  int16_t mono[MONO_FRAMES];
  if (count > MONO_FRAMES) count = MONO_FRAMES;
  for (int64_t i = 0; i < count; i++) mono[i] = (frames[2 * i] + frames[2 * i + 1]) / 2;
  return snd_pcm_writei(player->pcm, mono, count);
}

static void feed(Player *player) {
  while (player->pcm != NULL && player->fed < player->received) {
    int64_t at = player->fed % player->ring_size;
    int64_t count = player->received - player->fed;
    if (count > player->ring_size - at) count = player->ring_size - at;
    snd_pcm_sframes_t taken = write_frames(player, at, count);
    if (taken == -EAGAIN || taken == 0) return;
    if (taken == -EPIPE) {
      count_underrun(player);
      return;
    }
    if (taken < 0) {
      lose_device(player, taken);
      return;
    }
    player->fed += taken;
    if (!player->running) {
      player->running = player->changed = 1;
      player->moved_ns = now_ns();
    }
  }
}

static void set_heard(Player *player, int64_t heard) {
  if (heard > player->received) heard = player->received;
  if (heard <= player->heard) return;
  player->heard = heard;
  player->moved_ns = now_ns();
}

static void run_dry(Player *player) {
  set_heard(player, player->received);
  /* The device goes on: its position is an estimate, and stopping now could cut the end off. */
  player->dry = 1;
  player->changed = 1;
}

/*
 * A device that stands still: PulseAudio may keep a last piece that is shorter than a period, after
 * an under-run of its own; with more to play, the device does not work.
 */
static void doubt(Player *player) {
  int64_t still_ms = (now_ns() - player->moved_ns) / 1000000;
  if (player->fed == player->received && still_ms > STILL_MS_MAX) run_dry(player);
  if (player->fed < player->received && still_ms > STUCK_MS_MAX) lose_device(player, -ETIMEDOUT);
}

static void follow_device(Player *player) {
  snd_pcm_sframes_t delay = 0;
  int error = snd_pcm_delay(player->pcm, &delay);
  if (error < 0 && error != -EPIPE) {
    lose_device(player, error);
    return;
  }
  set_heard(player, player->fed - (error == 0 && delay > 0 ? delay : 0));
  if (player->fed < player->received && error == -EPIPE)
    count_underrun(player);
  else if (player->fed == player->received && (delay <= 0 || error == -EPIPE))
    run_dry(player);
  else
    doubt(player);
}

static void follow_clock(Player *player) {
  int64_t now = now_ns();
  if (player->playing) {
    int64_t elapsed = (now - player->lost_ns) * player->rate / 1000000000;
    set_heard(player, player->lost_heard + elapsed);
    player->dry = player->heard == player->received;
    if (player->dry) {
      player->lost_ns = now;
      player->lost_heard = player->heard;
    }
  }
  if (player->fed < player->heard) player->fed = player->heard;
  if (now - player->tried_ns < REOPEN_MS * (int64_t)1000000) return;
  if (open_device(player) < 0) return;
  player->fault[0] = 0;
  player->changed = 1;
}

static void serve(Player *player) {
  if (player->pcm == NULL) follow_clock(player);
  if (player->pcm == NULL || !player->playing) return;
  feed(player);
  if (player->pcm != NULL && player->running && !player->dry) follow_device(player);
}

/* --- pipes ----------------------------------------------------------------------------------- */

typedef struct {
  unsigned char header[8];
  size_t header_used;
  uint32_t payload_left;
  unsigned char frame[4]; /* what has come of a frame that is not whole yet */
  size_t frame_used;
} Parser;

static void take_samples(Player *player, Parser *parser, const unsigned char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    parser->frame[parser->frame_used++] = bytes[i];
    if (parser->frame_used < sizeof parser->frame) continue;
    parser->frame_used = 0;
    if (player->received - player->fed >= player->ring_size) {
      fprintf(stderr, "more than %d s of samples are queued\n", RING_SECONDS);
      exit(3);
    }
    memcpy(&player->ring[2 * (player->received % player->ring_size)], parser->frame, 4);
    player->received++;
  }
  if (player->dry && player->pcm != NULL) count_underrun(player);
  if (player->dry && player->pcm == NULL) player->lost_ns = now_ns();
  player->dry = 0;
}

static void drop(Player *player, uint32_t generation) {
  rest(player);
  player->received = player->fed = player->heard = 0;
  player->playing = player->dry = 0;
  player->lost_heard = 0;
  player->generation = generation;
  player->changed = 1;
}

static void obey(Player *player, Parser *parser) {
  uint32_t value;
  memcpy(&value, parser->header + 4, 4);
  parser->header_used = 0;
  switch (parser->header[0]) {
  case 'p':
    parser->payload_left = value;
    break;
  case 's':
    player->playing = 1;
    player->lost_ns = now_ns();
    break;
  case 'd':
    drop(player, value);
    break;
  default:
    fprintf(stderr, "unknown command %d\n", parser->header[0]);
    exit(3);
  }
}

static void take_input(Player *player) {
  static Parser parser;
  static unsigned char bytes[64 * 1024];
  ssize_t count;
  while ((count = read(STDIN_FILENO, bytes, sizeof bytes)) > 0) {
    for (ssize_t at = 0; at < count;) {
      if (parser.payload_left > 0) {
        uint32_t part = count - at;
        if (part > parser.payload_left) part = parser.payload_left;
        take_samples(player, &parser, bytes + at, part);
        parser.payload_left -= part;
        at += part;
      } else {
        parser.header[parser.header_used++] = bytes[at++];
        if (parser.header_used == sizeof parser.header) obey(player, &parser);
      }
    }
  }
  if (count == 0 || (errno != EAGAIN && errno != EINTR)) exit(0);
}

/* A reader that is too slow misses reports; the sound must not wait for it. */
static void report(Player *player, char kind) {
  Report line = {.kind = kind,
                 .generation = player->generation,
                 .at_ns = now_ns(),
                 .heard = player->heard,
                 .underruns = player->underruns,
                 .moving = player->playing && !player->dry};
  memcpy(line.fault, player->fault, sizeof line.fault);
  if (write(STDOUT_FILENO, &line, sizeof line) < 0 && errno != EAGAIN) exit(0);
  player->reported_ns = line.at_ns;
  player->changed = 0;
}
