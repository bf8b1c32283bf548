import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, withTier } from "../../config/config.ts";
import type { Board } from "../../drivers/board/board.ts";
import { lastVolatileFolder } from "../../drivers/disk/volatile.ts";
import type { Reach, Target } from "../../drivers/reach/reach.ts";
import type { DaemonNote, Trouble, VerdictNote, World } from "../../runtime/diagnostics/world.ts";
import { topicsOf } from "../../runtime/fleet/topics.ts";
import { type KeptVerdict, settledTier } from "../../runtime/tier/kept.ts";
import { circumstancesHere, readVerdict } from "../profile/kept.ts";
import { type Places, tryInstallation } from "./installation.ts";

/** What the doctor looks with. */
export interface Instruments {
  readonly board: Board;
  readonly reach: Reach;
  readonly places: Places;
}

/** Looks at everything at once, without changing anything. */
export async function gather(
  configured: Config,
  troubles: readonly Trouble[],
  { board, reach, places }: Instruments,
): Promise<World> {
  const kept = await readVerdict(configured.state);
  const config = withTier(configured, settledTier(configured.avatar.tier, kept));
  const facts = board.facts([config.state]);
  const [known, installation, reached] = await Promise.all([
    facts,
    tryInstallation(config, places),
    facts.then(({ clock }) => reach.look(targetOf(config, clock.server))),
  ]);
  const daemon = readNote(config.device);
  return {
    config,
    board: known,
    installation: [...troubles, ...installation],
    reached,
    ...(configured.avatar.tier === "auto" ? { verdict: await trustIn(kept, configured) } : {}),
    ...(daemon ? { daemon } : {}),
  };
}

/** How far the kept verdict is one on what is here, and how old it is. */
async function trustIn(kept: KeptVerdict | undefined, config: Config): Promise<VerdictNote> {
  if (kept === undefined) return { ageDays: undefined, differs: [] };
  const here = await circumstancesHere(config);
  const differs = (["board", "package", "version"] as const).filter(
    (part) => kept.on[part] !== here[part],
  );
  return { ageDays: Math.floor((Date.now() - kept.atMs) / dayMs), differs };
}

const dayMs = 24 * 3600_000;

/** What the daemon of this device last wrote of itself. */
function readNote(device: string): DaemonNote | undefined {
  const folder = lastVolatileFolder(device);
  if (folder === undefined) return undefined;
  try {
    const note = JSON.parse(readFileSync(join(folder, "daemon.json"), "utf8"));
    return { ...note, alive: !note.ended && isAlive(note.pid) };
  } catch {
    // Half a note of a daemon that was just starting says nothing.
    return undefined;
  }
}

/** A number may have passed on to another program: its command line tells. */
function isAlive(pid: number): boolean {
  try {
    return /frontdesk|main\.ts/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    return false;
  }
}

function targetOf({ device, broker, fleet }: Config, timeServer: string | undefined): Target {
  const { base, submit, cancel, commands, desired } = topicsOf(fleet.root, device);
  const { url, username } = broker;
  const credentials = {
    username,
    password: contentOf(broker.passwordFile)?.trim(),
    authority: contentOf(broker.caFile),
    certificate: contentOf(broker.certFile),
    key: contentOf(broker.keyFile),
  };
  const given = Object.entries(credentials).filter(([, value]) => value !== undefined);
  const topics = {
    subscribe: [submit, cancel, commands, desired],
    publish: `${base}/telemetry/doctor`,
    timeSources: timeSources(fleet, timeServer),
  };
  return { url, device, ...topics, ...Object.fromEntries(given) };
}

/** The one that is named, else whom the board asks, else hosts that have to be right themselves. */
function timeSources({ timeSource, uploadHosts }: Config["fleet"], server: string | undefined) {
  if (timeSource !== undefined) return [timeSource];
  const own =
    server === undefined ? [] : [`ntp://${server.includes(":") ? `[${server}]` : server}`];
  return [...own, ...uploadHosts.map((host) => `https://${host}`)];
}

/** A file that cannot be read is a finding of its own. */
function contentOf(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
