import { mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readPackage } from "../../runtime/avatar/package.ts";
import { openPackage } from "../avatar/open.ts";

/** Where the avatar lies that somebody names: its id, and the folder below which it is found. */
export interface Named extends Disposable {
  readonly id: string;
  /** Undefined: among those that are shipped. */
  readonly folder: string | undefined;
}

/** An id, or a path of a package: a folder or a file `.fda`, whatever it is called. */
export async function named(avatar: string): Promise<Named> {
  const isId = /^[a-z0-9-]+$/.test(avatar) && !statSync(avatar, { throwIfNoEntry: false });
  if (isId) return { id: avatar, folder: undefined, [Symbol.dispose]() {} };
  using folder = await openPackage(avatar);
  const { id } = await readPackage(folder, []);
  // A shelf of one package, under the name that it has by itself.
  const shelf = mkdtempSync(join(tmpdir(), "frontdesk-render-"));
  const isFile = statSync(avatar).isFile();
  symlinkSync(resolve(avatar), join(shelf, isFile ? `${id}.fda` : id));
  return { id, folder: shelf, [Symbol.dispose]: () => rmSync(shelf, { recursive: true }) };
}
