import { samplesPerFrame } from "../../config/sound.ts";
import type { FrameSound } from "./energy.ts";
import type { Segment } from "./segments.ts";
import { closedMouth, type MouthShape, visemeIndex } from "./shape.ts";
import { type Viseme, visemes } from "./viseme.ts";

/**
 * Makes frames of segments and sound. Every segment near a frame pulls the mouth towards its shape,
 * weighted by its nearness and its dominance, so that shapes flow into each other; lips that must
 * meet (p b m, f v) win for at least one frame each; rounding starts early, in the consonants
 * before the vowel. How far the mouth opens follows the loudness of the voice.
 *
 * Sources: dominance functions, Cohen and Massaro, Modeling coarticulation in synthetic visual
 * speech (1993); the closures and labiodentals that stay and the rounding that spreads, Edwards et
 * al., JALI (2016), section 4.
 */
export class Articulator {
  #segments: Segment[] = [];
  #opening = 0;
  /** Loudest recent frame, the measure for how loud a vowel is; sinks slowly. */
  #peakDb = peakDbMin;

  /** Takes the segments of a stretch, in place of what was known of that time. */
  add({ from, until }: Stretch, segments: readonly Segment[]): void {
    const before = this.#segments.filter((segment) => segment.from < from);
    const after = this.#segments.filter((segment) => segment.from >= until);
    const within = segments
      .filter((segment) => segment.from < until)
      .map((segment) => (segment.to > until ? { ...segment, to: until } : segment));
    this.#segments = [...before, ...within, ...after];
  }

  /** The mouths of the frames from `first` on. */
  shape(first: number, sounds: readonly FrameSound[]): MouthShape[] {
    const start = first * samplesPerFrame;
    this.#segments = this.#segments.filter(({ to }) => to > start - reachSamples);
    const frames = sounds.map((_, index) => this.#weights(first + index));
    this.#hold(first, frames);
    return frames.map((weights, index) => this.#mouth(weights, sounds[index]!));
  }

  #weights(frame: number): Float32Array {
    const middle = (frame + 0.5) * samplesPerFrame;
    const weights = new Float32Array(visemes.length);
    for (const [index, segment] of this.#segments.entries()) {
      const pull = reached(middle, segment.from, segment.to) * dominance[segment.viseme];
      weights[visemeIndex[segment.viseme]]! += pull;
      if (rounded.has(segment.viseme) && this.#isPliable(index - 1)) {
        const early = reached(middle, segment.from - roundingSamples, segment.from);
        weights[visemeIndex[segment.viseme]]! += early * roundingShare;
      }
    }
    return normalised(weights);
  }

  /** A consonant that lets the lips round while it sounds. */
  #isPliable(index: number): boolean {
    const before = this.#segments[index];
    return before !== undefined && pliable.has(before.viseme);
  }

  /** Every closure gets the frame that it covers most. */
  #hold(first: number, frames: readonly Float32Array[]): void {
    for (const { from, to, viseme } of this.#segments) {
      const share = held[viseme];
      if (share === undefined) continue;
      const frame = Math.floor((from + to) / 2 / samplesPerFrame);
      const weights = frames[frame - first];
      if (!weights || weights[visemeIndex[viseme]]! >= share) continue;
      const rest = 1 - weights[visemeIndex[viseme]]!;
      for (let index = 0; index < weights.length; index++) weights[index]! *= (1 - share) / rest;
      weights[visemeIndex[viseme]] = share;
    }
  }

  #mouth(weights: Float32Array, sound: FrameSound): MouthShape {
    this.#peakDb = Math.max(peakDbMin, this.#peakDb - peakFallDb, sound.levelDb);
    if (!sound.isSounding) {
      this.#opening = 0;
      return closedMouth;
    }
    const loudness = clamp(1 - (this.#peakDb - sound.levelDb) / loudnessSpanDb);
    let wanted = 0;
    for (const [index, viseme] of visemes.entries()) wanted += weights[index]! * openings[viseme];
    wanted *= quietOpening + (1 - quietOpening) * loudness;
    const step = Math.max(-jawStepMax, Math.min(jawStepMax, wanted - this.#opening));
    const isShut = weights[visemeIndex.PP]! > shutShare;
    this.#opening = isShut ? Math.min(wanted, shutOpening) : this.#opening + step;
    return { weights, opening: this.#opening };
  }
}

/** Samples from `from` up to `until`. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** A frame feels segments as far as this to each side of its middle: 35 ms. */
const reachSamples = 1_680;
/** Rounding starts 80 ms before a rounded vowel ... */
const roundingSamples = 3_840;
/** Segments that begin later than this after a frame's middle do not change it: 115 ms. */
export const lookAheadSamples = reachSamples + roundingSamples;
/** ... with this pull against the consonant's 1. */
const roundingShare = 0.35;
const peakDbMin = -24;
/** Per frame, 1.5 dB a second. */
const peakFallDb = 0.06;
const loudnessSpanDb = 24;
/** A vowel spoken as softly as can be still opens the mouth so far. */
const quietOpening = 0.45;
const shutOpening = 0.04;
/** From this share of PP on the lips touch. */
const shutShare = 0.8;
/** The jaw has mass: it takes two frames from shut to wide open. */
const jawStepMax = 0.6;

const rounded: ReadonlySet<Viseme> = new Set(["ou", "oh"]);
const pliable: ReadonlySet<Viseme> = new Set(["TH", "DD", "kk", "CH", "SS", "nn", "RR"]);

/** Share that a closure has at least in its frame. */
const held: Readonly<Partial<Record<Viseme, number>>> = { PP: 0.9, FF: 0.8 };

const dominance: Readonly<Record<Viseme, number>> = {
  sil: 1,
  PP: 1.6,
  FF: 1.4,
  TH: 1,
  DD: 0.9,
  kk: 0.8,
  CH: 1.1,
  SS: 1,
  nn: 0.9,
  RR: 1,
  aa: 1,
  E: 1,
  ih: 1,
  oh: 1.1,
  ou: 1.1,
};

const openings: Readonly<Record<Viseme, number>> = {
  sil: 0,
  PP: 0,
  FF: 0.08,
  TH: 0.25,
  DD: 0.22,
  kk: 0.3,
  CH: 0.25,
  SS: 0.14,
  nn: 0.25,
  RR: 0.3,
  aa: 1,
  E: 0.7,
  ih: 0.4,
  oh: 0.75,
  ou: 0.35,
};

/** How much a stretch is felt at `middle`: its part of a triangle that reaches `reachSamples`. */
function reached(middle: number, from: number, to: number): number {
  return below((to - middle) / reachSamples) - below((from - middle) / reachSamples);
}

/** Area of the unit triangle to the left of x; 0 at -1, 1 at 1. */
function below(x: number): number {
  if (x <= -1) return 0;
  if (x >= 1) return 1;
  return x < 0 ? (1 + x) ** 2 / 2 : 1 - (1 - x) ** 2 / 2;
}

function normalised(weights: Float32Array): Float32Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum === 0) return closedMouth.weights.slice();
  return weights.map((weight) => weight / sum);
}

function clamp(value: number): number {
  return Math.max(0, Math.min(1, value));
}
