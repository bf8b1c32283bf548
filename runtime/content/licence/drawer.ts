import type { Disk } from "../../../drivers/disk/disk.ts";
import type { Trace } from "../../diagnostics/trace.ts";
import { decodeLine, encodeLine } from "../../line.ts";
import { noSand, type Sand } from "./hourglass.ts";
import { type Lease, writeLease } from "./lease.ts";

const files = { lease: "licence.json", sand: "licence.time", nonce: "licence.nonce" } as const;

/**
 * Where a device keeps its lease and what goes with it. The daemon and the command line may use it
 * at the same time: each file is replaced whole, and nothing is remembered between two calls.
 */
export class Drawer {
  readonly #disk: Pick<Disk, "read" | "replace">;

  constructor(disk: Pick<Disk, "read" | "replace">) {
    this.#disk = disk;
  }

  /** The file of the lease as it is; undefined: there is none. */
  lease(): Promise<Uint8Array | undefined> {
    return this.#disk.read(files.lease);
  }

  keepLease(lease: Lease): Promise<void> {
    return this.#disk.replace(files.lease, writeLease(lease));
  }

  /** A damaged file is noted, and time begins anew at what the lease says. */
  async sand(trace: Trace): Promise<Sand> {
    const bytes = await this.#disk.read(files.sand);
    if (bytes === undefined) return noSand;
    const sand = decodeLine(new TextDecoder().decode(bytes).trimEnd()) as Sand | undefined;
    if (!sand) trace.note({ area: "licence", kind: "time-unreadable", file: files.sand });
    return sand ?? noSand;
  }

  keepSand(sand: Sand): Promise<void> {
    return this.#disk.replace(files.sand, new TextEncoder().encode(encodeLine(sand)));
  }

  /** Of the last request that was made; 0: none. */
  async lastNonce(): Promise<number> {
    const nonce = Number(new TextDecoder().decode(await this.#disk.read(files.nonce)));
    return Number.isSafeInteger(nonce) && nonce >= 0 ? nonce : 0;
  }

  /**
   * A nonce above all before it, on disk before it is given. It goes by the clock where there is
   * one, so that a disk brought back from a copy does not repeat itself.
   */
  async nextNonce(wallMs: number | undefined): Promise<number> {
    const nonce = Math.max((await this.lastNonce()) + 1, Math.floor(wallMs ?? 0));
    await this.#disk.replace(files.nonce, new TextEncoder().encode(`${nonce}\n`));
    return nonce;
  }
}
