import { createHash } from "node:crypto";
import type { Disk } from "../../../drivers/disk/disk.ts";
import type { Trace } from "../../diagnostics/trace.ts";
import { decodeLine, encodeLine } from "../../line.ts";
import { type Kind, readMetadata } from "./metadata.ts";
import type { Sheet } from "./sheet.ts";
import { beginWith, stillSigned, type TrustState } from "./state.ts";
import { TrustError } from "./trouble.ts";

/** What outlives a start: the state, and the wall time when metadata was last found fresh. */
export interface Kept {
  readonly state: TrustState;
  /** Milliseconds since 1970 UTC; 0 when it never was. */
  readonly seenMs: number;
}

/**
 * Trusted metadata on disk, as two generations, each one file that is replaced whole: a cut in any
 * write leaves the one before, and so does a file that the medium has damaged. Which root file it
 * began with is kept too: another one begins anew, with those sheets that its keys vouch for.
 */
export class Generations {
  readonly #disk: Disk;
  readonly #anchor: string;
  #number: number;
  #kept: Kept;

  private constructor(disk: Disk, anchor: string, number: number, kept: Kept) {
    this.#disk = disk;
    this.#anchor = anchor;
    this.#number = number;
    this.#kept = kept;
  }

  /** Throws TrustError `TRUST_ROOT_FILE` when `rootFile` is no root that signed itself. */
  static async open(disk: Disk, rootFile: Uint8Array, trace: Trace): Promise<Generations> {
    const first = readRootFile(rootFile);
    const anchor = createHash("sha256").update(rootFile).digest("hex");
    const found = (await Promise.all(names.map((name) => load(disk, name, trace))))
      .filter((one) => one !== undefined)
      .sort((a, b) => b.number - a.number)[0];
    if (found === undefined) return new Generations(disk, anchor, 0, { state: first, seenMs: 0 });
    const isSame = found.anchor === anchor;
    if (!isSame) trace.note({ area: "trust", kind: "root-file-changed" });
    const begun = isSame ? found.state : { ...found.state, root: first.root };
    const kept = { state: stillSigned(begun), seenMs: found.seenMs };
    return new Generations(disk, anchor, found.number, kept);
  }

  get kept(): Kept {
    return this.#kept;
  }

  /** Keeps it, where it is new, over the older generation. Rejects when the disk does. */
  async save(state: TrustState, seenMs: number): Promise<void> {
    const isStale = seenMs - this.#kept.seenMs >= staleMs;
    if (state === this.#kept.state && !isStale) return;
    const number = this.#number + 1;
    const line = encodeLine({
      ...{ format, number, anchor: this.#anchor, seenMs },
      ...Object.fromEntries(sheetNames.map((kind) => [kind, textOf(state[kind])])),
      delegated: [...(state.delegated ?? [])].map(([role, sheet]) => [role, textOf(sheet)]),
    });
    await this.#disk.replace(names[number % names.length] ?? "", new TextEncoder().encode(line));
    this.#number = number;
    this.#kept = { state, seenMs };
  }
}

const format = "frontdesk-trust-1";
const names = ["trust-0", "trust-1"] as const;
const sheetNames = ["root", "timestamp", "snapshot", "targets"] as const;

/** The time alone is worth a write once a day: cards wear. */
const staleMs = 24 * 3600_000;

interface Generation extends Kept {
  readonly number: number;
  readonly anchor: string;
}

function readRootFile(rootFile: Uint8Array): TrustState {
  try {
    return beginWith(rootFile);
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    const reason = error.message.replace(/^.*?: /, "");
    throw new TrustError("TRUST_ROOT_FILE", `root file cannot be used: ${reason}`, error);
  }
}

async function load(disk: Disk, name: string, trace: Trace): Promise<Generation | undefined> {
  const bytes = await disk.read(name);
  if (bytes === undefined) return undefined;
  try {
    return readGeneration(bytes);
  } catch (error) {
    if (!(error instanceof TrustError || error instanceof TypeError)) throw error;
    trace.note({ area: "trust", kind: "generation-damaged", name, reason: error.message });
    return undefined;
  }
}

function readGeneration(bytes: Uint8Array): Generation {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  const line = text.endsWith("\n") ? decodeLine(text.slice(0, -1)) : undefined;
  const kept = (line ?? {}) as Partial<Record<string, unknown>>;
  if (kept.format !== format) throw new TypeError("it is damaged, or of another release");
  const root = sheetOf("root", kept.root);
  if (root === undefined) throw new TypeError("it has no root");
  const state = { ...sheets(kept), root, delegated: delegated(kept.delegated) };
  const { number, anchor, seenMs } = kept as { number: number; anchor: string; seenMs: number };
  return { state, number, anchor, seenMs };
}

function sheets({ timestamp, snapshot, targets }: Partial<Record<string, unknown>>) {
  return {
    timestamp: sheetOf("timestamp", timestamp),
    snapshot: sheetOf("snapshot", snapshot),
    targets: sheetOf("targets", targets),
  };
}

/** Absent where the program that wrote it followed no delegations. */
function delegated(kept: unknown): ReadonlyMap<string, Sheet<"targets">> {
  const pairs = Array.isArray(kept) ? (kept as [role: string, text: unknown][]) : [];
  return new Map(
    pairs.flatMap(([role, text]) => {
      const sheet = sheetOf("targets", text);
      return sheet ? [[role, sheet]] : [];
    }),
  );
}

function sheetOf<K extends Kind>(kind: K, text: unknown): Sheet<K> | undefined {
  if (typeof text !== "string") return undefined;
  const bytes = new TextEncoder().encode(text);
  return { bytes, metadata: readMetadata(kind, bytes) };
}

function textOf(sheet: Sheet<Kind> | undefined): string | undefined {
  return sheet && new TextDecoder("utf-8", { ignoreBOM: true }).decode(sheet.bytes);
}
