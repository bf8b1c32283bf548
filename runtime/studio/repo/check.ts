import type { Disk } from "../../../drivers/disk/disk.ts";
import { hashOf } from "../../avatar/seal.ts";
import { expiryOf, type Kind } from "../../content/trust/metadata.ts";
import {
  beginWith,
  demandFreshRoot,
  namedSnapshot,
  namedTargets,
  type TrustState,
  withRoot,
  withSnapshot,
  withTargets,
  withTimestamp,
} from "../../content/trust/state.ts";
import { TrustError } from "../../content/trust/trouble.ts";
import { type Target, trustedOf } from "../../content/trust/trusted.ts";
import type { Place } from "./published.ts";

/** What a client finds that has never been here before. */
export interface Report {
  /** Of what was trusted: number, and end in milliseconds since 1970 UTC. */
  readonly roles: Readonly<Partial<Record<Kind, { version: number; expiresMs: number }>>>;
  readonly files: readonly Target[];
  /** What is wrong, in words; none when all is well. */
  readonly faults: readonly string[];
}

/** Follows the repository as a device does, and reads every file that it lists. */
export async function checkRepository(place: Place, nowMs: number): Promise<Report> {
  const faults: string[] = [];
  const state = await follow(await place("metadata"), nowMs, faults);
  const roles = kinds.flatMap((role) => {
    const signed = state?.[role]?.metadata.signed;
    return signed
      ? [[role, { version: signed.version, expiresMs: expiryOf(signed) }] as const]
      : [];
  });
  const files = state?.targets ? [...trustedOf(state.targets, true).targets()] : [];
  for (const file of files) {
    const fault = await faultOf(place, file);
    if (fault !== undefined) faults.push(`${file.place} ${fault}`);
  }
  return { roles: Object.fromEntries(roles), files, faults };
}

const kinds = ["root", "timestamp", "snapshot", "targets"] as const;

/** As far as it goes; the studio's tools delegate nothing. */
async function follow(
  disk: Disk,
  nowMs: number,
  faults: string[],
): Promise<TrustState | undefined> {
  let state: TrustState | undefined;
  try {
    state = beginWith(await fileOf(disk, "1.root.json"));
    for (let version = 2; ; version++) {
      const bytes = await disk.read(`${version}.root.json`);
      if (bytes === undefined) break;
      state = withRoot(state, bytes);
    }
    demandFreshRoot(state, nowMs);
    state = withTimestamp(state, await fileOf(disk, "timestamp.json"), nowMs);
    const snapshot = `${namedSnapshot(state).version}.snapshot.json`;
    state = withSnapshot(state, await fileOf(disk, snapshot), nowMs);
    const targets = `${namedTargets(state).version}.targets.json`;
    state = withTargets(state, await fileOf(disk, targets), nowMs);
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    faults.push(`${error.code}: ${error.message}`);
  }
  return state;
}

async function fileOf(disk: Disk, name: string): Promise<Uint8Array> {
  const bytes = await disk.read(name);
  if (bytes === undefined) throw new TrustError("TRUST_ABSENT", `there is no ${name}`);
  return bytes;
}

async function faultOf(place: Place, target: Target): Promise<string | undefined> {
  const [name = "", ...folders] = target.place.split("/").map(decodeURIComponent).reverse();
  using file = await (await place(folders.reverse().join("/"))).openFile(name);
  if (file === undefined) return "is missing";
  if (file.bytes !== target.bytes) return `has ${file.bytes} bytes, ${target.bytes} are listed`;
  const sum = await hashOf(file);
  return sum === target.sha256 ? undefined : "is not the file that is listed";
}
