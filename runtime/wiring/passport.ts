import { createHash } from "node:crypto";
import { configSchema } from "../../config/config.ts";
import { limits } from "../../config/limits.ts";
import { envelopeSchema } from "../fleet/envelope.ts";
import { cancelSchema, submitSchema } from "../job/schema.ts";
import { desiredSchema } from "../settings/document.ts";
import type { StageFacts } from "../stage/messages.ts";
import { commandSchemas, longCommandSchemas } from "./orders.ts";

/** The schemas of everything that may be sent to a device, and of what its answers wear. */
const schemas: Readonly<Record<string, object>> = {
  envelope: envelopeSchema,
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
