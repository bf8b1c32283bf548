import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { sampleRateHz, samplesPerFrame } from "../../config/sound.ts";
import type { Recorder } from "../../drivers/recorder/recorder.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What every implementation of Recorder keeps, seen through ffmpeg's and ffprobe's eyes. */
export function recorderSuite(
  name: string,
  open: (file: string, size: Size) => Promise<Recorder>,
): void {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-recorder-"));
  after(() => rmSync(folder, { recursive: true }));
  const size = { width: 64, height: 96 };

  test(`${name}: the film has every frame, in order, and the sound of each`, async () => {
    const file = join(folder, "new/folder/film.mp4");
    const recorder = await open(file, size);
    for (let index = 0; index < 60; index++) {
      await insist(recorder, flat(size, levelOf(index)), clickIn(index % 20 === 7));
    }
    assert.equal(recorder.frames, 60);
    assert.equal(existsSync(file), false, "a film is there only once it is whole");
    await recorder[Symbol.asyncDispose]();

    const levels = decodeLevels(file, size);
    assert.equal(levels.length, 60);
    for (const [index, level] of levels.entries()) {
      assert.ok(Math.abs(level - levelOf(index)) <= 4, `frame ${index} has level ${level}`);
    }
    const sound = decodeSound(file);
    const clicks = clicksIn(sound);
    const due = [7, 27, 47].map((index) => (index * samplesPerFrame * 1000) / sampleRateHz);
    assert.equal(clicks.length, due.length);
    for (const [index, atMs] of clicks.entries()) {
      assert.ok(Math.abs(atMs - due[index]!) <= 1, `click at ${atMs} ms, due at ${due[index]} ms`);
    }
    assert.ok(sound.length >= 60 * samplesPerFrame, "no sound is cut off");
  });

  test(`${name}: the film plays everywhere: H.264 4:2:0 BT.709, AAC, from zero`, async () => {
    const file = join(folder, "form.mp4");
    const recorder = await open(file, size);
    for (let index = 0; index < 30; index++)
      await insist(recorder, flat(size, 100), clickIn(false));
    await recorder[Symbol.asyncDispose]();
    const [video, audio] = probe(file);
    assert.deepEqual(
      [video!.codec_name, video!.pix_fmt, video!.color_space, video!.color_range],
      ["h264", "yuv420p", "bt709", "tv"],
    );
    assert.deepEqual([video!.avg_frame_rate, video!.nb_frames], ["25/1", "30"]);
    assert.deepEqual([video!.width, video!.height], [64, 96]);
    assert.deepEqual([audio!.codec_name, audio!.sample_rate, audio!.channels], ["aac", "48000", 1]);
    assert.deepEqual([Number(video!.start_time), Number(audio!.start_time)], [0, 0]);
  });

  test(`${name}: frame() is refused while the encoder is behind, not queued`, async () => {
    const recorder = await open(join(folder, "full.mp4"), { width: 1280, height: 720 });
    const pixels = flat({ width: 1280, height: 720 }, 50);
    let taken = 0;
    while (recorder.frame(pixels, clickIn(false))) taken++;
    assert.ok(taken > 0 && taken <= 50, `${taken} frames were taken at once`);
    assert.equal(recorder.frames, taken);
    await insist(recorder, pixels, clickIn(false));
    await recorder[Symbol.asyncDispose]();
    assert.equal(probe(join(folder, "full.mp4"))[0]!.nb_frames, String(taken + 1));
  });

  test(`${name}: frame() copies what it is given`, async () => {
    const file = join(folder, "copy.mp4");
    const recorder = await open(file, size);
    const pixels = flat(size, 200);
    await insist(recorder, pixels, clickIn(false));
    pixels.fill(0);
    await recorder[Symbol.asyncDispose]();
    assert.ok(Math.abs(decodeLevels(file, size)[0]! - 200) <= 4);
  });

  test(`${name}: frame() refuses other amounts of pixels and sound`, async () => {
    const recorder = await open(join(folder, "amount.mp4"), size);
    const pixels = flat(size, 1);
    assert.throws(() => recorder.frame(pixels.subarray(4), clickIn(false)), RangeError);
    assert.throws(() => recorder.frame(pixels, new Int16Array(10)), RangeError);
    assert.equal(recorder.frames, 0);
    await insist(recorder, pixels, clickIn(false));
    await recorder[Symbol.asyncDispose]();
  });

  test(`${name}: frame() throws once the encoder is gone, so no one waits for ever`, async () => {
    mkdirSync(join(folder, "gone.mp4.part"));
    const recorder = await open(join(folder, "gone.mp4"), size);
    await assert.rejects(async () => {
      for (;;) await insist(recorder, flat(size, 1), clickIn(false));
    }, /^Error: Cannot record .*gone\.mp4: ffmpeg has ended/);
    await assert.rejects(async () => recorder[Symbol.asyncDispose]());
  });

  test(`${name}: a film that cannot be written is an error with the reason`, async () => {
    mkdirSync(join(folder, "taken.mp4.part"));
    mkdirSync(join(folder, "taken.mp4"));
    await assert.rejects(async () => {
      const recorder = await open(join(folder, "taken.mp4"), size);
      await insist(recorder, flat(size, 1), clickIn(false));
      await recorder[Symbol.asyncDispose]();
    }, /^Error: Cannot record .*taken\.mp4: .*directory/i);
    writeFileSync(join(folder, "no-folder"), "");
    await assert.rejects(open(join(folder, "no-folder/film.mp4"), size), {
      message: /^Cannot record .*no-folder\/film\.mp4: .*(EEXIST|ENOTDIR)/,
    });
  });
}

/** Offers the frame until there is room for it. */
async function insist(recorder: Recorder, rgba: Uint8Array, sound: Int16Array): Promise<void> {
  while (!recorder.frame(rgba, sound)) await turn();
}

/** Neighbours differ by 40 and more, so that a frame that is lost or doubled shows. */
function levelOf(index: number): number {
  return 40 + ((index * 3) % 5) * 40;
}

function flat({ width, height }: Size, level: number): Uint8Array {
  const rgba = new Uint8Array(width * height * 4).fill(level);
  for (let alpha = 3; alpha < rgba.length; alpha += 4) rgba[alpha] = 255;
  return rgba;
}

/** Sound of one frame: silence, or a click on its first sample. */
function clickIn(clicks: boolean): Int16Array {
  const sound = new Int16Array(samplesPerFrame);
  if (clicks) sound.fill(30_000, 0, 24);
  return sound;
}

/** Middle red level of each frame. */
function decodeLevels(file: string, { width, height }: Size): number[] {
  const rgb = decode(file, ["-map", "0:v", "-f", "rawvideo", "-pix_fmt", "rgb24"]);
  const frameBytes = width * height * 3;
  const middle = (height / 2) * width * 3;
  return Array.from(
    { length: rgb.length / frameBytes },
    (_, index) => rgb[index * frameBytes + middle]!,
  );
}

function decodeSound(file: string): Int16Array {
  const pcm = decode(file, ["-map", "0:a", "-f", "s16le", "-ac", "1"]);
  return new Int16Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.length));
}

/** Where the middle of a click's rise lies, in milliseconds from the start. */
function clicksIn(sound: Int16Array): number[] {
  const found: number[] = [];
  for (let at = 0; at < sound.length; at++) {
    if (Math.abs(sound[at]!) < 12_000) continue;
    found.push((at * 1000) / sampleRateHz);
    at += samplesPerFrame;
  }
  return found;
}

function decode(file: string, args: readonly string[]): Buffer {
  return execFileSync("ffmpeg", ["-v", "error", "-i", file, ...args, "pipe:1"], {
    maxBuffer: 2 ** 30,
  });
}

function probe(file: string): Record<string, unknown>[] {
  const args = ["-v", "error", "-show_streams", "-of", "json", file];
  return JSON.parse(execFileSync("ffprobe", args, { encoding: "utf8" })).streams;
}
