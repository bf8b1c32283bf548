// SPDX-License-Identifier: Apache-2.0
/*
 * espeak: the voice as a separate program, spoken to over pipes (drivers/voice/espeak.ts).
 *
 * This source is Apache-2.0; the program built from it links libespeak-ng and is therefore, as a
 * whole, under the GNU General Public License version 3. It is kept out of the daemon's process for
 * that reason, and so that a crash inside the library costs one text and not the show.
 *
 * Build: cc -O2 -Wall -Wextra -o espeak espeak.c -lespeak-ng
 *
 * Protocol, both ways: frames of kind (1 byte), 3 zero bytes, payload length (u32), payload;
 * little-endian as both ends are on one board.
 *   in   's' text  'k' text in which [[...]] are phonemes in the library's notation:
 *            u32 words a minute, u32 pitch (50: the voice's own), voice name, NUL, UTF-8 text, NUL
 *        'g' the same: its phonemes in IPA are wanted, a clause at a time, and no sound
 *        'a' stop speaking now
 *   out  'h' u32 sample rate, version; then 'v' per voice: "identifier\tname\tpriority:language ..."; 'r'
 *        'g' u32 bytes of the text up to the clause's end, its phonemes in IPA
 *        'p' u32 sample, IPA name        'w' u32 sample, u32 character, u32 length
 *        'c' u32 sample: a clause ends   'd' mono s16 samples
 *        'e'  the text is done or stopped      'x' text: why it cannot be spoken; no 'e' follows
 * Events come before the block of samples that they lie in. End of input ends the program.
 */
#include <errno.h>
#include <espeak-ng/speak_lib.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_MS = 100, PAYLOAD_MAX = 4 * 1024 * 1024 };

typedef struct {
  unsigned char kind;
  uint32_t length;
  char *payload;
} Request;

static int aborted;

static void put(unsigned char kind, const void *payload, uint32_t length);
static int get(Request *request);
static int on_block(short *pcm, int count, espeak_EVENT *event);
static int on_uri(int type, const char *uri, const char *base);
static void introduce(int rate);
static void list_voices(espeak_VOICE *spec);
static void speak(const Request *request);
static void read_out(const char *text);

int main(void) {
  int rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, BLOCK_MS, NULL,
                               espeakINITIALIZE_PHONEME_EVENTS | espeakINITIALIZE_PHONEME_IPA |
                                   espeakINITIALIZE_DONT_EXIT);
  if (rate <= 0) {
    const char *reason = "its data is missing, package espeak-ng-data should be installed";
    put('x', reason, strlen(reason));
    return 1;
  }
  espeak_SetSynthCallback(on_block);
  espeak_SetUriCallback(on_uri);
  introduce(rate);
  Request request;
  while (get(&request)) {
    if (strchr("skg", request.kind) != NULL) speak(&request);
    free(request.payload);
  }
  return 0;
}

static void introduce(int rate) {
  uint32_t rate_hz = rate;
  char hello[64];
  memcpy(hello, &rate_hz, sizeof rate_hz);
  int used = snprintf(hello + 4, sizeof hello - 4, "%s", espeak_Info(NULL));
  put('h', hello, 4 + (used < (int)sizeof hello - 4 ? used : (int)sizeof hello - 5));
  list_voices(NULL);
  espeak_VOICE variants = {.languages = "variant"};
  list_voices(&variants);
  put('r', NULL, 0);
}

static void list_voices(espeak_VOICE *spec) {
  for (const espeak_VOICE **voice = espeak_ListVoices(spec); *voice != NULL; voice++) {
    char line[1024];
    int used = snprintf(line, sizeof line, "%s\t%s\t", (*voice)->identifier, (*voice)->name);
    /* Each language is a priority byte and a string; an empty one ends the list. */
    for (const char *lang = (*voice)->languages; *lang != 0; lang += strlen(lang + 1) + 2) {
      if (used < 0 || used >= (int)sizeof line) break;
      used += snprintf(line + used, sizeof line - used, "%d:%s ", lang[0], lang + 1);
    }
    if (used > 0 && used < (int)sizeof line) put('v', line, used);
  }
}

static void speak(const Request *request) {
  const uint32_t *wishes = (const uint32_t *)request->payload;
  const char *voice = request->payload + 2 * sizeof *wishes;
  const char *end = request->payload + request->length;
  /* get() has put a NUL behind the payload */
  const char *text = voice < end ? voice + strlen(voice) + 1 : end;
  if (text >= end) {
    put('x', "the request has no text", 23);
    return;
  }
  if (espeak_SetVoiceByName(voice) != EE_OK) {
    put('x', "the library does not load this voice", 36);
    return;
  }
  if (request->kind == 'g') {
    read_out(text);
    return;
  }
  espeak_SetParameter(espeakRATE, wishes[0], 0);
  espeak_SetParameter(espeakPITCH, wishes[1], 0);
  unsigned flags = espeakCHARS_UTF8 | (request->kind == 'k' ? espeakPHONEMES : 0);
  aborted = 0;
  if (espeak_Synth(text, strlen(text) + 1, 0, POS_CHARACTER, 0, flags, NULL, NULL) != EE_OK)
    put('x', "the library reports an internal error", 37);
  else
    put('e', NULL, 0);
}

static void read_out(const char *text) {
  const char *at = text;
  while (at != NULL) {
    const char *ipa =
        espeak_TextToPhonemes((const void **)&at, espeakCHARS_UTF8, espeakPHONEMES_IPA);
    uint32_t length = ipa == NULL ? 0 : strlen(ipa);
    char *answer = malloc(4 + length);
    if (answer == NULL) exit(1);
    uint32_t read = at == NULL ? strlen(text) : (uint32_t)(at - text);
    memcpy(answer, &read, 4);
    memcpy(answer + 4, ipa, length);
    put('g', answer, 4 + length);
    free(answer);
  }
  put('e', NULL, 0);
}

static void put_event(const espeak_EVENT *event) {
  struct {
    uint32_t sample, character, length;
  } word = {event->sample, event->text_position, event->length};
  char phoneme[4 + sizeof event->id.string];
  switch (event->type) {
  case espeakEVENT_WORD:
    put('w', &word, sizeof word);
    break;
  case espeakEVENT_PHONEME:
    memcpy(phoneme, &word.sample, 4);
    memcpy(phoneme + 4, event->id.string, sizeof event->id.string);
    put('p', phoneme, 4 + strnlen(event->id.string, sizeof event->id.string));
    break;
  case espeakEVENT_END:
    put('c', &word.sample, 4);
    break;
  default:
    break;
  }
}

/* The library's call with the next samples; also the only moment at which it can be stopped. */
static int on_block(short *pcm, int count, espeak_EVENT *event) {
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  if (!aborted && poll(&input, 1, 0) > 0) {
    Request request;
    if (!get(&request)) exit(0);
    if (request.kind == 'a') aborted = 1;
    free(request.payload);
  }
  if (aborted) return 1;
  for (; event->type != espeakEVENT_LIST_TERMINATED; event++) put_event(event);
  if (pcm != NULL && count > 0) put('d', pcm, count * sizeof *pcm);
  return 0;
}

/* <audio src> would otherwise make the library open the file, through a shell: speak its text. */
static int on_uri(int type, const char *uri, const char *base) {
  (void)type, (void)uri, (void)base;
  return 1;
}

static void write_all(const void *bytes, size_t length) {
  for (const char *at = bytes; length > 0;) {
    ssize_t done = write(STDOUT_FILENO, at, length);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) exit(0); /* the daemon is gone */
    at += done;
    length -= done;
  }
}

static void put(unsigned char kind, const void *payload, uint32_t length) {
  unsigned char header[8] = {kind};
  memcpy(header + 4, &length, 4);
  write_all(header, sizeof header);
  write_all(payload, length);
}

static int read_all(void *bytes, size_t length) {
  for (char *at = bytes; length > 0;) {
    ssize_t done = read(STDIN_FILENO, at, length);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return 0;
    at += done;
    length -= done;
  }
  return 1;
}

/* Waits for the next request; 0 at the end of input. */
static int get(Request *request) {
  unsigned char header[8];
  if (!read_all(header, sizeof header)) return 0;
  request->kind = header[0];
  memcpy(&request->length, header + 4, 4);
  if (request->length > PAYLOAD_MAX) return 0;
  request->payload = calloc(request->length + 1, 1);
  return request->payload != NULL && read_all(request->payload, request->length);
}
