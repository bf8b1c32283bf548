import { MemoryDisk } from "../../drivers/disk/memory.ts";
import type { TrustCode } from "../../runtime/content/trust/trouble.ts";
import { Trust } from "../../runtime/content/trust/trust.ts";
import type { Trusted } from "../../runtime/content/trust/trusted.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import type { Attack, Scene } from "./trust-attack.ts";
import { attacksOnDelegations } from "./trust-delegations.ts";
import { Forger, forgedBase } from "./trust-forger.ts";
import { attacksOnLists } from "./trust-lists.ts";
import { attacksOnRoots } from "./trust-roots.ts";
import { attacksOnTransport } from "./trust-transport.ts";

/** How the attacks of The Update Framework's kinds went. */
export interface AttackResult {
  readonly attacks: number;
  /** Refused with the code that is due, while the list that was trusted before stays. */
  readonly refused: number;
  readonly codes: number;
  /** Names of those that went otherwise. */
  readonly failed: readonly string[];
}

export const trustAttacks: readonly Attack[] = [
  ...attacksOnRoots,
  ...attacksOnLists,
  ...attacksOnDelegations,
  ...attacksOnTransport,
];

/** Tries every attack on a device of its own. `nowMs` is the time of its good state. */
export async function attackTrust(nowMs: number): Promise<AttackResult> {
  const outcomes = await Promise.all(
    trustAttacks.map(async (attack) => ({ attack, code: await tryAttack(attack, nowMs) })),
  );
  const refused = outcomes.filter(({ attack, code }) => code === attack.code);
  const failed = outcomes.filter((one) => !refused.includes(one)).map(({ attack }) => attack.name);
  const codes = new Set(refused.map(({ code }) => code));
  return { attacks: outcomes.length, refused: refused.length, codes: codes.size, failed };
}

/** The code with which the attack is refused; undefined when it changed what is trusted. */
export async function tryAttack(attack: Attack, nowMs: number): Promise<TrustCode | undefined> {
  const forger = new Forger(nowMs);
  attack.before?.(forger);
  const scene: Scene = { forger, clockMs: nowMs };
  const disk = new MemoryDisk();
  const rootFile = forger.forge("root");
  const begun = await open(disk, forger, rootFile);
  const good = (await begun.refresh(nowMs, never)) as Trusted;
  if (good.target("avatars/anna/1/manifest.json") === undefined) return undefined;
  const { path } = attack;
  // What is listed of it is here before, right or not.
  if (path !== undefined) await begun.find(path, nowMs, never);
  attack.act(scene);
  const device = attack.restarts ? await open(disk.restarted(), forger, rootFile) : begun;
  const outcome = await device.refresh(scene.clockMs, never);
  if (path !== undefined && !("code" in outcome)) {
    const found = await device.find(path, scene.clockMs, never);
    return "code" in found ? found.code : undefined;
  }
  const stays = device.trusted?.version === good.version;
  return "code" in outcome && stays ? outcome.code : undefined;
}

function open(disk: MemoryDisk, forger: Forger, rootFile: Uint8Array): Promise<Trust> {
  const parts = { disk, fetch: forger.fetch, trace: new TraceRing() };
  return Trust.open(parts, { base: forgedBase, rootFile });
}

const never = new AbortController().signal;

if (import.meta.main) {
  const result = await attackTrust(Date.UTC(2026, 10, 23));
  process.stdout.write(`${JSON.stringify(result)}\n`);
  if (result.refused < result.attacks) process.exitCode = 1;
}
