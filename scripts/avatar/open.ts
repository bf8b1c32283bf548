import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { openIfThere } from "../../drivers/disk/reading.ts";
import { Archive, type Folder } from "../../runtime/avatar/archive.ts";

const shipped = join(import.meta.dirname, "../../config/avatars");

/** A package that somebody names: a folder, a file `.fda`, or the id of one that is shipped. */
export async function openPackage(name: string): Promise<Folder & Disposable> {
  const path = existsSync(name) || !/^[a-z0-9-]+$/.test(name) ? name : join(shipped, name);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    const known = readdirSync(shipped).join(", ");
    throw new Error(`Cannot open ${name}: it should be a folder, a file .fda, or one of ${known}`);
  }
  if (stat.isDirectory()) return closing(new LocalDisk(resolve(path)));
  const file = await openIfThere(path);
  if (file === undefined) throw new Error(`Cannot open ${path}: it went away`);
  return new Archive(file);
}

/** A folder has nothing to close. */
function closing(folder: Folder): Folder & Disposable {
  return {
    read: (name) => folder.read(name),
    openFile: (name) => folder.openFile(name),
    [Symbol.dispose]() {},
  };
}
