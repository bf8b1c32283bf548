import { type Static, Type } from "typebox";
import { type Config, ConfigError } from "../../config/config.ts";
import { configKeys, valueAt } from "../../config/keys.ts";
import { limits } from "../../config/limits.ts";
import type { JobError } from "../job/job.ts";
import { hashOf } from "../job/payload.ts";
import { type Refused, readPushed } from "../job/pushed.ts";
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

/** Reads a pushed document as far as it can be read without the layers it will lie between. */
export function readDesired(payload: Uint8Array, signers: readonly string[]): Version | Refused {
  const due = { what: "configuration", schema: desiredSchema, signers };
  const read = readPushed(payload, { ...due, errors: sizeErrors(payload) });
  if ("errors" in read) return read;
  const { version, config } = read.body as Static<typeof desiredSchema> & Pick<Version, "config">;
  return { version, hash: hashOf(config), config };
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
