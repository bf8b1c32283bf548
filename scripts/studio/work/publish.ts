import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Tier, tierNames } from "../../../config/tiers.ts";
import { systemAct } from "../../../runtime/studio/act.ts";
import type { AvatarFile } from "../../../runtime/studio/catalogue/avatar.ts";
import type { Work } from "../../../runtime/studio/queue/work.ts";
import { hashOf, type Release, readRelease } from "../../../runtime/studio/repo/release.ts";
import { type Craft, granted } from "../../../runtime/studio/work/worker.ts";
import { openPackage } from "../../avatar/open.ts";
import { signPackage } from "../../avatar/sign.ts";
import type { Bench } from "./bench.ts";
import type { Shop } from "./shop.ts";

/** An accepted avatar goes into the repository; its version is the round that was accepted. */
export function publishCraft(bench: Bench, shop: Shop, makerKey: string | undefined): Craft {
  const { catalogue, queue, tasks } = bench.studio;
  return {
    async do(work: Work): Promise<void> {
      const act = systemAct(work.accountId, bench.nowMs());
      const avatar = granted(await catalogue.get(act, work.subject));
      const task = granted(await tasks.get(act, avatar.taskId));
      const folder = join(bench.buildsFolder, avatar.build);
      if (makerKey !== undefined) signPackage(folder, makerKey);
      const release = await releaseOf(folder, String(task.round));
      await list(shop, release, bench.nowMs());
      const files = release.files.map(fileOf);
      const { version, sha256 } = release;
      granted(await catalogue.published(work, { version, sha256, files }, bench.nowMs()));
      await rm(join(bench.workFolder, task.id), { recursive: true, force: true });
    },
    failed: (work, { message }) => queue.fail(work, message, bench.nowMs()),
  };
}

async function releaseOf(folder: string, version: string): Promise<Release> {
  using opened = await openPackage(folder);
  return readRelease(opened, version);
}

/** Twice is as once: a worker that died may have listed it already. */
async function list(shop: Shop, release: Release, nowMs: number): Promise<void> {
  const outcome = await shop.publish((repository) => repository.addRelease(release, nowMs), nowMs);
  if (outcome.state === "published") return;
  const roles = outcome.drafts.map(({ role }) => role).join(", ");
  const due = "sign with 'frontdesk studio repo request' and 'sign', then revive this work";
  throw new Error(`Cannot publish: ${roles} wait for keys that are elsewhere, ${due}`);
}

function fileOf({ name, tier, bytes }: Release["files"][number]): AvatarFile {
  const known = tierNames.find((one): one is Tier => one === tier) ?? null;
  return { name, tier: known, bytes: bytes.length, sha256: hashOf(bytes) };
}
