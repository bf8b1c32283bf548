import { readFileSync } from "node:fs";
import { framesPerSecond } from "../../config/tiers.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { align, misfitMax } from "../../runtime/mouth/align.ts";
import { Decoder } from "../../runtime/mouth/decode.ts";
import { type HeardFrame, Listener } from "../../runtime/mouth/listener.ts";
import { listening } from "../../runtime/mouth/mel.ts";
import { type Viseme, visemes } from "../../runtime/mouth/viseme.ts";
import type { SpokenText } from "../../runtime/speech/utterance.ts";
import { openReader } from "../render/source.ts";

/** What the speech model makes of a whole sound, a row for each frame of 40 ms. */
export interface MouthReading {
  readonly seconds: number;
  /** What is shown: as decoded, or, where the text is known, as it lies along the sound. */
  readonly visemes: readonly Viseme[];
  /** Chance of each of the 15 visemes, in the order of `viseme.ts`; late answers. */
  readonly posteriors: readonly (readonly number[])[];
}

const modelFile = new URL("../../config/models/speech/speech.onnx", import.meta.url);

/** `pcm` is 16 kHz mono; `says` is what is said in it, word for word, if that is known. */
export async function readMouth(pcm: Int16Array, says?: SpokenText): Promise<MouthReading> {
  await using network = await new OnnxInference().open(readFileSync(modelFile));
  const listener = new Listener(network);
  const steps = new Steps();
  await listener.push(pcm, (frame) => steps.take(frame));
  await listener.end((frame) => steps.take(frame));
  if (says) await steps.follow(says);
  const seconds = pcm.length / listening.rateHz;
  const count = Math.ceil(seconds * framesPerSecond);
  const frames = Array.from({ length: count }, (_, frame) => steps.frame(frame));
  return {
    seconds,
    visemes: frames.map(({ viseme }) => viseme),
    posteriors: frames.map(({ chances }) => chances),
  };
}

/** Chances and settled visemes of each 20 ms. */
class Steps {
  readonly #decoder = new Decoder();
  readonly #chances: Float32Array[] = [];
  #visemes: Viseme[] = [];
  /** Whether the text told them. */
  #isKnown = false;

  take({ early, late }: HeardFrame): void {
    for (let at = 0; at < early.length; at += visemes.length) {
      const viseme = this.#decoder.push(early, late, at);
      if (viseme === undefined) continue;
      this.#visemes.push(viseme);
      this.#chances.push(late.slice(at, at + visemes.length));
    }
  }

  /** Lays the shapes of a text along what was heard. */
  async follow(says: SpokenText): Promise<void> {
    await using reader = openReader();
    const { placed, misfit } = align(this.#chances, await reader.read(says));
    if (misfit > misfitMax) {
      throw new Error(
        `Cannot lay the text along the sound: its misfit is ${misfit.toFixed(2)}, ` +
          `what is said has ${misfitMax} at most`,
      );
    }
    this.#isKnown = true;
    this.#visemes = placed.flatMap(({ from, to, viseme }) => Array(to - from).fill(viseme));
  }

  frame(frame: number): { viseme: Viseme; chances: number[] } {
    const halves = [2 * frame, 2 * frame + 1];
    const chances = visemes.map((_, shape) => {
      const sum = halves.reduce((total, step) => total + (this.#chances[step]?.[shape] ?? 0), 0);
      return Math.round(1e4 * (sum / 2)) / 1e4;
    });
    const [first = "sil", second = first] = halves.map((step) => this.#visemes[step]);
    const chanceOf = (viseme: Viseme): number => chances[visemes.indexOf(viseme)]!;
    const isSecond = !this.#isKnown && chanceOf(second) > chanceOf(first);
    return { viseme: isSecond ? second : first, chances };
  }
}
