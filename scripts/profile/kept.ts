import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import { readProcessor } from "../../drivers/board/processor.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { readIfThere } from "../../drivers/disk/reading.ts";
import { circumstancesOf } from "../../runtime/tier/circumstances.ts";
import {
  type Circumstances,
  isOn,
  type KeptVerdict,
  keepVerdict,
  lastVerdict,
} from "../../runtime/tier/kept.ts";
import { judge } from "../../runtime/tier/verdict.ts";
import { version } from "../version.ts";
import { measureBoard, measureTiers } from "./measure.ts";

const root = join(import.meta.dirname, "../..");

/**
 * The verdict on this board: the one that was kept, or, with `fresh` or where circumstances
 * changed, a new one, which is kept. `note` is told when it cannot be.
 */
export async function verdictOf(
  config: Config,
  fresh: boolean,
  note: (reason: string) => void,
): Promise<KeptVerdict> {
  const on = await circumstancesHere(config);
  const known = await readVerdict(config.state);
  const usable = known !== undefined && isOn(known, on) ? known : undefined;
  if (usable && !fresh && !wasJudgedByOthers(usable, config)) return usable;
  const [costs, board] = [await measureTiers(config), await measureBoard()];
  const verdict = judge(costs, board, config.tier, usable?.verdict.tier);
  const kept = { on, atMs: Date.now(), verdict, lists: config.tier };
  await keepVerdict(new LocalDisk(config.state), kept).catch((error: unknown) => {
    note(`cannot keep the verdict: ${error instanceof Error ? error.message : error}`);
  });
  return kept;
}

/** The last verdict in a state folder, made on whatever. */
export function readVerdict(state: string): Promise<KeptVerdict | undefined> {
  return lastVerdict({ read: (name) => readIfThere(join(state, name)) });
}

/** What a verdict made now would be made on. */
export async function circumstancesHere({ avatar }: Config): Promise<Circumstances> {
  const folders = [avatar.folder, join(root, "config/avatars")];
  const paths = folders.filter((folder) => folder !== undefined);
  const files = paths.map((folder) => join(folder, avatar.id, "manifest.json"));
  const found = await Promise.all(files.map((file) => readIfThere(file)));
  const program = `${version} on Node ${process.versions.node}`;
  return circumstancesOf(await readProcessor(), found.find(Boolean), program);
}

function wasJudgedByOthers({ lists }: KeptVerdict, { tier }: Config): boolean {
  return JSON.stringify(lists) !== JSON.stringify(tier);
}
