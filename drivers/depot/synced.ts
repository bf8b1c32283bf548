import { open, rename } from "node:fs/promises";
import { join } from "node:path";

/** Puts a new file in place of an old one: after a power cut it is the old or the new. */
export async function replaceSynced(
  folder: string,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const temporary = join(folder, `.${name}.new`);
  {
    await using file = await open(temporary, "w");
    await file.writeFile(bytes);
    await file.datasync();
  }
  await rename(temporary, join(folder, name));
  await syncFolder(folder);
}

/** Names that came, went or moved are on the medium only when their folder is. */
export async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, "r");
  await handle.sync();
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
