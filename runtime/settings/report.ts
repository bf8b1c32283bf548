import type { JobError } from "../job/job.ts";
import type { LayerName } from "./layers.ts";

/** The way of one version, from its arrival to its end. */
export type ConfigState =
  | "received"
  | "validated"
  | "checked"
  | "staged"
  | "applying"
  | "probation"
  | "committed"
  | "rolled_back"
  | "rejected";

/** What stands in `config/reported`. */
export interface ConfigReport {
  /** The version this is about; null when none came, or it could not be read. */
  readonly version: number | null;
  readonly state: ConfigState | "none";
  readonly errors: readonly JobError[];
  /** The fleet's version that has proven itself and comes back when another one fails. */
  readonly committed: number | null;
  /** SHA-256 of the configuration in force. */
  readonly hash: string;
  /** Who had the last word on each key, by JSON Pointer. */
  readonly sources: Readonly<Record<string, LayerName>>;
  /** Keys that a technician set on the spot, and until when (wall clock); null: none. */
  readonly drift: { readonly keys: readonly string[]; readonly until: string } | null;
  readonly poisoned: readonly number[];
}

/** What is known of a running device, as far as new settings have to prove themselves. */
export interface Proof {
  /** The broker has granted every subscription. */
  readonly connected: boolean;
  /** A frame was presented and the screen has no fault. */
  readonly picture: boolean;
  /** The loudspeaker that was asked for is open. */
  readonly sound: boolean;
}

/** What is missing of a proof, as errors. */
export function missing(proof: Proof, due: "picture" | "everything"): JobError[] {
  const lacks: JobError[] = [];
  if (!proof.picture) lacks.push(lack("NO_PICTURE", "no frame was presented"));
  if (due === "picture") return lacks;
  if (!proof.connected) lacks.push(lack("NOT_CONNECTED", "the broker was not reached"));
  if (!proof.sound) lacks.push(lack("NO_SOUND", "the audio device was not open"));
  return lacks;
}

function lack(code: string, what: string): JobError {
  const message = `Cannot keep the configuration: ${what}, it should be so within 90 s`;
  return { code, message, retryable: false };
}
