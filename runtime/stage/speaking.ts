import type { Display } from "../../drivers/display/display.ts";
import type { MouthShape } from "../mouth/shape.ts";
import { MouthTrack } from "../mouth/track.ts";
import type { SpeechPart } from "../speech/utterance.ts";
import { Meter } from "./meter.ts";
import { Subtitle } from "./subtitle.ts";

/** The utterance on the stage: its mouth, its captions and what became of its frames. */
export class Speaking {
  readonly generation: number;
  readonly track = new MouthTrack();
  readonly meter: Meter;
  /** Absent when the job wants no captions. */
  readonly subtitle: Subtitle | undefined;
  /** Whether the desk has been told that sound could go out. */
  primed = false;
  /** Whether the desk has been told that sound goes out. */
  announced = false;

  constructor(generation: number, caption: string, screen: Display, underruns: number) {
    this.generation = generation;
    this.meter = new Meter(underruns);
    this.subtitle = caption === "" ? undefined : new Subtitle(caption, screen);
  }

  add(part: SpeechPart): void {
    this.track.append(part);
    this.subtitle?.add(part.words);
  }

  end(): void {
    this.track.end();
  }

  /** The mouth that is shown while sample `sample` is heard. */
  mouthAt(sample: number): MouthShape {
    this.track.due(sample);
    return this.track.shapeAt(sample);
  }
}
