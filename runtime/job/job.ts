import type { Static } from "typebox";
import type { Frozen } from "../../config/frozen.ts";
import type { errorSchema, Told } from "./told.ts";

/** A request to speak, complete: every choice the sender left open is made. */
export interface Job {
  /** 1 to 64 of `A-Z a-z 0-9 . _ : -`; the sender's own, else a ULID. */
  readonly id: string;
  readonly kind: JobKind;
  /**
   * What to say, as plain text or as an SSML document, by `kind`, never blank; of sound what it
   * says, for the captions, or `""`.
   */
  readonly text: string;
  /** Of an `audio` job: its sound, encoded, or where that is. */
  readonly audio?: JobAudio;
  /** Of a `stream` job: how the samples of its parts are to be read. */
  readonly pcm?: PcmFormat;
  /** A voice by name; whether there is such a voice shows when it is asked. */
  readonly voice?: string;
  /** BCP 47. */
  readonly lang?: string;
  /** Factors on the voice's own speed and pitch, 0.5 to 2, and on its loudness, 0 to 2. */
  readonly rate?: number;
  readonly pitch?: number;
  readonly volume?: number;
  /** What of its SSML is left aside, e.g. `emphasis`; absent where there is no SSML. */
  readonly unsupported?: readonly string[];
  /** 0 to 9, 9 first. */
  readonly priority: number;
  readonly mode: JobMode;
  /** Whether a job of the same or a higher priority may cut it off. */
  readonly interruptible: boolean;
  readonly captions: boolean;
  /** Who speaks it, by id; absent: whoever is on stage. */
  readonly avatar?: string;
  readonly actions: readonly JobAction[];
  /** What to do with it when the power went while it was being said. */
  readonly onRestart: "drop" | "replay";
  /** Whether the begin of each sentence is told, as a mark of that name; absent: it is not. */
  readonly sentences?: string;
  /** On the monotonic clock: not begun by then, it expires. */
  readonly deadlineMs: number;
}

type JobKind = "text" | "ssml" | "audio" | "stream";

export type JobAudio = { readonly url: string } | { readonly bytes: Uint8Array };

/** Samples of 16 bit, little endian; of stereo left first. */
export interface PcmFormat {
  /** 8,000 to 96,000. */
  readonly rateHz: number;
  readonly channels: 1 | 2;
}

export type JobMode = "enqueue" | "interrupt" | "replace" | "drop-if-busy";

/** Something the avatar does besides talking, `at` milliseconds after the first sound. */
interface JobAction {
  readonly name: string;
  readonly at: number;
}

/**
 * `received` and `validated` pass within one submission; the first state that is told is `queued`,
 * because by then the job is on disk.
 */
export type JobState = Told["state"];

export type TerminalState = Extract<
  JobState,
  "completed" | "failed" | "cancelled" | "expired" | "interrupted" | "rejected"
>;

/**
 * A change of a job, or the answer to a request about one.
 *
 * A job that was queued gets exactly one event with a terminal state that has neither `dup` nor
 * `request`; after a power cut that one may come again, unchanged. `rejected` ends a request, never
 * a job that was queued.
 */
export interface JobEvent extends Omit<Told, "replyRefused"> {
  /** When it happened, by the wall clock of the board. */
  readonly wallMs: number;
  /** Where the sender wants to hear of it, besides the event topic. */
  readonly reply?: Reply;
}

export type JobError = Frozen<Static<typeof errorSchema>>;

/** Facts about a state, such as `spokenMs`, `reason`, `by`, `textSha256`. */
export type JobDetail = NonNullable<Told["detail"]>;

/** MQTT 5 request/response: a Response Topic and what to send back with it. */
export interface Reply {
  readonly topic: string;
  readonly correlation?: Uint8Array;
}

export function isTerminal(state: JobState): state is TerminalState {
  return terminalStates.has(state);
}

const terminalStates: ReadonlySet<JobState> = new Set<TerminalState>([
  "completed",
  "failed",
  "cancelled",
  "expired",
  "interrupted",
  "rejected",
]);
