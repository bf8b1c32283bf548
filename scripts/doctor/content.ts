import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import { LocalDepot } from "../../drivers/depot/local.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { Memory } from "../../runtime/content/kept.ts";
import { type Placed, type ReleaseFile, tiersOf } from "../../runtime/content/release.ts";
import { Shelf } from "../../runtime/content/shelf.ts";
import { poisonOf } from "../../runtime/content/view.ts";
import type { Trouble } from "../../runtime/diagnostics/world.ts";

const unheard = { note: () => {} };

/** What is installed, by a look that changes nothing; undefined: nothing ever was. */
export async function lookOnShelf({ state }: Config) {
  const folder = join(state, "content");
  if (!existsSync(folder)) return undefined;
  const depot = LocalDepot.peek(folder);
  return { depot, shelf: await Shelf.open(depot, unheard) };
}

/** Looks at what the daemon needs to bring avatars, and at those that it has. */
export async function tryContent(config: Config): Promise<readonly Trouble[]> {
  try {
    return [...tryRepository(config), ...(await tryInstalled(config)), ...(await tryKept(config))];
  } catch (error) {
    return [{ code: "CONTENT_STORAGE", evidence: { reason: reasonOf(error) } }];
  }
}

/** The keys that a repository needs, and the file of whom to trust first. */
function tryRepository({ content }: Config): readonly Trouble[] {
  const { repository, rootFile } = content;
  if (repository === undefined) return [];
  if (rootFile === undefined) {
    const reason = "content.rootFile is not set";
    return [{ code: "CONTENT_UNSET", evidence: { repository, reason } }];
  }
  try {
    JSON.parse(readFileSync(rootFile, "utf8"));
    return [];
  } catch (error) {
    const evidence = { repository, rootFile, reason: reasonOf(error) };
    return [{ code: "CONTENT_UNSET", evidence }];
  }
}

async function tryInstalled(config: Config): Promise<readonly Trouble[]> {
  const { shelf, depot } = (await lookOnShelf(config)) ?? {};
  if (!shelf || !depot) return [];
  const troubles: Trouble[] = [];
  for (const placed of shelf.releases) {
    const bad = await damageOf(placed, depot);
    if (bad === undefined) continue;
    const { id, version } = placed;
    const tiers = tiersOf(placed).join(" ");
    const evidence = { avatar: `${id} ${version}`, tiers, file: bad.name, sha256: bad.sha256 };
    troubles.push({ code: "CONTENT_DAMAGED", evidence });
  }
  return troubles;
}

/** The first file that is not there as it should be. */
async function damageOf({ files }: Placed, depot: LocalDepot): Promise<ReleaseFile | undefined> {
  for (const file of files) {
    if ((await depot.sizeOf(file.sha256)) !== file.bytes) return file;
  }
  return undefined;
}

/** What is desired and failed here. */
async function tryKept({ state }: Config): Promise<readonly Trouble[]> {
  const { kept } = await Memory.open(new LocalDisk(state), unheard);
  return (kept.desired?.avatars ?? []).flatMap((wish) => {
    const poison = poisonOf(wish, kept);
    if (poison === undefined) return [];
    const { id, version, code, message } = poison;
    const evidence = { avatar: `${id} ${version}`, code, reason: message };
    return [{ code: "CONTENT_ROLLED_BACK", evidence }];
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
