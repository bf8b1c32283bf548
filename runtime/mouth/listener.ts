import assert from "node:assert/strict";
import type { Network, Tensor } from "../../drivers/inference/inference.ts";
import { LogMel, listening, stepLeadSamples, stepReachSamples } from "./mel.ts";
import { visemes } from "./viseme.ts";

/** 40 ms of what was heard. The arrays are the listener's own and change with the next frame. */
export interface HeardFrame {
  /** 0 is the first 40 ms of the sound. */
  readonly number: number;
  /** Chance of each viseme in the two halves of the frame: 2 x 15 values, earlier half first. */
  readonly early: Float32Array;
  /** The same once more for the 20 ms steps `lateSteps` before each half, better informed. */
  readonly late: Float32Array;
  /** 0..1: chance that the vocal cords swing, mean of the frame. */
  readonly voicing: number;
  /** 0..1: how loud, against the loud moments of this speaker; 0 in silence and noise. */
  readonly loudness: number;
}

/** All that a listener needs to go on from where it stood. */
export interface ListenerState {
  readonly received: number;
  readonly window: Float32Array;
  readonly pasts: ReadonlyMap<string, Float32Array>;
}

/**
 * Hears mouth shapes in sound: log-mels into the speech model, 40 ms a call. Any chunking of the
 * sound gives the same frames. Frame n is told as soon as the sound up to 87.5 ms after its end is
 * in (`lookAheadMs`). The listener owns its network; one call at a time.
 */
export class Listener {
  readonly #network: Network;
  readonly #mel = new LogMel();
  readonly #mels: readonly Float32Array[];
  readonly #levels: Float32Array;
  readonly #pasts: readonly Past[];
  /** What the next call of the net sees, from `stepLeadSamples` before its 40 ms on. */
  readonly #window = new Float32Array(windowSamples);
  readonly #frame: { -readonly [Key in keyof HeardFrame]: HeardFrame[Key] };
  #filled: number = stepLeadSamples;
  #received = 0;
  #calls = 0;

  constructor(network: Network) {
    this.#network = network;
    const mel = tensorOf(network.inputs, "mel", [1, stepsPerFrame, melsPerStep]);
    const early = tensorOf(network.outputs, "early", [1, stepsPerFrame, visemes.length]);
    const late = tensorOf(network.outputs, "late", [1, stepsPerFrame, visemes.length]);
    const level = tensorOf(network.outputs, "level", [1, stepsPerFrame, 2]);
    this.#mels = [0, 1].map((step) =>
      mel.data.subarray(step * melsPerStep, (step + 1) * melsPerStep),
    );
    this.#levels = level.data;
    this.#frame = { number: 0, early: early.data, late: late.data, voicing: 0, loudness: 0 };
    this.#pasts = pastsOf(network);
  }

  /** Takes the next sound (16 kHz mono) and tells every frame that it completes. */
  async push(pcm: Int16Array, heard: (frame: HeardFrame) => void): Promise<void> {
    let taken = 0;
    while (taken < pcm.length) {
      const count = Math.min(pcm.length - taken, windowSamples - this.#filled);
      for (let at = 0; at < count; at++) {
        this.#window[this.#filled + at] = pcm[taken + at]! / 32_768;
      }
      taken += count;
      this.#filled += count;
      this.#received += count;
      if (this.#filled === windowSamples) await this.#listen(heard);
    }
  }

  /**
   * Ends the sound: tells the frames still owed, and two of the silence after them, which hold the
   * last steps' late answers; then starts afresh.
   */
  async end(heard: (frame: HeardFrame) => void): Promise<void> {
    const frames = Math.ceil(this.#received / frameSamples);
    const calls = frames === 0 ? 0 : frames + delayFrames + trailingFrames;
    while (this.#calls < calls) {
      this.#window.fill(0, this.#filled);
      this.#filled = windowSamples;
      await this.#listen(heard);
    }
    this.reset();
  }

  /** Forgets all that was heard. */
  reset(): void {
    this.#window.fill(0);
    for (const { now } of this.#pasts) now.data.fill(0);
    this.#filled = stepLeadSamples;
    this.#received = 0;
    this.#calls = 0;
  }

  save(): ListenerState {
    return {
      received: this.#received,
      window: this.#window.slice(0, this.#filled),
      pasts: new Map(this.#pasts.map(({ name, now }) => [name, now.data.slice()])),
    };
  }

  /** Goes on as the listener that saved this state would have. */
  resume(state: ListenerState): void {
    this.reset();
    this.#window.set(state.window);
    this.#filled = state.window.length;
    this.#received = state.received;
    this.#calls = (state.received + stepLeadSamples - this.#filled) / frameSamples;
    for (const { name, now } of this.#pasts) {
      const past = state.pasts.get(name);
      assert(past?.length === now.data.length, "a state fits the model that it came from");
      now.data.set(past);
    }
  }

  async #listen(heard: (frame: HeardFrame) => void): Promise<void> {
    for (let step = 0; step < stepsPerFrame; step++) {
      this.#mel.step(this.#window, step * stepSamples, this.#mels[step]!);
    }
    this.#window.copyWithin(0, frameSamples);
    this.#filled -= frameSamples;
    await this.#network.run();
    for (const { now, next } of this.#pasts) now.data.set(next.data);
    this.#calls++;
    if (this.#calls > delayFrames) this.#tell(heard);
  }

  #tell(heard: (frame: HeardFrame) => void): void {
    const frame = this.#frame;
    frame.number = this.#calls - delayFrames - 1;
    const [voicing, loudness, laterVoicing, laterLoudness] = this.#levels;
    frame.voicing = (voicing! + laterVoicing!) / 2;
    frame.loudness = (loudness! + laterLoudness!) / 2;
    heard(frame);
  }
}

const stepsPerFrame = 2;
const melsPerStep = listening.framesPerStep * listening.bands;
const stepSamples = listening.framesPerStep * listening.hopSamples;
const frameSamples = stepsPerFrame * stepSamples;
const windowSamples = frameSamples - stepSamples + stepReachSamples;
/** The net answers 4 steps of 20 ms late (`LAG` of its training): two frames. */
const delayFrames = 2;

/** By how many 20 ms steps late answers lag behind early ones (training: `LATE_LAG - LAG`). */
export const lateSteps = 3;
const trailingFrames = Math.ceil(lateSteps / stepsPerFrame);

/** How long after a frame's end its answer comes, in sound: the net's delay and half a window. */
export const lookAheadMs =
  ((delayFrames * frameSamples + windowSamples - frameSamples - stepLeadSamples) * 1000) /
  listening.rateHz;

/** A tensor of the net's memory: what comes out as `next` goes in as `now`. */
interface Past {
  readonly name: string;
  readonly now: Tensor;
  readonly next: Tensor;
}

function pastsOf(network: Network): readonly Past[] {
  return [...network.inputs]
    .filter(([name]) => name.startsWith("past"))
    .map(([name, now]) => {
      return {
        name,
        now,
        next: tensorOf(network.outputs, name.replace("past", "next"), now.shape),
      };
    });
}

function tensorOf(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  shape: readonly number[],
): Tensor {
  const tensor = tensors.get(name);
  if (tensor && String(tensor.shape) === String(shape)) return tensor;
  const found = tensor ? `is [${tensor.shape.join(", ")}]` : "is missing";
  throw new Error(`Cannot use speech model: ${name} ${found}, it should be [${shape.join(", ")}]`);
}
