import { type Static, Type } from "typebox";
import type { Frozen } from "../../config/frozen.ts";

/** What is wrong with a request or a job; the same shape wherever an error leaves this device. */
export const errorSchema = Type.Object({
  code: Type.String({
    pattern: "^[A-Z0-9_]+$",
    description: "Codes are only ever added",
  }),
  message: Type.String(),
  path: Type.Optional(
    Type.String({ description: "JSON Pointer (RFC 6901) to the field at fault, if one is" }),
  ),
  retryable: Type.Boolean({ description: "Whether the same request may succeed later" }),
  retryAfterMs: Type.Optional(Type.Integer({ minimum: 0 })),
});

/** Every state of a job, in the order of its life; the last six are ends. */
export const jobStates = [
  "received",
  "validated",
  "queued",
  "preparing",
  "speaking",
  "completed",
  "failed",
  "cancelled",
  "expired",
  "interrupted",
  "rejected",
] as const;

/** The data of `speech/event`: a change of a job, or the answer to a request about one. */
export const toldSchema = Type.Object({
  jobId: Type.Union([Type.String(), Type.Null()], {
    description: "null when a request names no job",
  }),
  state: Type.Enum([...jobStates]),
  request: Type.Optional(
    Type.Enum(["submit", "cancel", "stream"], {
      description: "Set when this answers a request and is no change of a job",
    }),
  ),
  dup: Type.Optional(
    Type.Literal(true, {
      description: "The state the job has had before: the request came again, or too late",
    }),
  ),
  errors: Type.Optional(
    Type.Array(errorSchema, {
      description: "Why, with rejected and failed: every error, not the first",
    }),
  ),
  detail: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
      { description: "Facts such as spokenMs, reason, by; with completed the proof of speech" },
    ),
  ),
  replyRefused: Type.Optional(
    Type.String({ description: "Why the Response Topic of the request is not used" }),
  ),
});

export type Told = Frozen<Static<typeof toldSchema>>;
