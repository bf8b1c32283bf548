import type { Disk } from "../../drivers/disk/disk.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { JobError } from "../job/job.ts";
import { decodeLine, encodeLine } from "../line.ts";
import type { Version } from "./document.ts";

/** A version on its way from staged to committed. */
export interface Trial extends Version {
  readonly state: "staged" | "probation";
  /** What it has to prove: that there is a picture, or also that sound and broker are there. */
  readonly proof: "picture" | "everything";
  /** Wall clock of its starts. */
  readonly startsMs: readonly number[];
}

/** How the newest version that is known ended. */
export interface Ending {
  readonly version: number;
  readonly hash: string;
  readonly state: "committed" | "rolled_back";
  readonly errors: readonly JobError[];
}

/** What of the settings outlives a power cut. */
export interface Kept {
  readonly committed: Version | null;
  readonly trial: Trial | null;
  /** Versions that failed their trial; they are not tried again. */
  readonly poisoned: readonly { readonly version: number; readonly hash: string }[];
  readonly ending: Ending | null;
}

/** Replaced as a whole, so that after a power cut it is the old or the new, never a mix. */
export class KeptFile {
  readonly #disk: Disk;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** A damaged file counts as none and is noted. */
  async read(trace: Trace): Promise<Kept> {
    const bytes = await this.#disk.read(fileName);
    if (!bytes) return nothing;
    const value = decodeLine(new TextDecoder().decode(bytes).trimEnd());
    if (value !== undefined) return value as Kept;
    trace.note({ area: "settings", kind: "file-damaged", file: fileName });
    return nothing;
  }

  /** Rejects when the disk cannot take it; what was there before is still there then. */
  write(kept: Kept): Promise<void> {
    return this.#disk.replace(fileName, new TextEncoder().encode(encodeLine(kept)));
  }
}

const fileName = "settings.json";
const nothing: Kept = { committed: null, trial: null, poisoned: [], ending: null };
