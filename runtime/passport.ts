import { createHash } from "node:crypto";
import { configSchema } from "../config/config.ts";
import { limits } from "../config/limits.ts";
import { canonical } from "./job/payload.ts";
import { cancelSchema, submitSchema } from "./job/schema.ts";
import { commandSchemas, longCommandSchemas } from "./orders.ts";
import { desiredSchema } from "./settings/document.ts";
import type { StageFacts } from "./stage/messages.ts";

/** The schemas of everything that may be sent to a device, by their ids. */
export const schemas: Readonly<Record<string, object>> = {
  config: configSchema,
  "config.desired": desiredSchema,
  "speech.submit": submitSchema,
  "speech.cancel": cancelSchema,
  ...Object.fromEntries(
    Object.entries({ ...commandSchemas, ...longCommandSchemas }).map(([type, schema]) => [
      `cmd.${type}`,
      schema,
    ]),
  ),
};

/** What a device says of itself in `info`. */
export function describeDevice(
  version: string,
  voice: string,
  facts: StageFacts | undefined,
): Readonly<Record<string, unknown>> {
  const { jobBytesMax, textBytesMax, queueJobsMax, packetBytesMax, configBytesMax } = limits;
  return {
    model: "frontdesk",
    version,
    api: 1,
    ...facts,
    voice,
    kinds: ["text", "ssml"],
    commands: ["ping", ...Object.keys(commandSchemas)],
    longCommands: Object.keys(longCommandSchemas),
    limits: { jobBytesMax, textBytesMax, queueJobsMax, packetBytesMax, configBytesMax },
    schemas: hashes,
  };
}

const hashes = Object.fromEntries(
  Object.entries(schemas).map(([id, schema]) => [id, sha256(canonical(schema))]),
);

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
