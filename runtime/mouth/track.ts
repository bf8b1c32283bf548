import { samplesPerFrame } from "../../config/sound.ts";
import type { SpeechPart } from "../speech/utterance.ts";
import { Articulator } from "./articulate.ts";
import { SoundMeter } from "./energy.ts";
import { guessSegments } from "./guess.ts";
import { segmentsOf } from "./segments.ts";
import { closedMouth, type MouthShape } from "./shape.ts";

/**
 * The mouth of one utterance, 25 frames a second, growing part by part. Frame f shows the mouth at
 * the middle of samples f * 1920 up to (f + 1) * 1920; it is made when its middle has arrived and
 * never changes after that. Before and behind the sound the mouth is closed.
 */
export class MouthTrack {
  readonly #meter = new SoundMeter();
  readonly #articulator = new Articulator();
  readonly #frames: MouthShape[] = [];

  /** Frames made so far. */
  get length(): number {
    return this.#frames.length;
  }

  /** Adds the next part; its frames are final at once. */
  append(part: SpeechPart): void {
    const sounds = this.#meter.add(part.pcm);
    const first = this.#frames.length;
    const knows = part.phonemes.length > 0;
    this.#articulator.add(knows ? segmentsOf(part) : guessSegments(first, sounds));
    this.#frames.push(...this.#articulator.shape(first, sounds));
  }

  /** No more parts come: makes the last frame, if the sound ends before its middle. */
  end(): void {
    this.#frames.push(...this.#articulator.shape(this.#frames.length, this.#meter.end()));
  }

  /** The mouth while sample `sample` is heard. Allocates nothing; the shape must not be changed. */
  shapeAt(sample: number): MouthShape {
    return this.#frames[Math.floor(sample / samplesPerFrame)] ?? closedMouth;
  }
}
