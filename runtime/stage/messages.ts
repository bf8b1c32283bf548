import type { Config } from "../../config/config.ts";
import type { InputEvent } from "../../drivers/input/input.ts";
import type { TraceEvent } from "../diagnostics/trace.ts";
import type { Heard } from "../mouth/heard.ts";
import type { SpeechPart } from "../speech/utterance.ts";
import type { BenchCard, NoticeCard } from "./card.ts";
import type { Cast, Casting } from "./cast.ts";

/**
 * What crosses between the desk and the stage. Every message about an utterance carries its
 * generation, a number that only rises: whatever carries an old one is dropped on arrival.
 */
export type ToStage =
  | {
      readonly kind: "begin";
      readonly generation: number;
      /** `""`: none, so far. */
      readonly caption: string;
    }
  /** The caption goes on. */
  | { readonly kind: "caption"; readonly generation: number; readonly text: string }
  | {
      readonly kind: "part";
      readonly generation: number;
      readonly part: SpeechPart;
      /** Its sound comes as it is made. */
      readonly isLive?: boolean;
    }
  /** What the speech model heard in parts whose voice tells no phonemes; behind its parts. */
  | { readonly kind: "heard"; readonly generation: number; readonly heard: Heard }
  /** There is no speech model: nothing will be heard in the parts of this utterance. */
  | { readonly kind: "deaf"; readonly generation: number }
  | { readonly kind: "end"; readonly generation: number }
  /** The desk has it on disk that this utterance begins: let it sound. */
  | { readonly kind: "go"; readonly generation: number }
  /** Settings that change while all goes on. */
  | {
      readonly kind: "apply";
      readonly volume: number;
      /** What the screen looks like. */
      readonly scene: Config["scene"];
      /** Whether the screen is off while nobody is spoken to. */
      readonly rests: boolean;
    }
  /**
   * Show this avatar, or the same one at another tier, after what is being said; answered with
   * `avatar-shown` or `avatar-refused`. A later one takes its place, and is the one answered.
   */
  | ({ readonly kind: "avatar" } & Casting)
  /** Take a pose until somebody is spoken to, or another one comes; absent: none. */
  | { readonly kind: "pose"; readonly name?: string }
  /** Show the time of day, as `14:05`; `""` shows none. */
  | { readonly kind: "clock"; readonly text: string }
  /** Show the idle loop at half the frames a second, or no longer. */
  | { readonly kind: "thrift"; readonly on: boolean }
  /** Show the bench, with flash and beep, until its time is over or somebody speaks. */
  | { readonly kind: "bench"; readonly card: BenchCard }
  /** Show a card beside the greeter until another one comes, or none. */
  | { readonly kind: "notice"; readonly card?: NoticeCard }
  /** Show a small line that stays; `""` shows none. */
  | { readonly kind: "imprint"; readonly text: string }
  /** What was pressed or touched, for the bench to show. */
  | { readonly kind: "input"; readonly event: InputEvent }
  /** Show a text on top of everything for a while. */
  | { readonly kind: "banner"; readonly text: string; readonly forMs: number }
  /** Answer with the picture as it stands, of at most so many characters in base64. */
  | {
      readonly kind: "screenshot";
      readonly request: number;
      readonly charsMax: number;
      /** Of its size; absent: as large as the characters allow. */
      readonly share?: number;
    }
  /** Silence at once, for this and every older generation. */
  | { readonly kind: "stop"; readonly generation: number }
  /** Finish the film, close everything, answer `closed`. */
  | { readonly kind: "close" };

export type FromStage =
  /** The stage has risen, and has a picture. */
  | { readonly kind: "ready"; readonly facts: StageFacts }
  /** The avatar that was asked for is on the screen; `pauseFrames`: the longest row left out. */
  | ({ readonly kind: "avatar-shown" } & Cast & {
        readonly pauseFrames: number;
        readonly facts: StageFacts;
      })
  /** It cannot be shown; what was shown before goes on. */
  | ({ readonly kind: "avatar-refused" } & Cast & {
        /** Who is at fault: the package, or a stage that shows one size only. */
        readonly by: "package" | "stage";
        readonly reason: string;
      })
  /** Pictures are being shown: with the first one, and then about once a second. */
  | { readonly kind: "pulse"; readonly pulse: Pulse }
  /** The utterance could sound now; it waits for `go`. */
  | { readonly kind: "primed"; readonly generation: number }
  /** The first sample of the utterance is on its way out. */
  | { readonly kind: "speaking"; readonly generation: number }
  /** Samples of the utterance heard so far; told about once a second. */
  | { readonly kind: "position"; readonly generation: number; readonly heard: number }
  | { readonly kind: "finished"; readonly generation: number; readonly proof: Proof }
  | { readonly kind: "stopped"; readonly generation: number; readonly proof: Proof }
  | { readonly kind: "screenshot"; readonly request: number; readonly shot: Screenshot }
  /** Something a technician should know; the show goes on. */
  | { readonly kind: "trace"; readonly event: TraceEvent }
  | { readonly kind: "closed" };

/** A picture of what is shown, or why there is none. */
export type Screenshot =
  | { readonly jpeg: string; readonly width: number; readonly height: number }
  | { readonly reason: string };

/** Counts since the stage began, and how the screen and the loudspeaker are. */
export interface Pulse {
  readonly shown: number;
  readonly dropped: number;
  readonly late: number;
  /** What each frame since the last pulse cost, in ms. */
  readonly workMs: readonly number[];
  /** Whether samples wait to be heard. */
  readonly sounding: boolean;
  /** Samples of the utterance heard so far. */
  readonly heard: number;
  readonly underruns: number;
  /** The screen is off because it is meant to be. */
  readonly resting: boolean;
  /** 95th percentile of the distance of mouth and sound, of what is being said. */
  readonly avOffsetMsP95?: number;
  readonly displayFault?: string;
  readonly audioFault?: string;
}

/** What the stage opened, and why. */
export interface StageFacts {
  readonly display: string;
  /** Why better displays were not taken, in the order they were tried. */
  readonly displaysRefused: readonly string[];
  readonly audio: string;
  readonly audioRefused: readonly string[];
  /** null when no avatar could be opened. */
  readonly avatar: string | null;
  /** Of its release, where that was installed. */
  readonly avatarVersion?: string;
  /** What it can do besides talking, by name. */
  readonly actions?: string[];
  readonly tier: string;
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

/** Proof of speech: what the visitor really got. */
export interface Proof {
  readonly spokenMs: number;
  readonly framesShown: number;
  readonly framesDropped: number;
  readonly underruns: number;
  /** 95th percentile of the distance between a frame's mouth and the sound at that moment. */
  readonly avOffsetMsP95: number;
}
