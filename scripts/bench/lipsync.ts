import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clip, Segment } from "./score.ts";

/** A clip of a lip-sync benchmark: what is said when, and the sound. */
export interface LipsyncClip extends Clip {
  readonly group: string;
  readonly text: string;
  /** Set where the clip is another one with noise and room added. */
  readonly noise?: unknown;
  readonly wavFile: string;
}

/** Reads a benchmark folder: `truth.json` and `wav/<id>.wav`, 16 kHz mono 16 bit. */
export function readLipsyncSet(folder: string): ReadonlyMap<string, LipsyncClip> {
  const truth = JSON.parse(readFileSync(join(folder, "truth.json"), "utf8")) as Truth;
  return new Map(
    Object.keys(truth)
      .sort()
      .map((id) => [id, { ...truth[id]!, wavFile: join(folder, "wav", `${id}.wav`) }]),
  );
}

type Truth = Record<
  string,
  {
    readonly group: string;
    readonly text: string;
    readonly dur: number;
    readonly segments: readonly Segment[];
    readonly noise?: unknown;
  }
>;

/** The clips as the tables show them: all, then each group; `noisy` are those with added noise. */
export function lipsyncGroups(
  clips: ReadonlyMap<string, LipsyncClip>,
): ReadonlyMap<string, ReadonlyMap<string, LipsyncClip>> {
  const names = new Set([...clips.values()].map(({ group }) => group));
  const pick = (wanted: (clip: LipsyncClip) => boolean): ReadonlyMap<string, LipsyncClip> =>
    new Map([...clips].filter(([, clip]) => wanted(clip)));
  return new Map([
    ["all", clips],
    ...[...names].sort().map((name) => [name, pick(({ group }) => group === name)] as const),
  ]);
}

/** Samples of a 16 kHz mono 16 bit WAV file. */
export function readBenchmarkWav(file: string): Int16Array {
  const bytes = readFileSync(file);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32LE(at + 4);
    const body = bytes.subarray(at + 8, at + 8 + size);
    const name = bytes.toString("latin1", at, at + 4);
    if (name === "fmt ") assertFormat(file, body);
    if (name === "data") return new Int16Array(new Uint8Array(body).buffer, 0, body.length >> 1);
    at += 8 + size + (size % 2);
  }
  throw new Error(`Cannot read ${file}: it holds no sound, it should be a WAV file`);
}

function assertFormat(file: string, body: Buffer): void {
  const [channels, rateHz, bits] = [
    body.readUInt16LE(2),
    body.readUInt32LE(4),
    body.readUInt16LE(14),
  ];
  if (channels === 1 && rateHz === 16_000 && bits === 16) return;
  throw new Error(
    `Cannot read ${file}: it is ${channels} x ${bits} bit at ${rateHz} Hz, ` +
      "a benchmark's sound is 1 x 16 bit at 16000 Hz",
  );
}
