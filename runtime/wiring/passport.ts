import { createHash } from "node:crypto";
import { type Static, Type } from "typebox";
import { configSchema } from "../../config/config.ts";
import type { Frozen } from "../../config/frozen.ts";
import { limits } from "../../config/limits.ts";
import { desiredSchema as contentDesiredSchema } from "../content/desired.ts";
import { applicationSchema } from "../content/licence/lease.ts";
import { licenceStates } from "../content/licence/verdict.ts";
import { reportSchema as contentReportSchema } from "../content/report.ts";
import { healthSchema } from "../diagnostics/health.ts";
import {
  alarmSchema,
  answerSchema,
  eventSchema,
  hostSchema,
  nowSchema,
  progressSchema,
  stateSchema,
  telemetrySchema,
} from "../fleet/data.ts";
import { envelopeSchema } from "../fleet/envelope.ts";
import { cancelSchema, streamSchema, submitSchema } from "../job/schema.ts";
import { toldSchema } from "../job/told.ts";
import { desiredSchema } from "../settings/document.ts";
import { reportSchema } from "../settings/report.ts";
import type { StageFacts } from "../stage/messages.ts";
import type { Verdict } from "../tier/verdict.ts";
import { commandSchemas, longCommandSchemas } from "./orders.ts";

const count = Type.Integer({ minimum: 0 });

/** What the board was judged to sustain, and why. */
const verdictSchema = Type.Object({
  tier: Type.Union([Type.String(), Type.Null()], { description: "null: too weak for any" }),
  threads: count,
  reserve: Type.Number({ description: "Share of a frame's time that is free" }),
  reasons: Type.Array(Type.String()),
  next: Type.Union([Type.String(), Type.Null()], { description: "What the next tier would need" }),
});

/** How the licence of the device stands, where one is asked for. */
const licenceSchema = Type.Object({
  state: Type.Enum([...licenceStates], { description: "valid, due and no-clock hold" }),
  id: Type.Optional(Type.String({ description: "Of the lease" })),
  pool: Type.Optional(Type.String()),
  test: Type.Optional(Type.Boolean()),
  application: Type.Optional(Type.Union([applicationSchema, Type.Null()])),
  expiresMs: Type.Optional(Type.Integer({ description: "Milliseconds since 1970 UTC" })),
});

export type LicenceInfo = Frozen<Static<typeof licenceSchema>>;

/** The data of `info`; what the stage has opened stands beside these. */
const infoSchema = Type.Object({
  model: Type.Literal("frontdesk"),
  version: Type.String({ description: "Of the program" }),
  api: Type.Literal(1, { description: "Version of the topics" }),
  voice: Type.String(),
  kinds: Type.Array(Type.String(), { description: "Kinds of jobs that it speaks" }),
  commands: Type.Array(Type.String(), { description: "cmd/<type>/req" }),
  longCommands: Type.Array(Type.String(), { description: "cmd/<type>/<cmdId>" }),
  limits: Type.Object({
    jobBytesMax: count,
    textBytesMax: count,
    queueJobsMax: count,
    packetBytesMax: Type.Integer({
      description: "A broker drops a longer packet to this device without a word",
    }),
    configBytesMax: count,
    streamPartBytesMax: count,
    streamTextBytesMax: count,
    streamBytesMax: Type.Integer({ description: "What of a stream may wait to be spoken" }),
  }),
  content: Type.Object(
    {
      schemes: Type.Array(Type.String(), { description: "Of content.repository" }),
      trust: Type.Literal("tuf-1.0", { description: "The Update Framework, specification 1.0" }),
      avatarsMax: count,
    },
    { description: "How avatars come from afar" },
  ),
  actions: Type.Optional(
    Type.Array(Type.String(), { description: "What the avatar can do, for jobs and poses" }),
  ),
  verdict: Type.Optional(verdictSchema),
  licence: Type.Optional(licenceSchema),
  schemas: Type.Record(Type.String(), Type.String({ pattern: "^[0-9a-f]{64}$" }), {
    description: "SHA-256 of each schema's file by its id",
  }),
});

type Info = Frozen<Static<typeof infoSchema>> & Partial<StageFacts>;

/** What a device says, each in the `data` of an envelope. */
const saidSchemas = {
  state: stateSchema,
  info: infoSchema,
  health: healthSchema,
  "speech.event": toldSchema,
  "speech.now": nowSchema,
  "config.reported": reportSchema,
  "content.reported": contentReportSchema,
  alarm: alarmSchema,
  event: eventSchema,
  telemetry: telemetrySchema,
  "cmd.answer": answerSchema,
  "cmd.progress": progressSchema,
  "cmd.echo": Type.Object({}),
} as const;

/** Ids of the schemas of what a device says. */
export type Said = keyof typeof saidSchemas;

/** The schemas of everything that a device hears and says, and of what it says it in. */
const schemas: Readonly<Record<string, object>> = {
  envelope: envelopeSchema,
  ...saidSchemas,
  host: hostSchema,
  config: configSchema,
  "content.desired": contentDesiredSchema,
  "config.desired": desiredSchema,
  "speech.submit": submitSchema,
  "speech.cancel": cancelSchema,
  "speech.stream": streamSchema,
  ...Object.fromEntries(
    Object.entries({ ping: Type.Object({}), ...commandSchemas, ...longCommandSchemas }).map(
      ([type, schema]) => [`cmd.${type}`, schema],
    ),
  ),
};

/** What a device says of itself in `info`. */
export function describeDevice(
  version: string,
  voice: string,
  facts: StageFacts | undefined,
  judged: Verdict | undefined,
): Info {
  const { jobBytesMax, textBytesMax, queueJobsMax, packetBytesMax, configBytesMax } = limits;
  const { streamPartBytesMax, streamTextBytesMax, streamBytesMax } = limits;
  const stream = { streamPartBytesMax, streamTextBytesMax, streamBytesMax };
  const job = { jobBytesMax, textBytesMax, queueJobsMax };
  return {
    model: "frontdesk",
    version,
    api: 1,
    ...facts,
    voice,
    kinds: ["text", "ssml", "audio", "stream"],
    commands: ["ping", ...Object.keys(commandSchemas)],
    longCommands: Object.keys(longCommandSchemas),
    content: {
      schemes: ["https", "file"],
      trust: "tuf-1.0",
      avatarsMax: limits.contentAvatarsMax,
    },
    limits: { ...job, packetBytesMax, configBytesMax, ...stream },
    ...(judged === undefined ? {} : { verdict: told(judged) }),
    schemas: hashes,
  };
}

function told({
  tier,
  threads,
  reserve,
  reasons,
  next,
}: Verdict): Frozen<Static<typeof verdictSchema>> {
  return { tier, threads, reserve, reasons, next };
}

/** The schemas as they are published: JSON Schema 2020-12 as text, by their ids. */
export const publishedSchemas: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(schemas).map(([id, schema]) => {
    const head = { $schema: "https://json-schema.org/draft/2020-12/schema" };
    const document = { ...head, $id: `urn:frontdesk:1:${id}`, ...schema };
    return [id, `${JSON.stringify(document, undefined, 2)}\n`];
  }),
);

const hashes = Object.fromEntries(
  Object.entries(publishedSchemas).map(([id, text]) => [id, sha256(text)]),
);

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
