import { createPrivateKey } from "node:crypto";
import type { Fetch } from "../../drivers/fetch/fetch.ts";
import { type Mishap, ScriptedFetch } from "../../drivers/fetch/scripted.ts";
import type { Kind } from "../../runtime/content/trust/metadata.ts";
import { writeMoment } from "../../runtime/content/trust/moment.ts";
import { canonical } from "../../runtime/job/payload.ts";
import { readSigner, type Signer } from "../../runtime/studio/repo/key.ts";
import { hashOf } from "../../runtime/studio/repo/release.ts";

/** What is signed, as JSON that can be written to. */
export interface Base {
  version: number;
  expires: string;
  [field: string]: unknown;
}

/** What one sheet tells of another. */
export interface Told {
  version: number;
  length?: number;
  hashes?: Record<string, string>;
}

/** The four sheets of a repository before they are signed. */
export interface Sheets {
  root: Base & {
    keys: Record<string, unknown>;
    roles: Record<string, { keyids: string[]; threshold: number }>;
  };
  timestamp: Base & { meta: Record<string, Told> };
  snapshot: Base & { meta: Record<string, Told> };
  targets: List;
}

/** A list of files, of the role `targets` or of one that it delegates to. */
export interface List extends Base {
  targets: Record<string, { length: number; hashes: Record<string, string> }>;
}

/** How a sheet is to be signed and told of, where not as usual. */
export interface Forgery {
  readonly signers?: readonly Signer[];
  /** Instead of the signatures that fit. */
  readonly signatures?: readonly { readonly keyid: string; readonly sig: string }[];
  /** Done to the whole text at last. */
  readonly text?: (text: string) => string;
}

export const forgedBase = "https://forger.example/avatars";
export const dayMs = 24 * 3600_000;

/**
 * A repository that anything can be done to: who holds its keys signs whatever he likes. Sheets are
 * served as they were when `serve` was called. Keys are numbered, the same in every run.
 */
export class Forger {
  readonly #files = new Map<string, Uint8Array>();
  #site = new ScriptedFetch({});
  readonly nowMs: number;
  readonly signers: Record<Kind, Signer[]>;
  readonly sheets: Sheets;
  /** Whether timestamp and snapshot tell length and hash of what they name. */
  tellsHashes = true;
  #keys = 0;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
    const one = () => [this.newSigner()];
    this.signers = { root: one(), timestamp: one(), snapshot: one(), targets: one() };
    this.sheets = {
      root: this.#draft("root", {
        consistent_snapshot: true,
        keys: {},
        roles: {},
      }) as Sheets["root"],
      timestamp: this.#draft("timestamp", { meta: { "snapshot.json": { version: 1 } } }),
      snapshot: this.#draft("snapshot", { meta: { "targets.json": { version: 1 } } }),
      targets: this.#draft("targets", { targets: {} }),
    };
    for (const role of ["root", "timestamp", "snapshot", "targets"] as const) this.grant(role);
    this.put("avatars/anna/1/manifest.json", "the first");
    this.serve("root");
    this.serveList();
  }

  /** The server of the repository. */
  get fetch(): Fetch {
    return { get: (url, wish, abort) => this.#site.get(url, wish, abort) };
  }

  /** Serves bytes from now on. */
  lay(url: string, bytes: Uint8Array): void {
    this.#files.set(url, bytes);
    this.#site.put(url, bytes);
  }

  /** What goes wrong with the next questions, one after the other. */
  befall(mishaps: readonly Mishap[]): void {
    this.#site = new ScriptedFetch(Object.fromEntries(this.#files), mishaps);
  }

  newSigner(): Signer {
    this.#keys += 1;
    const seed = Buffer.alloc(32, this.#keys);
    const key = { key: Buffer.concat([pkcs8Head, seed]), format: "der", type: "pkcs8" } as const;
    const pem = createPrivateKey(key).export({ format: "pem", type: "pkcs8" });
    return readSigner(String(pem), "of a forger");
  }

  /** Writes the keys of a role into the root, which is then to be served. */
  grant(role: Kind, threshold = 1, signers = this.signers[role]): void {
    this.signers[role] = [...signers];
    const { keys, roles } = this.sheets.root;
    for (const { key } of signers) keys[key.keyID] = key.toJSON();
    roles[role] = { keyids: signers.map(({ key }) => key.keyID), threshold };
  }

  /** Lists a file of the repository. */
  put(path: string, content: string | Uint8Array, list: List = this.sheets.targets): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const file = { length: bytes.length, hashes: { sha256: hashOf(bytes) } };
    list.targets[path] = file;
  }

  /** The next version of everything, told of and served. */
  release(): void {
    for (const role of ["targets", "snapshot", "timestamp"] as const)
      this.sheets[role].version += 1;
    this.put(`avatars/anna/${this.sheets.targets.version}/manifest.json`, "a later one");
    this.serveList();
  }

  /** The next root. */
  releaseRoot(forgery: Forgery = {}): void {
    this.sheets.root.version += 1;
    this.serve("root", forgery);
  }

  /** Serves targets, snapshot and timestamp as they are, each telling of the one before. */
  serveList(forgeries: Partial<Record<Kind, Forgery>> = {}): void {
    const targets = this.serve("targets", forgeries.targets);
    this.sheets.snapshot.meta["targets.json"] = this.told(this.sheets.targets, targets);
    const snapshot = this.serve("snapshot", forgeries.snapshot);
    this.sheets.timestamp.meta["snapshot.json"] = this.told(this.sheets.snapshot, snapshot);
    this.serve("timestamp", forgeries.timestamp);
  }

  /** Serves one sheet under the name of its version, or of `version`. */
  serve(role: Kind, forgery: Forgery = {}, version = this.sheets[role].version): Uint8Array {
    const bytes = this.forge(role, forgery);
    this.lay(urlOf(role, version), bytes);
    return bytes;
  }

  /** A sheet as it would be served. */
  forge(role: Kind, forgery: Forgery = {}): Uint8Array {
    return sealed(this.sheets[role], this.signers[role], forgery);
  }

  /** What another sheet tells of this one. */
  told({ version }: Base, bytes: Uint8Array): Told {
    if (!this.tellsHashes) return { version };
    return { version, length: bytes.length, hashes: { sha256: hashOf(bytes) } };
  }

  #draft<R extends object>(type: Kind, rest: R): R & Base {
    return draftOf(this.nowMs, type, rest);
  }
}

/** A first version, good for 30 days. */
export function draftOf<R extends object>(nowMs: number, type: Kind, rest: R): R & Base {
  const expires = writeMoment(nowMs + 30 * dayMs);
  return { _type: type, spec_version: "1.0.33", version: 1, expires, ...rest };
}

/** A sheet with its signatures, or with others. */
export function sealed(sheet: Base, usual: readonly Signer[], forgery: Forgery = {}): Uint8Array {
  const { signers = usual, signatures, text } = forgery;
  const made = signers.map(({ key, sign }) => {
    return { keyid: key.keyID, sig: sign(new TextEncoder().encode(canonical(sheet))) };
  });
  const whole = JSON.stringify({ signatures: signatures ?? made, signed: sheet });
  return new TextEncoder().encode(text ? text(whole) : whole);
}

/** Where a sheet is served; the timestamp has one place. */
export function urlOf(role: Kind, version: number): string {
  const name = role === "timestamp" ? "timestamp.json" : `${version}.${role}.json`;
  return `${forgedBase}/metadata/${name}`;
}

/** PKCS #8 of Ed25519 before the 32 bytes of the key (RFC 8410, section 7). */
const pkcs8Head = Buffer.from("302e020100300506032b657004220420", "hex");
