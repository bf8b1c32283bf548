import { limits } from "../../../config/limits.ts";
import type { Disk } from "../../../drivers/disk/disk.ts";
import type { Fetch } from "../../../drivers/fetch/fetch.ts";
import type { Trace } from "../../diagnostics/trace.ts";
import { Generations } from "./generations.ts";
import { metadataSource, type Source } from "./source.ts";
import {
  demandFreshRoot,
  demandFreshTimestamp,
  isCurrent,
  namedSnapshot,
  namedTargets,
  type TrustState,
  withRoot,
  withSnapshot,
  withTargets,
  withTimestamp,
} from "./state.ts";
import { demand, TrustError, type TrustTrouble } from "./trouble.ts";
import { type Trusted, trustedOf } from "./trusted.ts";

interface Parts {
  readonly disk: Disk;
  readonly fetch: Fetch;
  readonly trace: Trace;
}

/** Where the repository is, and the root to begin with, which came with the program. */
interface Repository {
  /** URL of the folder that holds `metadata/` and `targets/`. */
  readonly base: string;
  readonly rootFile: Uint8Array;
}

/**
 * A client of one repository by The Update Framework, specification 1.0.33, section 5, with one
 * list of targets: roles that it delegates to are not asked.
 *
 * Time: the specification fixes it when a refresh begins (5.1) and measures what expires against it
 * (5.3.10, 5.4.4, 5.5.6, 5.6.5), and says nothing of a board whose clock is not set. Here such a
 * refresh is not begun, `TRUST_NO_CLOCK`: nothing new is taken, what is trusted stays, the next try
 * may go through. The wall time of the last refresh that went through is kept; a clock that says
 * less is not right either, `TRUST_CLOCK_BEHIND`. A clock that was once ahead cannot lock a board
 * out for long: with what had then expired no refresh went through, so that the time kept is below
 * the expiry of the timestamp that was found fresh.
 */
export class Trust {
  readonly #generations: Generations;
  readonly #source: Source;
  readonly #trace: Trace;
  #state: TrustState;
  #trusted: Trusted | undefined;
  #seenMs: number;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(generations: Generations, source: Source, trace: Trace) {
    this.#generations = generations;
    this.#source = source;
    this.#trace = trace;
    this.#state = generations.kept.state;
    this.#trusted = listOf(this.#state);
    this.#seenMs = generations.kept.seenMs;
  }

  /** Throws TrustError `TRUST_ROOT_FILE` when the root file is none, or the disk's reason. */
  static async open({ disk, fetch, trace }: Parts, { base, rootFile }: Repository): Promise<Trust> {
    const generations = await Generations.open(disk, rootFile, trace);
    return new Trust(generations, metadataSource(fetch, base), trace);
  }

  /** The last list that was verified whole, from before this start if need be. */
  get trusted(): Trusted | undefined {
    return this.#trusted;
  }

  /** Versions of what is trusted, for those who look after the device. */
  get versions(): Readonly<Partial<Record<keyof TrustState, number>>> {
    const sheets = Object.entries(this.#state).filter(([, sheet]) => sheet !== undefined);
    return Object.fromEntries(
      sheets.map(([role, { metadata }]) => [role, metadata.signed.version]),
    );
  }

  /**
   * Asks the repository for the newest list. `nowWallMs` is undefined while the clock is not known
   * to be right. Trouble is a value, and leaves `trusted` as it was, save for a list that a new
   * root no longer vouches for. Rejects with the abort's reason, or the disk's.
   */
  refresh(nowWallMs: number | undefined, abort: AbortSignal): Promise<Trusted | TrustTrouble> {
    const turn = this.#turn.then(() => this.#refresh(nowWallMs, abort));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #refresh(nowMs: number | undefined, abort: AbortSignal): Promise<Trusted | TrustTrouble> {
    abort.throwIfAborted();
    try {
      demand(nowMs !== undefined, "TRUST_NO_CLOCK", () => "the clock of this board is not set");
      demand(nowMs >= this.#seenMs, "TRUST_CLOCK_BEHIND", () => {
        return `the clock is ${Math.ceil((this.#seenMs - nowMs) / 1000)} s behind the last refresh`;
      });
      await this.#updateRoots(nowMs, abort);
      await this.#updateTimestamp(nowMs, abort);
      await this.#updateSnapshot(nowMs, abort);
      await this.#updateTargets(nowMs, abort);
      await this.#generations.save(this.#state, nowMs);
      this.#seenMs = nowMs;
      return this.trusted as Trusted;
    } catch (error) {
      if (!(error instanceof TrustError)) throw error;
      this.#trace.note({ area: "trust", kind: "refused", code: error.code, text: error.message });
      return error;
    }
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
    const name = this.#nameOf("snapshot", named.version);
    const bytesMax = Math.min(named.length ?? Number.POSITIVE_INFINITY, limits.trustListBytesMax);
    const bytes = await this.#demandFile(name, bytesMax, abort);
    await this.#advance(withSnapshot(this.#state, bytes, nowMs));
  }

  async #updateTargets(nowMs: number, abort: AbortSignal): Promise<void> {
    const named = namedTargets(this.#state);
    if (isCurrent(this.#state.targets, named, nowMs)) return;
    const name = this.#nameOf("targets", named.version);
    const bytesMax = Math.min(named.length ?? Number.POSITIVE_INFINITY, limits.trustListBytesMax);
    const bytes = await this.#demandFile(name, bytesMax, abort);
    await this.#advance(withTargets(this.#state, bytes, nowMs));
  }

  /** On the disk before it counts. */
  async #advance(state: TrustState): Promise<void> {
    await this.#generations.save(state, this.#seenMs);
    if (state.targets !== this.#state.targets) this.#trusted = listOf(state);
    this.#state = state;
  }

  #nameOf(role: string, version: number): string {
    const { consistentSnapshot } = this.#state.root.metadata.signed;
    return consistentSnapshot ? `${version}.${role}.json` : `${role}.json`;
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
