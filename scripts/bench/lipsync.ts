import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clip, Segment } from "./score.ts";

/** A clip of a lip-sync benchmark: what is said when, and the sound. */
export interface LipsyncClip extends Clip {
  readonly group: string;
  readonly text: string;
  /** BCP 47 tag or a voice's language name; empty where the set does not say. */
  readonly lang: string;
  /** Set where the clip is another one with noise and room added. */
  readonly noise?: unknown;
  readonly wavFile: string;
}

/**
 * Reads a benchmark folder: `truth.json` and `wav/<id>.wav`, 16 kHz mono 16 bit. What is missing
 * or of another shape is an error that names it.
 */
export function readLipsyncSet(folder: string): ReadonlyMap<string, LipsyncClip> {
  const truth = readTruth(join(folder, "truth.json"));
  const ids = Object.keys(truth).sort();
  if (ids.length === 0) throw fault(folder, "truth.json names no clip, it should name some");
  return new Map(ids.map((id) => [id, clipOf(folder, id, truth[id])]));
}

function readTruth(file: string): Readonly<Record<string, unknown>> {
  if (!existsSync(file)) {
    throw fault(file, "there is no such file, a set should hold truth.json and wav/");
  }
  try {
    const truth: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (isRecord(truth)) return truth;
  } catch (error) {
    throw fault(file, error instanceof Error ? error.message : String(error));
  }
  throw fault(file, "it should be an object of clips");
}

function clipOf(folder: string, id: string, clip: unknown): LipsyncClip {
  const wavFile = join(folder, "wav", `${id}.wav`);
  if (!existsSync(wavFile)) throw fault(wavFile, "there is no such file, truth.json names it");
  if (!isRecord(clip) || typeof clip.group !== "string" || typeof clip.dur !== "number") {
    throw fault(folder, `clip ${id} of truth.json should have group, dur and segments`);
  }
  const segments: unknown = clip.segments;
  if (!Array.isArray(segments) || !segments.every(isSegment)) {
    throw fault(folder, `segments of clip ${id} should be [start s, end s, viseme] each`);
  }
  const text = typeof clip.text === "string" ? clip.text : "";
  const lang = typeof clip.lang === "string" ? clip.lang : "";
  return { group: clip.group, dur: clip.dur, segments, text, lang, noise: clip.noise, wavFile };
}

function isSegment(value: unknown): value is Segment {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [start, end, viseme]: unknown[] = value;
  return typeof start === "number" && typeof end === "number" && typeof viseme === "string";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fault(file: string, reason: string): Error {
  return new Error(`Cannot read lip-sync set: ${file}: ${reason}`);
}

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
