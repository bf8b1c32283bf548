import { createHash } from "node:crypto";
import { limits } from "../../config/limits.ts";
import type { JobError } from "./job.ts";

/** A payload that is at least a JSON object, or the one error that says why it is not. */
type Payload = { readonly body: Readonly<Record<string, unknown>> } | { readonly error: JobError };

/** Bytes to a JSON object: bounded in size and depth, strict UTF-8. `what` names it in errors. */
export function readPayload(payload: Uint8Array, what: string): Payload {
  const refuse = (code: string, text: string): Payload => ({
    error: { code, message: `Cannot read ${what}: ${text}`, path: "", retryable: false },
  });
  if (payload.length > limits.jobBytesMax) {
    return refuse(
      "TOO_LARGE",
      `payload is ${payload.length} bytes, limit is ${limits.jobBytesMax}`,
    );
  }
  const text = decode(payload);
  if (text === undefined) return refuse("INVALID_UTF8", "payload is not UTF-8, it must be");
  const json = parse(text);
  if ("reason" in json) return refuse("INVALID_JSON", `payload is not JSON: ${json.reason}`);
  const { value } = json;
  if (!isObject(value))
    return refuse("NOT_AN_OBJECT", `payload is ${nameOf(value)}, not an object`);
  if (depthExceeds(value, limits.jsonDepthMax)) {
    return refuse("TOO_DEEP", `payload is nested deeper than ${limits.jsonDepthMax} levels`);
  }
  return { body: value };
}

/** SHA-256 in hex of a JSON value, the same for any order of its keys. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}

function decode(payload: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(payload);
  } catch {
    return undefined;
  }
}

function parse(text: string): { value: unknown } | { reason: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message.slice(0, 120) : "unreadable" };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}

/** By levels, not by recursion: the stack is what a deep payload is after. */
function depthExceeds(value: object, depthMax: number): boolean {
  let level: object[] = [value];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > depthMax) return true;
    const isNested = (one: unknown): one is object => typeof one === "object" && one !== null;
    level = level.flatMap((one) => Object.values(one).filter(isNested));
  }
  return false;
}

/** A JSON value as text that is the same for any order of its keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(byKey)) : part,
  );
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}
