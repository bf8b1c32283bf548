import { statSync } from "node:fs";
import { resolve } from "node:path";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { openIfThere } from "../../drivers/disk/reading.ts";
import { Archive, type Folder } from "../../runtime/avatar/archive.ts";

/** A package that somebody names: a folder, or a file `.fda`. Throws when it is neither. */
export async function openPackage(path: string): Promise<Folder & Disposable> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new Error(`Cannot open ${path}: there is no such file or folder`);
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
