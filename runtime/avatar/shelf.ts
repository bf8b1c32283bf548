import type { Disk } from "../../drivers/disk/disk.ts";
import { Archive, type Folder } from "./archive.ts";

/** Files by their paths. */
type Paths = Pick<Disk, "read" | "openFile">;

/**
 * Where the package `id` lies in a place: the folder `place/id`, or, where there is none with a
 * manifest, the file `place/id.fda`. Throws AvatarError when that file is no archive.
 */
export async function findPackage(paths: Paths, place: string, id: string): Promise<Folder> {
  const folder = below(paths, `${place}/${id}`);
  if (await folder.read("manifest.json").catch(() => true)) return folder;
  const file = await paths.openFile(`${place}/${id}.fda`);
  return file ? new Archive(file) : folder;
}

/** The package whose files lie at these places, each by its name. */
export function scattered(paths: Paths, places: Readonly<Record<string, string>>): Folder {
  const at = new Map(Object.entries(places));
  return {
    read: async (name) => (at.has(name) ? paths.read(at.get(name)!) : undefined),
    openFile: async (name) => (at.has(name) ? paths.openFile(at.get(name)!) : undefined),
  };
}

function below(paths: Paths, folder: string): Folder {
  return {
    read: (name) => paths.read(`${folder}/${name}`),
    openFile: (name) => paths.openFile(`${folder}/${name}`),
  };
}
