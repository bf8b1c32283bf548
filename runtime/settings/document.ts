import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { type Config, ConfigError } from "../../config/config.ts";
import { configKeys, valueAt } from "../../config/keys.ts";
import { limits } from "../../config/limits.ts";
import type { JobError } from "../job/job.ts";
import { hashOf, readPayload } from "../job/payload.ts";
import { schemaErrors } from "../job/schema.ts";
import { signatureError } from "../job/signature.ts";
import { type Layer, type LayerName, settle } from "./layers.ts";

/** The payload of `config/desired`. Fields it does not name are kept and ignored. */
export const desiredSchema = Type.Object({
  version: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  config: Type.Object({}, { description: "Any part of a configuration; the whole fleet layer" }),
  signature: Type.Optional(Type.String({ maxLength: 128 })),
});

/** A version of the fleet's layer. */
export interface Version {
  readonly version: number;
  /** SHA-256 of `config`, whatever the order of its keys. */
  readonly hash: string;
  readonly config: Readonly<Record<string, unknown>>;
}

interface Refused {
  readonly version: number | null;
  readonly errors: readonly JobError[];
}

/** Reads a pushed document as far as it can be read without the layers it will lie between. */
export function readDesired(payload: Uint8Array, signers: readonly string[]): Version | Refused {
  const read = readPayload(payload, "configuration");
  if ("error" in read) return { version: null, errors: [read.error] };
  const { body } = read;
  const version = Number.isSafeInteger(body.version) ? (body.version as number) : null;
  const untrusted = signatureError(body, signers);
  const errors = [...(untrusted ? [untrusted] : []), ...sizeErrors(payload)];
  errors.push(...schemaErrors(desiredSchema, body));
  if (errors.length > 0 || !Value.Check(desiredSchema, body)) return { version, errors };
  const { config } = body as Static<typeof desiredSchema> & Pick<Version, "config">;
  return { version: body.version, hash: hashOf(config), config };
}

/** Everything that keeps `config` from being the fleet's layer among `layers`. */
export function layerErrors(
  config: Version["config"],
  layers: readonly Layer[],
): readonly JobError[] {
  const locals = configKeys
    .filter(({ apply, pointer }) => apply === "local" && valueAt(config, pointer) !== undefined)
    .map(({ pointer }) => localKey(pointer));
  // Without what lies above it: a mistake does not become right by being hidden.
  const below = layers.filter(({ name }) => belowFleet.has(name));
  const settled = trySettle([...below, { name: "fleet", document: config }]);
  return [...locals, ...(Array.isArray(settled) ? settled : [])];
}

const belowFleet: ReadonlySet<LayerName> = new Set<LayerName>(["built-in", "vendor", "site"]);

function trySettle(layers: readonly Layer[]): Config | JobError[] {
  try {
    return settle(layers).config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.errors.map(({ path, message }) => ({
      ...{ code: "INVALID_CONFIG", path: `/config${path}`, retryable: false },
      message: `Cannot use /config${path}: it ${message}`,
    }));
  }
}

function localKey(pointer: string): JobError {
  const path = `/config${pointer}`;
  const message = `Cannot set ${path}: it is the device's own, set it in a file there`;
  return { code: "LOCAL_KEY", message, path, retryable: false };
}

function sizeErrors({ length }: Uint8Array): JobError[] {
  if (length <= limits.configBytesMax) return [];
  const message = `Cannot read configuration: it is ${length} bytes`;
  const text = `${message}, limit is ${limits.configBytesMax}`;
  return [{ code: "TOO_LARGE", message: text, path: "", retryable: false }];
}
