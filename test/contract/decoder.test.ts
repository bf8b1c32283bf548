import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyDecoder } from "../../drivers/decoder/any.ts";
import { DecoderError } from "../../drivers/decoder/decoder.ts";
import { ffmpegDecoder } from "../../drivers/decoder/ffmpeg.ts";
import { wavDecoder } from "../../drivers/decoder/wav.ts";
import { encoded, tone, wavFile } from "../support/sounds.ts";
import { decoderSuite, pitchHz, whole } from "./decoder.ts";

decoderSuite("wav", wavDecoder());
decoderSuite("ffmpeg", ffmpegDecoder());
decoderSuite("any", anyDecoder());

const formats: readonly (readonly [string, ...string[]])[] = [
  ["flac"],
  ["mp3", "-b:a", "128k"],
  ["ogg", "-c:a", "libopus"],
  ["ogg", "-c:a", "libvorbis"],
];

for (const [format, ...codec] of formats) {
  test(`any: ${format} ${codec.at(-1) ?? ""} of several rates and channels`, async () => {
    for (const [rateHz, channels] of [
      [16_000, 1],
      [44_100, 2],
      [48_000, 2],
    ] as const) {
      const wav = wavFile({ pcm: tone(rateHz, 0.6), rateHz, channels });
      const sound = await whole(anyDecoder(), [encoded(wav, format, ...codec)]);
      const seconds = sound.pcm.length / sound.rateHz;
      assert.ok(Math.abs(seconds - 0.6) < 0.12, `${seconds} s`);
      assert.ok(Math.abs(pitchHz(sound) - 440) < 30, `${pitchHz(sound)} Hz`);
    }
  });

  test(`any: ${format} ${codec.at(-1) ?? ""} of six channels or 192 kHz is named`, async () => {
    const wav = wavFile({ pcm: tone(48_000, 0.2), rateHz: 48_000 });
    if (format === "mp3") return;
    const six = encoded(wav, format, ...codec, "-ac", "6");
    await assert.rejects(whole(anyDecoder(), [six]), /header says 6 channels, 1 or 2 are due/);
    if (format !== "flac") return;
    const fast = encoded(wav, format, ...codec, "-ar", "192000");
    await assert.rejects(whole(anyDecoder(), [fast]), /header says 192000 Hz, 8000 to 96000 Hz/);
  });
}

test("any: bits and floats of WAV", async () => {
  const wav = wavFile({ pcm: tone(22_050, 0.4), rateHz: 22_050, channels: 2 });
  for (const codec of ["pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le"]) {
    const sound = await whole(anyDecoder(), [encoded(wav, "wav", "-c:a", codec)]);
    assert.equal(sound.rateHz, 22_050);
    assert.ok(Math.abs(pitchHz(sound) - 440) < 5, `${codec}: ${pitchHz(sound)} Hz`);
    const peak = sound.pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    assert.ok(Math.abs(peak - 12_000) < 130, `${codec}: peak ${peak}`);
  }
  const law = encoded(wav, "wav", "-c:a", "pcm_mulaw");
  await assert.rejects(whole(anyDecoder(), [law]), /header says format 7 of 8 bit, PCM of 8/);
});

test("wav: a header whose numbers do not fit together is named", async () => {
  const wav = wavFile({ pcm: tone(16_000, 0.1), rateHz: 16_000 });
  wav[32] = 4;
  await assert.rejects(whole(wavDecoder(), [wav]), /1 x 16 bit in blocks of 4 bytes, 2 are due/);
});

test("wav: a rate nobody plays and an end that is missing are named", async () => {
  const pcm = tone(16_000, 0.2);
  const slow = wavFile({ pcm, rateHz: 4_000 });
  await assert.rejects(whole(wavDecoder(), [slow]), /header says 4000 Hz, 8000 to 96000 Hz/);
  const short = wavFile({ pcm, rateHz: 16_000, claimed: pcm.byteLength + 20_000 });
  await assert.rejects(
    whole(wavDecoder(), [short]),
    /ends 20000 bytes short of the 26400 that its header says$/,
  );
});

test("any: without ffmpeg WAV goes on and the rest says what is missing", async () => {
  const wav = wavFile({ pcm: tone(16_000, 0.1), rateHz: 16_000 });
  const absent = anyDecoder("/nowhere/ffmpeg");
  assert.equal((await whole(absent, [wav])).pcm.length, 1_600);
  await assert.rejects(
    whole(absent, [encoded(wav, "flac")]),
    /^DecoderError: Cannot decode sound: ffmpeg is not installed, without it WAV is due$/,
  );
});

test("any: bytes of any kind end in samples or in a DecoderError", async () => {
  const flac = encoded(wavFile({ pcm: tone(16_000, 0.2), rateHz: 16_000 }), "flac");
  const wav = wavFile({ pcm: tone(16_000, 0.2), rateHz: 16_000 });
  const spoilt = fc.record({
    file: fc.constantFrom(flac, wav),
    at: fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 }),
    length: fc.nat(8_000),
  });
  const property = fc.asyncProperty(spoilt, async ({ file, at, length }) => {
    const bytes = file.slice(0, length);
    for (const [place, value] of at) if (place < bytes.length) bytes[place] = value;
    try {
      await whole(anyDecoder(), [bytes]);
    } catch (error) {
      assert.ok(error instanceof DecoderError, String(error));
    }
  });
  await fc.assert(property, { numRuns: 40 });
});
