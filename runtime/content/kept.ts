import { limits } from "../../config/limits.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { Trace } from "../diagnostics/trace.ts";
import { decodeLine, encodeLine } from "../line.ts";
import type { Desired } from "./desired.ts";
import type { Release } from "./release.ts";
import type { Trouble } from "./supply.ts";
import type { Trial } from "./trial.ts";

/** What the keeper decided; what lies on the device is the shelf's to say. */
export interface Kept {
  readonly desired: Desired | null;
  /** The release that was shown last and has not proven itself. */
  readonly trial: Trial | null;
  /** Releases that failed; they are not tried again. */
  readonly poisoned: readonly Poisoned[];
  /** What a technician put on the device: it stays until the next set comes. */
  readonly held: readonly Release[];
}

/** A release that failed here, and why. */
export interface Poisoned extends Release {
  readonly code: string;
  readonly message: string;
}

/** The code of a release that a technician took back, which the next set makes good. */
export const takenBack = "TAKEN_BACK";

/** The decisions of a keeper on disk: after a power cut the old or the new, never a mix. */
export class Memory {
  readonly #disk: Disk;
  #kept: Kept;

  constructor(disk: Disk, kept: Kept) {
    this.#disk = disk;
    this.#kept = kept;
  }

  /** A damaged file counts as none and is noted. */
  static async open(disk: Disk, trace: Trace): Promise<Memory> {
    const bytes = await disk.read(fileName);
    if (!bytes) return new Memory(disk, nothing);
    const value = decodeLine(new TextDecoder().decode(bytes).trimEnd());
    if (value === undefined) trace.note({ area: "content", kind: "file-damaged", file: fileName });
    return new Memory(disk, (value as Kept | undefined) ?? nothing);
  }

  get kept(): Kept {
    return this.#kept;
  }

  /** Rejects when the disk cannot take it: then nothing was decided. */
  async keep(change: Partial<Kept>): Promise<void> {
    const kept = { ...this.#kept, ...change };
    await this.#disk.replace(fileName, new TextEncoder().encode(encodeLine(kept)));
    this.#kept = kept;
  }

  /** A new set: what a technician put here or took back held until now. */
  accept(desired: Desired): Promise<void> {
    const poisoned = this.#kept.poisoned.filter(({ code }) => code !== takenBack);
    return this.keep({ desired, poisoned, held: [] });
  }

  poison({ id, version, sha256 }: Release, code: string, message: string): Promise<void> {
    const others = this.#kept.poisoned.filter((one) => one.sha256 !== sha256);
    const poisoned = [...others, { id, version, sha256, code, message }];
    const held = this.#kept.held.filter((one) => one.sha256 !== sha256);
    return this.keep({ poisoned: poisoned.slice(-limits.contentPoisonedMax), held, trial: null });
  }

  /** Why this release must not be brought; undefined: it may. */
  refusalOf({ id, sha256 }: Release): Trouble | undefined {
    const { held, poisoned } = this.#kept;
    const poison = poisoned.find((one) => one.sha256 === sha256);
    if (poison) return { code: poison.code, message: poison.message, retryable: false };
    const holds = held.find((one) => one.id === id && one.sha256 !== sha256);
    if (!holds) return undefined;
    const message = `Cannot bring another ${id}: a technician put ${holds.version} here`;
    return { code: "HELD", message, retryable: false };
  }

  hold({ id, version, sha256 }: Release): Promise<void> {
    const held = this.#kept.held.filter((one) => one.id !== id);
    const poisoned = this.#kept.poisoned.filter((one) => one.sha256 !== sha256);
    return this.keep({ poisoned, held: [...held, { id, version, sha256 }] });
  }
}

const fileName = "content.json";
const nothing: Kept = { desired: null, trial: null, poisoned: [], held: [] };
