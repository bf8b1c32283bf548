import { type Static, Type } from "typebox";
import type { Frozen } from "../../config/frozen.ts";
import type { JobError } from "../job/job.ts";
import { errorSchema } from "../job/told.ts";
import { layerNames } from "./layers.ts";

/** The way of one version, from its arrival to its end. */
const configStates = [
  "received",
  "validated",
  "checked",
  "staged",
  "applying",
  "probation",
  "committed",
  "rolled_back",
  "rejected",
] as const;

export type ConfigState = (typeof configStates)[number];

const version = Type.Union([Type.Integer(), Type.Null()]);

/** What stands in `config/reported`. */
export const reportSchema = Type.Object({
  version: Type.Union(version.anyOf, {
    description: "What this is about; null when none came, or it could not be read",
  }),
  state: Type.Enum([...configStates, "none"]),
  errors: Type.Array(errorSchema),
  committed: Type.Union(version.anyOf, {
    description: "The fleet's version that has proven itself and comes back when another fails",
  }),
  hash: Type.String({ description: "SHA-256 of the configuration in force" }),
  sources: Type.Record(Type.String(), Type.Enum([...layerNames]), {
    description: "Who had the last word on each key, by JSON Pointer",
  }),
  drift: Type.Union(
    [Type.Object({ keys: Type.Array(Type.String()), until: Type.String() }), Type.Null()],
    { description: "Keys that a technician set on the spot, and until when; null: none" },
  ),
  poisoned: Type.Array(Type.Integer(), { description: "Versions that failed their trial" }),
});

export type ConfigReport = Frozen<Static<typeof reportSchema>>;

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
