import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Config, SettledConfig } from "../../config/config.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { volatileFolder } from "../../drivers/disk/volatile.ts";
import { performersIn } from "../avatar/performer.ts";
import { Content, type ContentParts } from "./content.ts";
import { residents, type Troupe } from "./troupe.ts";

type House = Omit<ContentParts, "config" | "residents" | "shipped" | "board">;

/**
 * The avatars of this device, those in folders and those that the fleet desires. An entry file: it
 * looks into folders. `root`: of the checkout or package; `config` gives what is in force.
 */
export async function openContent(
  root: string,
  config: () => SettledConfig,
  house: House,
): Promise<Content> {
  const residents = await residentsOf(root, config());
  const shipped = new Set(residents.ids());
  const board = await LocalDisk.open(volatileFolder(config().device)).catch((error: Error) => {
    house.trace.note({ area: "content", kind: "report-not-kept", reason: error.message });
    return undefined;
  });
  return Content.open({ ...house, config, residents, shipped, board });
}

/** The avatars that lie in the configured folder and beside the program. */
export async function residentsOf(root: string, { avatar }: Config): Promise<Troupe> {
  const own = avatar.folder === undefined ? [] : await list(avatar.folder, avatar.signers);
  return residents([...own, ...(await list(join(root, "config/avatars"), []))]);
}

function list(folder: string, signers: readonly string[]) {
  const paths = { read: readIfThere, openFile: openIfThere };
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const ids = names.map((name) => basename(name, ".fda"));
  return performersIn(paths, { folder, ids, signers });
}
