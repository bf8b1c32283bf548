import { MemoryDisk } from "../../drivers/disk/memory.ts";
import type { Kind } from "../../runtime/content/trust/metadata.ts";
import { Trust } from "../../runtime/content/trust/trust.ts";
import type { Target } from "../../runtime/content/trust/trusted.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { hashOf } from "../../runtime/studio/repo/release.ts";
import { Forger, forgedBase } from "../../scripts/bench/trust-forger.ts";

/** A device that begins anew before every refresh, and what it asked for. */
export class TrustClient {
  readonly asked: string[] = [];
  readonly #disk = new MemoryDisk();
  readonly #forger: Forger;
  readonly #rootFile: Uint8Array;
  #trust: Trust | undefined;

  private constructor(forger: Forger, rootFile: Uint8Array) {
    this.#forger = forger;
    this.#rootFile = rootFile;
  }

  /** Throws TrustError when the root file is none. */
  static async begin(forger: Forger, rootFile = forger.forge("root")): Promise<TrustClient> {
    const client = new TrustClient(forger, rootFile);
    await client.#open();
    return client;
  }

  /** Whether it went through. */
  async refresh(atMs = this.#forger.nowMs): Promise<boolean> {
    const trust = await this.#open();
    return !("code" in (await trust.refresh(atMs, new AbortController().signal)));
  }

  /** The file at a path, after a refresh; undefined when there is trouble with either. */
  async find(path: string, atMs = this.#forger.nowMs): Promise<Target | undefined> {
    return (await this.refresh(atMs)) ? this.findAtOnce(path, atMs) : undefined;
  }

  /** The same without a refresh. */
  async findAtOnce(path: string, atMs = this.#forger.nowMs): Promise<Target | undefined> {
    const found = await this.#trust?.find(path, atMs, new AbortController().signal);
    return found && !("code" in found) ? found : undefined;
  }

  get versions(): Trust["versions"] {
    return this.#trust?.versions ?? {};
  }

  async #open(): Promise<Trust> {
    const fetch: Forger["fetch"] = {
      get: (url, wish, abort) => {
        this.asked.push(url.split("/").at(-1) ?? "");
        return this.#forger.fetch.get(url, wish, abort);
      },
    };
    const parts = { disk: this.#disk, fetch, trace: new TraceRing() };
    this.#trust = await Trust.open(parts, { base: forgedBase, rootFile: this.#rootFile });
    return this.#trust;
  }
}

/** A repository of 2026-11-23 and a device that knows its root. */
export async function trustScene(hashes = true): Promise<{ forger: Forger; client: TrustClient }> {
  const forger = new Forger(Date.UTC(2026, 10, 23));
  forger.tellsHashes = hashes;
  forger.serveList();
  return { forger, client: await TrustClient.begin(forger) };
}

/** The next version of one sheet. */
export function publish(forger: Forger, role: Kind): void {
  forger.sheets[role].version += 1;
  forger.serve(role);
}

/** The next timestamp, of the snapshot as it is. */
export function updateTimestamp(forger: Forger): void {
  const { version } = forger.sheets.snapshot;
  const bytes = forger.forge("snapshot");
  const told = { length: bytes.length, hashes: { sha256: hashOf(bytes) } };
  forger.sheets.timestamp.meta["snapshot.json"] = { version, ...(forger.tellsHashes ? told : {}) };
  publish(forger, "timestamp");
}

/** The next snapshot, of the list as it is, and the next timestamp. */
export function updateSnapshot(forger: Forger, text?: (text: string) => string): void {
  const { snapshot, timestamp } = forger.sheets;
  snapshot.version += 1;
  timestamp.version += 1;
  forger.serveList(text ? { snapshot: { text } } : {});
}
