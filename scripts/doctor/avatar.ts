import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SettledConfig } from "../../config/config.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { AvatarError } from "../../runtime/avatar/error.ts";
import { Library } from "../../runtime/avatar/library.ts";
import { findPackage } from "../../runtime/avatar/shelf.ts";
import type { Trouble } from "../../runtime/diagnostics/world.ts";
import { lookOnShelf } from "./content.ts";

/** Opens the configured avatar as the stage will; those in `shipped` need no signature. */
export async function tryAvatar(
  config: SettledConfig,
  shipped: string,
): Promise<Trouble | undefined> {
  const { avatar } = config;
  const folders = [avatar.folder, shipped].filter((folder) => folder !== undefined);
  const folder = folders.find((one) => lies(one, avatar.id));
  const evidence = { avatar: avatar.id, tier: avatar.tier };
  // One that was fetched is looked at where it lies.
  if ((await lookOnShelf(config))?.shelf.current(avatar.id)) return undefined;
  if (folder === undefined) {
    return { code: "AVATAR_MISSING", evidence: { ...evidence, folders: folders.join(" ") } };
  }
  const rules = { ...avatar, signers: folder === shipped ? [] : avatar.signers };
  const paths = { read: readIfThere, openFile: openIfThere };
  const library = new Library((id) => findPackage(paths, folder, id), { note: () => {} }, rules);
  const opened = await library.open(avatar.id, avatar.tier);
  if (opened instanceof AvatarError) {
    const code = opened.trouble === "untrusted" ? "AVATAR_UNTRUSTED" : "AVATAR_DAMAGED";
    return { code, evidence: { ...evidence, folder, reason: opened.fault } };
  }
  opened[Symbol.dispose]();
  return undefined;
}

function lies(folder: string, id: string): boolean {
  return [`${id}/manifest.json`, `${id}.fda`].some((name) => existsSync(join(folder, name)));
}
