import { existsSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Outcome, Repository } from "../../../runtime/studio/repo/repository.ts";
import { usualDays } from "../../../runtime/studio/repo/terms.ts";
import { keysOfRoles, readSigners } from "../keys.ts";
import { type HeldPlace, holdNewPlace, holdPlace } from "../place.ts";

/** The repository that devices fetch from, as its workers keep it: one at a time changes it. */
export class Shop {
  readonly folder: string;
  readonly #keys: readonly string[];

  /** `keys`: files and folders of the keys at hand. */
  constructor(folder: string, keys: readonly string[]) {
    this.folder = folder;
    this.#keys = keys;
  }

  /** Makes the repository where there is none, in the first folder the keys that are missing. */
  async found(nowMs: number): Promise<void> {
    const [keys] = this.#keys;
    if (this.#isThere() || keys === undefined) return;
    await mkdir(keys, { recursive: true, mode: 0o700 });
    await using held = await patiently(() => holdNewPlace(this.folder));
    // Another worker was quicker.
    if (this.#isThere()) return;
    const repository = await Repository.create(held.place, keysOfRoles(keys, {}), usualDays, nowMs);
    await repository.publish(readSigners(this.#keys), nowMs);
  }

  /** Drafts with `change`, then publishes as far as the keys at hand allow. */
  async publish(
    change: (repository: Repository) => Promise<unknown>,
    nowMs: number,
  ): Promise<Outcome> {
    await using held = await patiently(() => holdPlace(this.folder));
    const repository = await Repository.open(held.place);
    await change(repository);
    return repository.publish(readSigners(this.#keys), nowMs);
  }

  /** Once a day: what is served is signed anew, also while a draft waits for a key in a safe. */
  async renew(nowMs: number): Promise<void> {
    const { mtimeMs } = await stat(join(this.folder, "metadata/timestamp.json"));
    if (nowMs - mtimeMs < renewEveryMs) return;
    const outcome = await this.publish((repository) => repository.renew(nowMs), nowMs);
    if (outcome.state === "published") return;
    await using held = await patiently(() => holdPlace(this.folder));
    await (await Repository.open(held.place)).touch(readSigners(this.#keys), nowMs);
  }

  #isThere(): boolean {
    return existsSync(join(this.folder, "repository.json"));
  }
}

const renewEveryMs = 24 * 3600_000;
const patienceMs = 30_000;

/** Another process changes it for a second or two; who waits longer is told its reason. */
async function patiently(hold: () => Promise<HeldPlace>): Promise<HeldPlace> {
  const untilMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return await hold();
    } catch (error) {
      if (performance.now() > untilMs) throw error;
      await sleep(100);
    }
  }
}
