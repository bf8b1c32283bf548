import { createHash } from "node:crypto";
import type { Depot, Staging } from "../../drivers/depot/depot.ts";
import { demandArchive } from "./archive-error.ts";
import type { TarEntry } from "./tar-header.ts";

/**
 * Files of one package on their way into a depot. They become objects together; those that did not
 * are gone once this is disposed of.
 */
export class Baskets implements AsyncDisposable {
  readonly #depot: Depot;
  readonly #held = new Map<string, Staging>();

  constructor(depot: Depot) {
    this.#depot = depot;
  }

  /**
   * Takes a file in, or with `isKept` false only looks at it. Throws ArchiveError when its bytes
   * have another hash.
   */
  async put(
    { name }: TarEntry,
    sha256: string,
    pieces: AsyncIterable<Uint8Array> | readonly Uint8Array[],
    isKept = true,
  ): Promise<void> {
    const isNew = isKept && !this.#held.has(sha256);
    const staging = isNew ? await this.#stage(sha256) : undefined;
    const hash = createHash("sha256");
    for await (const piece of pieces) {
      hash.update(piece);
      await staging?.append(piece);
    }
    const sum = hash.digest("hex");
    const fault = `${name} has SHA-256 ${sum}, manifest says ${sha256}`;
    demandArchive(sum === sha256, "ARCHIVE_WRONG_HASH", fault);
  }

  /** Makes objects of all that was taken in. */
  async keep(): Promise<void> {
    for (const [sha256, staging] of this.#held) {
      const outcome = await staging.keep(sha256);
      const fault = `the medium gave back other bytes than it took for ${sha256}`;
      demandArchive(outcome === "kept", "ARCHIVE_DISK", fault);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [sha256, staging] of this.#held) {
      await staging[Symbol.asyncDispose]();
      await this.#depot.dropStaged(nameOf(sha256));
    }
  }

  async #stage(sha256: string): Promise<Staging> {
    const staging = await this.#depot.stage(nameOf(sha256));
    this.#held.set(sha256, staging);
    if (staging.bytes > 0) await staging.restart();
    return staging;
  }
}

/** Apart from downloads, which are staged by the hash alone. */
function nameOf(sha256: string): string {
  return `unpack-${sha256}`;
}
