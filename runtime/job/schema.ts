import { type Static, Type } from "typebox";
import type { TLocalizedValidationError } from "typebox/error";
import { Settings } from "typebox/system";
import { Value } from "typebox/value";
import { limits } from "../../config/limits.ts";
import type { JobError } from "./job.ts";

/** The payload of `speech/submit`. Fields it does not name are kept and ignored. */
export const submitSchema = Type.Object({
  jobId: Type.Optional(Type.String({ pattern: `^[A-Za-z0-9._:-]{1,${limits.jobIdCharsMax}}$` })),
  kind: Type.Optional(Type.Enum(["text", "ssml", "audio", "stream"])),
  text: Type.Optional(Type.String()),
  ssml: Type.Optional(Type.String()),
  // A WAV, FLAC, MP3 or Ogg file in base64, or where there is one.
  audio: Type.Optional(Type.String({ minLength: 1 })),
  audioUrl: Type.Optional(Type.String({ minLength: 1, maxLength: 2048 })),
  // How the samples of a stream are to be read.
  rateHz: Type.Optional(Type.Integer({ minimum: 8_000, maximum: 96_000 })),
  channels: Type.Optional(Type.Enum([1, 2])),
  voice: Type.Optional(Type.String({ minLength: 1, maxLength: limits.voiceCharsMax })),
  // The shape of a BCP 47 tag; whether a voice speaks it is the voice's to say.
  lang: Type.Optional(Type.String({ pattern: "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}$" })),
  // Factors: of speed and pitch from half to double, of loudness from silence to +6 dB.
  rate: Type.Optional(Type.Number({ minimum: 0.5, maximum: 2 })),
  pitch: Type.Optional(Type.Number({ minimum: 0.5, maximum: 2 })),
  volume: Type.Optional(Type.Number({ minimum: 0, maximum: 2 })),
  priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 9 })),
  mode: Type.Optional(Type.Enum(["enqueue", "interrupt", "replace", "drop-if-busy"])),
  interruptible: Type.Optional(Type.Boolean()),
  captions: Type.Optional(Type.Boolean()),
  // Who speaks it, by id; whoever is on stage otherwise.
  avatar: Type.Optional(Type.String({ pattern: "^[a-z0-9-]{1,64}$" })),
  actions: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String({ minLength: 1, maxLength: 64 }),
        at: Type.Integer({ minimum: 0, maximum: limits.utteranceMsMax }),
      }),
      { maxItems: limits.jobActionsMax },
    ),
  ),
  onRestart: Type.Optional(Type.Enum(["drop", "replay"])),
  // Ed25519 over the rest, where the device knows who may sign.
  signature: Type.Optional(Type.String({ maxLength: 128 })),
  ttlMs: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.jobTtlMsMax })),
});

export type Submit = Static<typeof submitSchema>;

/** A part of a streamed job as JSON: samples in base64, or text. */
export const streamSchema = Type.Object({
  seq: Type.Integer({ minimum: 1, maximum: 0xffff_ffff }),
  isFinal: Type.Optional(Type.Boolean()),
  audio: Type.Optional(Type.String()),
  text: Type.Optional(Type.String()),
});

/** The payload of `speech/cancel`: one job by its id, or all of them. */
export const cancelSchema = Type.Object({
  jobId: Type.Optional(Type.String({ minLength: 1, maxLength: limits.jobIdCharsMax })),
  all: Type.Optional(Type.Boolean()),
});

/** Everything about `body` that `schema` does not allow, each with its JSON Pointer. */
export function schemaErrors(schema: Type.TSchema, body: object): JobError[] {
  return Value.Errors(schema, body).flatMap((error) => {
    const code = codes[error.keyword] ?? "INVALID_VALUE";
    const missing = error.keyword === "required" ? error.params.requiredProperties : [];
    const paths = missing.map((name) => `${error.instancePath}/${name}`);
    return (paths.length > 0 ? paths : [error.instancePath]).map((path) => {
      const message = `Cannot read ${path}: it is ${found(body, path)}, it ${ruleOf(error)}`;
      return { code, message, path, retryable: false };
    });
  });
}

const codes: Readonly<Record<string, string>> = {
  type: "INVALID_TYPE",
  required: "MISSING_FIELD",
  enum: "UNKNOWN_VALUE",
};

// Eight by default; more than a payload can hold would be no bound at all.
Settings.Set({ maxErrors: 64 });

function ruleOf(error: TLocalizedValidationError): string {
  if (error.keyword === "enum") return `must be one of ${error.params.allowedValues.join(", ")}`;
  return error.keyword === "required" ? "must be there" : error.message;
}

function found(body: unknown, path: string): string {
  let value = body;
  for (const key of path.split("/").slice(1)) {
    value = (value as Record<string, unknown> | undefined)?.[key];
  }
  const json = JSON.stringify(value) ?? "missing";
  return json.length <= 40 ? json : `${json.slice(0, 40)}…`;
}
