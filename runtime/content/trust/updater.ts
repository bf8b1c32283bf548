import type { MetaFile } from "@tufjs/models";
import { limits } from "../../../config/limits.ts";
import { delegatedOf, withDelegated } from "./delegated.ts";
import type { Delegation } from "./delegations.ts";
import type { Generations } from "./generations.ts";
import { search } from "./search.ts";
import { isCurrent, type Sheet } from "./sheet.ts";
import { fileOf, type Source } from "./source.ts";
import {
  demandFreshRoot,
  demandFreshTimestamp,
  isWhole,
  namedSnapshot,
  namedTargets,
  type TrustState,
  withRoot,
  withSnapshot,
  withTargets,
  withTimestamp,
} from "./state.ts";
import { demand } from "./trouble.ts";
import { type Target, type Trusted, targetOf, trustedOf } from "./trusted.ts";

/**
 * The workflow of a client (TUF specification 1.0.33, 5.3 to 5.6): asks for one file after the
 * other and keeps what each step has verified, on the disk before it counts. Throws TrustError.
 */
export class Updater {
  readonly #generations: Generations;
  readonly #source: Source;
  #state: TrustState;
  #trusted: Trusted | undefined;
  #seenMs: number;

  constructor(generations: Generations, source: Source) {
    this.#generations = generations;
    this.#source = source;
    this.#state = generations.kept.state;
    this.#trusted = listOf(this.#state);
    this.#seenMs = generations.kept.seenMs;
  }

  get state(): TrustState {
    return this.#state;
  }

  get trusted(): Trusted | undefined {
    return this.#trusted;
  }

  /** When the last update went through, in milliseconds since 1970 UTC. */
  get seenMs(): number {
    return this.#seenMs;
  }

  /** Everything but delegated lists, which are asked for when they are wanted. */
  async update(nowMs: number, abort: AbortSignal): Promise<void> {
    await this.#updateRoots(nowMs, abort);
    await this.#updateTimestamp(nowMs, abort);
    await this.#updateSnapshot(nowMs, abort);
    await this.#updateTargets(nowMs, abort);
    await this.#generations.save(this.#state, nowMs);
    this.#seenMs = nowMs;
  }

  /** 5.6.7, in what is here; updates before where something is missing or has expired. */
  async find(path: string, nowMs: number, abort: AbortSignal): Promise<Target> {
    if (!isWhole(this.#state, nowMs)) await this.update(nowMs, abort);
    const { root, targets } = this.#state;
    const walk = search(path, targets as Sheet<"targets">);
    let step = walk.next();
    while (!step.done) step = walk.next(await this.#delegated(step.value, nowMs, abort));
    const { consistentSnapshot } = root.metadata.signed;
    const target = step.value && targetOf(step.value, consistentSnapshot);
    demand(target !== undefined, "TRUST_TARGET_UNLISTED", () => {
      return `${JSON.stringify(path)} is in no list that may have it`;
    });
    return target;
  }

  /** 5.3: one root after the other, each kept before the next is asked for. */
  async #updateRoots(nowMs: number, abort: AbortSignal): Promise<void> {
    for (let count = 0; count < limits.trustRootsMax; count++) {
      const next = this.#state.root.metadata.signed.version + 1;
      const bytes = await this.#source.read(`${next}.root.json`, limits.trustRootBytesMax, abort);
      if (bytes === undefined) break;
      await this.#advance(withRoot(this.#state, bytes));
    }
    demandFreshRoot(this.#state, nowMs);
  }

  async #updateTimestamp(nowMs: number, abort: AbortSignal): Promise<void> {
    const bytes = await this.#demandFile("timestamp.json", limits.trustTimestampBytesMax, abort);
    await this.#advance(withTimestamp(this.#state, bytes, nowMs));
    demandFreshTimestamp(this.#state, nowMs);
  }

  async #updateSnapshot(nowMs: number, abort: AbortSignal): Promise<void> {
    const named = namedSnapshot(this.#state);
    if (isCurrent(this.#state.snapshot, named, nowMs)) return;
    const bytes = await this.#named("snapshot", named, abort);
    await this.#advance(withSnapshot(this.#state, bytes, nowMs));
  }

  async #updateTargets(nowMs: number, abort: AbortSignal): Promise<void> {
    const named = namedTargets(this.#state);
    if (isCurrent(this.#state.targets, named, nowMs)) return;
    const bytes = await this.#named("targets", named, abort);
    await this.#advance(withTargets(this.#state, bytes, nowMs));
  }

  async #delegated(
    delegation: Delegation,
    nowMs: number,
    abort: AbortSignal,
  ): Promise<Sheet<"targets">> {
    const { role } = delegation;
    const here = delegatedOf(this.#state, delegation, nowMs);
    if (here) return here;
    const bytes = await this.#named(role, namedTargets(this.#state, role), abort);
    await this.#advance(withDelegated(this.#state, delegation, bytes, nowMs));
    return this.#state.delegated?.get(role) as Sheet<"targets">;
  }

  /** On the disk before it counts. */
  async #advance(state: TrustState): Promise<void> {
    await this.#generations.save(state, this.#seenMs);
    if (state.targets !== this.#state.targets) this.#trusted = listOf(state);
    this.#state = state;
  }

  #named(role: string, { version, length }: MetaFile, abort: AbortSignal): Promise<Uint8Array> {
    const { consistentSnapshot } = this.#state.root.metadata.signed;
    const bytesMax = Math.min(length ?? Number.POSITIVE_INFINITY, limits.trustListBytesMax);
    return this.#demandFile(
      fileOf(role, consistentSnapshot ? version : undefined),
      bytesMax,
      abort,
    );
  }

  async #demandFile(name: string, bytesMax: number, abort: AbortSignal): Promise<Uint8Array> {
    const bytes = await this.#source.read(name, bytesMax, abort);
    demand(bytes !== undefined, "TRUST_ABSENT", () => `there is no ${name}`);
    return bytes;
  }
}

function listOf({ root, targets }: TrustState): Trusted | undefined {
  return targets && trustedOf(targets, root.metadata.signed.consistentSnapshot);
}
