import type { Tier } from "../../config/tiers.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { Trace } from "../diagnostics/trace.ts";
import { AvatarError } from "./error.ts";
import { entryOf, parseManifest } from "./manifest.ts";
import { type AvatarTier, openTier } from "./tier.ts";

/** The folder of one package. */
export type Folder = Pick<Disk, "read">;

/** What is on stage: an avatar at a tier. */
export interface OpenedAvatar {
  readonly id: string;
  readonly name: string;
  readonly tier: Tier;
  readonly figure: AvatarTier;
}

/**
 * Opens packages and remembers the last good one: when the next cannot be opened, the caller gets
 * the error, the trace an event, and `current` stays what it was.
 */
export class Library {
  readonly #folderOf: (id: string) => Folder;
  readonly #trace: Trace;
  #current: OpenedAvatar | undefined;

  constructor(folderOf: (id: string) => Folder, trace: Trace) {
    this.#folderOf = folderOf;
    this.#trace = trace;
  }

  /** The last avatar that could be opened. */
  get current(): OpenedAvatar | undefined {
    return this.#current;
  }

  /** A package that cannot be used is a value, an AvatarError; nothing is thrown for it. */
  async open(id: string, tier: Tier): Promise<OpenedAvatar | AvatarError> {
    try {
      this.#current = await openAvatar(this.#folderOf(id), id, tier);
      return this.#current;
    } catch (error) {
      if (!(error instanceof AvatarError)) throw error;
      this.#trace.note({ area: "avatar", kind: "refused", id, tier, fault: error.fault });
      return error.of(`${id} at ${tier}`);
    }
  }
}

/** Manifest first, then only the one file of the tier. */
async function openAvatar(folder: Folder, id: string, tier: Tier): Promise<OpenedAvatar> {
  const manifest = parseManifest(await readFile(folder, "manifest.json"));
  if (manifest.id !== id) throw new AvatarError(`manifest is of "${manifest.id}", "${id}" is due`);
  const entry = entryOf(manifest, tier);
  const figure = openTier(await readFile(folder, entry.file), entry);
  return { id, name: manifest.name, tier, figure };
}

async function readFile(folder: Folder, name: string): Promise<Uint8Array> {
  const bytes = await read(folder, name);
  if (bytes === undefined) throw new AvatarError(`${name} is missing`);
  return bytes;
}

async function read(folder: Folder, name: string): Promise<Uint8Array | undefined> {
  try {
    return await folder.read(name);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AvatarError(`${name} cannot be read (${reason})`);
  }
}
