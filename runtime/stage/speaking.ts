import { samplesPerFrame } from "../../config/sound.ts";
import type { Display } from "../../drivers/display/display.ts";
import type { MouthShape } from "../mouth/shape.ts";
import { MouthTrack } from "../mouth/track.ts";
import type { SpeechPart, TimedCue } from "../speech/utterance.ts";
import { Meter } from "./meter.ts";
import { type Moment, TrackMoment } from "./moment.ts";
import { Onset } from "./onset.ts";
import { type CaptionStyle, Subtitle } from "./subtitle.ts";

/** The utterance on the stage: its mouth, its captions and what became of its frames. */
export class Speaking {
  readonly generation: number;
  readonly track = new MouthTrack();
  readonly meter: Meter;
  /** Absent when the job wants no captions. */
  subtitle: Subtitle | undefined;
  /** Whether the desk has been told that sound could go out. */
  primed = false;
  /** Whether the desk has been told that sound goes out. */
  announced = false;
  readonly #onset = new Onset();
  readonly #moment = new TrackMoment(this.track);
  #hasMoved = false;
  #second = 0;
  /** Actions to come, in order. */
  #actions: readonly TimedCue[] = [];

  constructor(generation: number, underruns: number) {
    this.generation = generation;
    this.meter = new Meter(underruns);
  }

  /** The caption goes on by `text`. */
  extend(text: string, screen: Display, style: CaptionStyle): void {
    this.subtitle ??= new Subtitle(screen, style);
    this.subtitle.extend(text);
  }

  add(part: SpeechPart, isLive = false): void {
    if (isLive) this.#onset.hear(part.pcm);
    this.track.append(part);
    this.subtitle?.add(part.words);
    const actions = part.cues.filter(({ kind }) => kind === "action");
    if (actions.length > 0) this.#actions = [...this.#actions, ...actions];
  }

  /** Names of the actions that are due while sample `heard` is heard, or soon; each once. */
  actionsUntil(heard: number): readonly string[] {
    if ((this.#actions[0]?.atSample ?? Number.POSITIVE_INFINITY) > heard + actionLeadSamples) {
      return none;
    }
    const due = this.#actions.filter(({ atSample }) => atSample <= heard + actionLeadSamples);
    this.#actions = this.#actions.slice(due.length);
    return due.map(({ name }) => name);
  }

  end(): void {
    this.track.end();
  }

  /** Whether the desk has to be told of this second: once for each. */
  isTold(second: number): boolean {
    if (second === this.#second) return false;
    this.#second = second;
    return true;
  }

  /** Whether the mouth opens for the first time with this shape. */
  begins(shape: MouthShape | undefined): boolean {
    if (this.#hasMoved || !shape || shape.opening < openingMin) return false;
    this.#hasMoved = true;
    return true;
  }

  /** The mouth that is shown before anything is heard; undefined for a closed one. */
  readiness(): MouthShape | undefined {
    return this.#onset.next();
  }

  /** The mouth that is shown while sample `sample` is heard; valid until the next call. */
  mouthAt(sample: number): Moment {
    this.track.due(sample);
    return this.momentAt(sample);
  }

  /** Likewise as far as it is known, for whoever works ahead. */
  momentAt(sample: number): Moment {
    return this.#moment.at(sample);
  }
}

/** Half of the time in which a body seeks its moment, so that it comes about with the word. */
const actionLeadSamples = 6 * samplesPerFrame;
const none: readonly string[] = [];

/** A share of the widest that is seen to be open. */
const openingMin = 0.05;
