import { samplesPerFrame } from "../../config/sound.ts";
import type { SpeechPart } from "../speech/utterance.ts";
import { Articulator, lookAheadSamples } from "./articulate.ts";
import { type FrameSound, SoundMeter } from "./energy.ts";
import { guessSegments } from "./guess.ts";
import { type Heard, isToBeHeard } from "./heard.ts";
import { segmentsOf } from "./segments.ts";
import { closedMouth, type MouthShape } from "./shape.ts";

/**
 * The mouth of one utterance, 25 frames a second, growing part by part. Frame f shows the mouth at
 * the middle of samples f * 1920 up to (f + 1) * 1920 and never changes once it is made. Before and
 * behind the sound the mouth is closed.
 *
 * Where the voice tells phonemes, they give the shapes, and the frames of a part are made with it.
 * Where it tells none, the shapes come from the speech model through `hear`, and a frame is made
 * as soon as what is near it is settled; `due` makes it at the latest, from the first impression,
 * or, where nothing was heard, from loudness and bands. How far the mouth opens comes from the
 * sound, always.
 */
export class MouthTrack {
  readonly #meter = new SoundMeter();
  readonly #articulator = new Articulator();
  readonly #frames: MouthShape[] = [];
  /** The sound of the frames to be made next. */
  readonly #sounds: FrameSound[] = [];
  /** Parts that follow each other and whose shapes come from the same source. */
  readonly #stretches: { readonly from: number; readonly isHeard: boolean; until: number }[] = [];
  #settled = 0;
  #impressions = 0;
  #isDeaf = false;
  #ended = false;
  #guessed = 0;

  /** Frames made so far: `shapeAt` knows the future up to here. */
  get length(): number {
    return this.#frames.length;
  }

  /** Frames that were due before anything was heard of them. */
  get guessed(): number {
    return this.#guessed;
  }

  /** Adds the next part. */
  append(part: SpeechPart): void {
    const until = part.atSample + part.pcm.length;
    const last = this.#stretches.at(-1);
    const isHeard = isToBeHeard(part, last?.isHeard === true);
    if (last?.isHeard === isHeard) last.until = until;
    else this.#stretches.push({ from: part.atSample, isHeard, until });
    this.#sounds.push(...this.#meter.add(part.pcm));
    if (!isHeard) {
      this.#sounds.push(...this.#meter.begun());
      this.#articulator.add({ from: part.atSample, until }, segmentsOf(part));
    }
    this.#make();
  }

  /** Takes what the speech model heard in the parts without phonemes. */
  hear({ from, segments, settled }: Heard): void {
    const index = this.#stretchAt(from);
    const until = this.#isClosed(index) ? this.#stretches[index]!.until : Infinity;
    this.#articulator.add({ from, until }, segments);
    this.#settled = settled;
    this.#impressions = segments.at(-1)?.to ?? settled;
    this.#make();
  }

  /** Nothing will be heard, of any part: from here on the mouth is guessed from bands. */
  deafen(): void {
    this.#isDeaf = true;
    this.#make();
  }

  /** No more parts come: the last frame too is made, if the sound ends before its middle. */
  end(): void {
    this.#ended = true;
    this.#sounds.push(...this.#meter.end());
    this.#make();
  }

  /** The frame of `sample` is to be shown now: whatever is missing up to it is made. */
  due(sample: number): void {
    const last = Math.floor(sample / samplesPerFrame);
    while (this.length <= last) {
      if (this.#sounds.length === 0) this.#sounds.push(...this.#meter.begun());
      if (this.#sounds.length === 0) return;
      if (this.#impressions < (this.length + 0.5) * samplesPerFrame) this.#guess();
      this.#shape();
    }
  }

  /** The mouth while sample `sample` is heard. Allocates nothing; the shape must not be changed. */
  shapeAt(sample: number): MouthShape {
    return this.#frames[Math.floor(sample / samplesPerFrame)] ?? closedMouth;
  }

  /**
   * The mouth of frame `frame`, as far as it is known: while more is to come, the last one that is
   * made stands for those behind it. Allocates nothing.
   */
  frameAt(frame: number): MouthShape {
    const last = this.isWhole || frame < 0 ? undefined : this.#frames.at(-1);
    return this.#frames[frame] ?? last ?? closedMouth;
  }

  /** Whether every frame is made. */
  get isWhole(): boolean {
    return this.#ended && this.#sounds.length === 0;
  }

  /** Makes the frames of which all is known. */
  #make(): void {
    while (this.#sounds.length > 0) {
      const middle = (this.length + 0.5) * samplesPerFrame;
      const index = this.#stretchAt(middle);
      if (this.#stretches[index]?.isHeard) {
        if (this.#isDeaf) this.#guess();
        else if (this.#settled < this.#needed(middle, index)) return;
      }
      this.#shape();
    }
  }

  #stretchAt(sample: number): number {
    return this.#stretches.findLastIndex(({ from }) => from <= sample);
  }

  /** Whether no more sound comes to a stretch. */
  #isClosed(index: number): boolean {
    return this.#ended || index < this.#stretches.length - 1;
  }

  /** Up to where the sound has to be settled for the frame at `middle`. */
  #needed(middle: number, index: number): number {
    const reach = middle + lookAheadSamples;
    return this.#isClosed(index) ? Math.min(reach, this.#stretches[index]!.until) : reach;
  }

  #guess(): void {
    if (!this.#isDeaf) this.#guessed++;
    const from = this.length * samplesPerFrame;
    const until = from + 2 * samplesPerFrame;
    this.#articulator.add({ from, until }, guessSegments(this.length, this.#sounds.slice(0, 2)));
  }

  #shape(): void {
    const sound = this.#sounds.shift()!;
    this.#frames.push(...this.#articulator.shape(this.length, [sound]));
  }
}
