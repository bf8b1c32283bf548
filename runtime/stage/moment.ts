import { samplesPerFrame } from "../../config/sound.ts";
import type { MouthShape } from "../mouth/shape.ts";
import type { MouthTrack } from "../mouth/track.ts";

/** The mouth that is shown, and what comes before and behind it: lips prepare what they say. */
export interface Moment extends MouthShape {
  /** Frame of the utterance; rises by one from picture to picture, unless some are skipped. */
  readonly frame: number;
  /** Frames of the utterance that are known by now, from the first on. */
  readonly known: number;
  /** The mouth so many frames later, earlier if negative, as far as it is known. */
  near(frames: number): MouthShape;
}

/** A moment that goes through one utterance. Allocates nothing. */
export class TrackMoment implements Moment {
  readonly #track: MouthTrack;
  #frame = 0;

  constructor(track: MouthTrack) {
    this.#track = track;
  }

  get frame(): number {
    return this.#frame;
  }

  get known(): number {
    return this.#track.isWhole ? Number.POSITIVE_INFINITY : this.#track.length;
  }

  get weights(): Float32Array {
    return this.near(0).weights;
  }

  get opening(): number {
    return this.near(0).opening;
  }

  /** Goes to the frame in which sample `sample` is heard. */
  at(sample: number): this {
    this.#frame = Math.floor(sample / samplesPerFrame);
    return this;
  }

  near(frames: number): MouthShape {
    return this.#track.frameAt(this.#frame + frames);
  }
}

/** A moment so many frames behind another one, or before it if negative; it moves with that. */
export function shifted(moment: Moment, by: number): Moment {
  const near = (frames: number) => moment.near(frames + by);
  const { weights, opening } = near(0);
  return { frame: moment.frame + by, known: moment.known, weights, opening, near };
}

/** A mouth held still in the middle of speech: what is measured and tried. */
export function held(shape: MouthShape, frame = 0): Moment {
  return { ...shape, frame, known: Number.POSITIVE_INFINITY, near: () => shape };
}

/** Whether nothing is said for two frames to each side: then the frame's own mouth is shown. */
export function isQuiet(moment: Moment): boolean {
  for (let frames = -quietFrames; frames <= quietFrames; frames++) {
    if (moment.near(frames).opening > 0) return false;
  }
  return true;
}

/** As in the training (`features.py`); lips open up to 80 ms before the sound. */
const quietFrames = 2;
