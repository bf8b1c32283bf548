import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import type { Decoder } from "../../drivers/decoder/decoder.ts";
import { tone, wavFile } from "../support/sounds.ts";

const never = new AbortController().signal;

/** What every Decoder keeps, with WAV, which every one reads. */
export function decoderSuite(name: string, decoder: Decoder): void {
  test(`${name}: every rate, mono and stereo, keeps its length and its tone`, async () => {
    for (const rateHz of [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000]) {
      for (const channels of [1, 2]) {
        const sound = await whole(decoder, [wavFile({ pcm: tone(rateHz, 0.5), rateHz, channels })]);
        const seconds = sound.pcm.length / sound.rateHz;
        assert.ok(Math.abs(seconds - 0.5) < 0.01, `${rateHz} Hz x ${channels}: ${seconds} s`);
        assert.ok(Math.abs(pitchHz(sound) - 440) < 5, `${rateHz} Hz: ${pitchHz(sound)} Hz`);
      }
    }
  });

  test(`${name}: however the file is cut into blocks, it gives the same samples`, async () => {
    const file = wavFile({ pcm: tone(16_000, 0.1), rateHz: 16_000, channels: 2 });
    const { pcm } = await whole(decoder, [file]);
    const cuts = fc.array(fc.integer({ min: 1, max: file.length }), { maxLength: 8 });
    const property = fc.asyncProperty(cuts, async (at) => {
      const sound = await whole(decoder, cut(file, at));
      assert.deepEqual(sound.pcm, pcm);
    });
    await fc.assert(property, { numRuns: 20 });
  });

  test(`${name}: what is no sound is named`, async () => {
    const page = new TextEncoder().encode("<html><body>404 not found</body></html>");
    await assert.rejects(whole(decoder, [page]), /begins "<html><body>"…, a WAV, FLAC, MP3 or Ogg/);
    await assert.rejects(whole(decoder, []), /begins empty/);
  });

  test(`${name}: an error of the source goes through`, async () => {
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield wavFile({ pcm: tone(16_000, 0.5), rateHz: 16_000 }).subarray(0, 4_000);
      throw new RangeError("the line is cut");
    };
    await assert.rejects(
      Array.fromAsync(decoder.decode(source(), never)),
      /^RangeError: the line is cut$/,
    );
  });

  // Who wants the whole file first waits for ever: the second half comes once something is heard.
  test(`${name}: a slow source is heard before it ends`, { timeout: 60_000 }, async () => {
    const file = wavFile({ pcm: tone(48_000, 2), rateHz: 48_000 });
    const heard = Promise.withResolvers<void>();
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield file.subarray(0, file.length / 2);
      await heard.promise;
      yield file.subarray(file.length / 2);
    };
    let samples = 0;
    for await (const { pcm } of decoder.decode(source(), never)) {
      heard.resolve();
      samples += pcm.length;
    }
    assert.equal(samples, 96_000);
  });

  test(`${name}: abort ends it at once and lets go of a source that hangs`, async () => {
    const abort = new AbortController();
    let isLet = false;
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: async () => {
          isLet = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const blocks = Array.fromAsync(decoder.decode(source, abort.signal));
    await sleep(20);
    abort.abort();
    assert.deepEqual(await blocks, []);
    assert.ok(isLet);
  });
}

/** All of a sound's samples. */
export async function whole(
  decoder: Decoder,
  file: readonly Uint8Array[],
): Promise<{ rateHz: number; pcm: Int16Array }> {
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield* file;
  };
  const blocks = await Array.fromAsync(decoder.decode(source(), never));
  const pcm = Int16Array.from(blocks.flatMap((block) => [...block.pcm]));
  return { rateHz: blocks[0]?.rateHz ?? 0, pcm };
}

/** By the middle of the times between loud rises through zero. */
export function pitchHz({ rateHz, pcm }: { rateHz: number; pcm: Int16Array }): number {
  const rises: number[] = [];
  for (let at = 1, low = false; at < pcm.length; at++) {
    low ||= pcm[at]! < -2_000;
    if (!low || pcm[at]! < 2_000) continue;
    low = false;
    rises.push(at);
  }
  const first = rises[Math.floor(rises.length / 4)] ?? 0;
  const last = rises[Math.floor((rises.length * 3) / 4)] ?? 0;
  return (
    ((Math.floor((rises.length * 3) / 4) - Math.floor(rises.length / 4)) * rateHz) / (last - first)
  );
}

function cut(file: Uint8Array, at: readonly number[]): Uint8Array[] {
  const edges = [0, ...[...at].sort((a, b) => a - b), file.length];
  return edges.slice(1).map((end, index) => file.subarray(edges[index], end));
}
