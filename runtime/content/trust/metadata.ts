import { Metadata, MetadataKind, Root, Snapshot, Targets, Timestamp } from "@tufjs/models";
import { limits } from "../../../config/limits.ts";
import { readMoment } from "./moment.ts";
import { isPlainPattern } from "./pattern.ts";
import { demand, TrustError } from "./trouble.ts";

/** The four kinds of metadata, by the names of their files. */
export interface Kinds {
  readonly root: Root;
  readonly timestamp: Timestamp;
  readonly snapshot: Snapshot;
  readonly targets: Targets;
}

export type Kind = keyof Kinds;

type Data = Parameters<typeof Metadata.fromJSON>[1];

const readers: { readonly [K in Kind]: (data: Data) => Metadata<Kinds[K]> } = {
  root: (data) => Metadata.fromJSON(MetadataKind.Root, data),
  timestamp: (data) => Metadata.fromJSON(MetadataKind.Timestamp, data),
  snapshot: (data) => Metadata.fromJSON(MetadataKind.Snapshot, data),
  targets: (data) => Metadata.fromJSON(MetadataKind.Targets, data),
};

/**
 * Reads metadata (TUF specification 1.0.33, section 4), stricter than its models: every reader must
 * read the same, moments have the one form that is written down, numbers count. Says nothing of
 * signatures. Throws TrustError.
 */
export function readMetadata<K extends Kind>(kind: K, bytes: Uint8Array): Metadata<Kinds[K]> {
  const data = readObject(kind, bytes);
  const { signed, signatures } = data;
  demandFormat(kind, isObject(signed) && Array.isArray(signatures), "it is not signed metadata");
  const version = typeof signed.spec_version === "string" ? signed.spec_version : "none";
  demand(/^1\.\d+(\.\d+)?$/.test(version), "TRUST_SPEC_VERSION", () => {
    return `${kind} follows version ${version.slice(0, 20)} of the specification, 1.x is due`;
  });
  demand(signed._type === kind, "TRUST_WRONG_ROLE", () => {
    return `file of role ${kind} has type ${JSON.stringify(signed._type)?.slice(0, 30)}`;
  });
  demandSingle(kind, signatures);
  const metadata = model(kind, data as Data);
  demandNumbers(kind, metadata.signed);
  return metadata;
}

/** When it is no longer to be believed, in milliseconds since 1970 UTC. */
export function expiryOf({ expires }: { readonly expires: string }): number {
  const ms = readMoment(expires);
  if (ms === undefined) throw new TrustError("TRUST_FORMAT", `it expires at ${expires}`);
  return ms;
}

function readObject(kind: Kind, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const { text, value } = parse(kind, bytes);
  demandFormat(kind, isObject(value), "it is no JSON object");
  const { depth, members } = shapeOf(text);
  demandFormat(kind, depth <= limits.jsonDepthMax, `it is over ${limits.jsonDepthMax} levels deep`);
  demand(members === namesOf(value).length, "TRUST_AMBIGUOUS", () => {
    return `${kind} has an object with the same name twice`;
  });
  demand(
    namesOf(value, true).every((name) => name.isWellFormed()),
    "TRUST_AMBIGUOUS",
    () => {
      return `${kind} has text with half a character`;
    },
  );
  return value;
}

function parse(kind: Kind, bytes: Uint8Array): { text: string; value: unknown } {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch (error) {
    throw new TrustError("TRUST_FORMAT", `${kind} is no JSON, UTF-8 JSON was due`, error);
  }
}

/**
 * How deep a JSON text nests (the models recurse, and a deep one would be out of stack), and how
 * many members it writes, where JSON.parse keeps the last of those with equal names.
 */
function shapeOf(text: string): { readonly depth: number; readonly members: number } {
  let [depth, deepest, members, isQuoted] = [0, 0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (isQuoted && char === "\\") at += 1;
    else if (char === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (char === ":") members += 1;
    else if (char === "{" || char === "[") deepest = Math.max(deepest, ++depth);
    else if (char === "}" || char === "]") depth -= 1;
  }
  return { depth: deepest, members };
}

/** Names of all members, and all text where `values` are asked for too. */
function namesOf(value: unknown, values = false): readonly string[] {
  if (typeof value === "string") return values ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap((part) => namesOf(part, values));
  return Array.isArray(value) ? inner : [...Object.keys(value), ...inner];
}

/** Of one key a signature counts once; two of them are nobody's work. */
function demandSingle(kind: Kind, signatures: readonly unknown[]): void {
  const keys = signatures.map((one) => (isObject(one) ? one.keyid : undefined));
  demand(new Set(keys).size === keys.length, "TRUST_DUPLICATE_SIGNATURE", () => {
    return `${kind} has two signatures of one key`;
  });
}

/** What the models refuse, they refuse with errors of many kinds. */
function model<K extends Kind>(kind: K, data: Data): Metadata<Kinds[K]> {
  try {
    return readers[kind](data);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrustError("TRUST_FORMAT", `${kind} cannot be read: ${reason}`, error);
  }
}

function demandNumbers(kind: Kind, signed: Kinds[Kind]): void {
  demandCount(kind, "version", signed.version, 1);
  demandFormat(kind, readMoment(signed.expires) !== undefined, "it expires at no moment in UTC");
  if (signed instanceof Root) {
    for (const role of Object.values(signed.roles))
      demandCount(kind, "threshold", role.threshold, 1);
  }
  if (signed instanceof Timestamp) demandFile(kind, signed.snapshotMeta);
  if (signed instanceof Snapshot) {
    for (const file of Object.values(signed.meta)) demandFile(kind, file);
  }
  if (signed instanceof Targets) {
    for (const { length } of Object.values(signed.targets)) demandCount(kind, "length", length, 0);
    demandDelegations(kind, signed);
  }
}

function demandDelegations(kind: Kind, { delegations }: Targets): void {
  const { roles = {}, succinctRoles: bins } = delegations ?? {};
  for (const { threshold, paths = [] } of Object.values(roles)) {
    demandCount(kind, "threshold", threshold, 1);
    const wild = paths.find((pattern) => !isPlainPattern(pattern));
    demand(wild === undefined, "TRUST_AMBIGUOUS", () => {
      return `${kind} delegates ${JSON.stringify(wild?.slice(0, 40))}, wildcards are * and ?`;
    });
  }
  if (bins) demandCount(kind, "threshold", bins.threshold, 1);
  if (bins) demandCount(kind, "bit length", bins.bitLength, 1);
}

function demandFile(kind: Kind, file: { readonly version: number; readonly length?: number }) {
  demandCount(kind, "version of a file", file.version, 1);
  if (file.length !== undefined) demandCount(kind, "length of a file", file.length, 0);
}

function demandCount(kind: Kind, what: string, count: number, least: number): void {
  demandFormat(kind, Number.isSafeInteger(count) && count >= least, `its ${what} is ${count}`);
}

function demandFormat(kind: Kind, holds: boolean, fault: string): asserts holds {
  demand(holds, "TRUST_FORMAT", () => `${kind} cannot be read: ${fault}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
