import type { Disk } from "../../../drivers/disk/disk.ts";
import type { Fetch } from "../../../drivers/fetch/fetch.ts";
import type { Trace } from "../../diagnostics/trace.ts";
import { Generations } from "./generations.ts";
import { metadataSource } from "./source.ts";
import { demand, TrustError, type TrustTrouble } from "./trouble.ts";
import type { Target, Trusted } from "./trusted.ts";
import { Updater } from "./updater.ts";

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
 * A client of one repository by The Update Framework, specification 1.0.33, section 5. A refresh
 * brings the list of the role `targets`; lists of roles that it delegates to are asked for when a
 * path is sought that they may speak of. Repositories of the studio's tools delegate nothing.
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
  readonly #updater: Updater;
  readonly #trace: Trace;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(updater: Updater, trace: Trace) {
    this.#updater = updater;
    this.#trace = trace;
  }

  /** Throws TrustError `TRUST_ROOT_FILE` when the root file is none, or the disk's reason. */
  static async open({ disk, fetch, trace }: Parts, { base, rootFile }: Repository): Promise<Trust> {
    const generations = await Generations.open(disk, rootFile, trace);
    return new Trust(new Updater(generations, metadataSource(fetch, base)), trace);
  }

  /** The last list that was verified whole, from before this start if need be. */
  get trusted(): Trusted | undefined {
    return this.#updater.trusted;
  }

  /** Versions of what is trusted by role, for those who look after the device. */
  get versions(): Readonly<Record<string, number>> {
    const { delegated, ...top } = this.#updater.state;
    const sheets = [...Object.entries(top), ...(delegated ?? [])];
    return Object.fromEntries(
      sheets.flatMap(([role, sheet]) => (sheet ? [[role, sheet.metadata.signed.version]] : [])),
    );
  }

  /**
   * Asks the repository for the newest list. `nowWallMs` is undefined while the clock is not known
   * to be right. Trouble is a value, and leaves `trusted` as it was, save for a list that a new
   * root no longer vouches for. Rejects with the abort's reason, or the disk's.
   */
  refresh(nowWallMs: number | undefined, abort: AbortSignal): Promise<Trusted | TrustTrouble> {
    return this.#inTurn(nowWallMs, abort, async (nowMs) => {
      await this.#updater.update(nowMs, abort);
      return this.trusted as Trusted;
    });
  }

  /**
   * The file at `path` as the list of the last refresh has it, or the first in order of those that
   * this list delegates the path to (5.6.7); refreshes before where something is missing or has
   * expired. `TRUST_TARGET_UNLISTED`: nobody who may lists it. A list on the way that is refused
   * ends the search, as those behind it may say less than it does. Otherwise as `refresh`.
   */
  find(
    path: string,
    nowWallMs: number | undefined,
    abort: AbortSignal,
  ): Promise<Target | TrustError> {
    return this.#inTurn(nowWallMs, abort, async (nowMs) => {
      return this.#updater.find(path, nowMs, abort);
    });
  }

  #inTurn<T>(
    nowMs: number | undefined,
    abort: AbortSignal,
    ask: (nowMs: number) => Promise<T>,
  ): Promise<T | TrustError> {
    const turn = this.#turn.then(() => this.#ask(nowMs, abort, ask));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #ask<T>(
    nowMs: number | undefined,
    abort: AbortSignal,
    ask: (nowMs: number) => Promise<T>,
  ): Promise<T | TrustError> {
    abort.throwIfAborted();
    const { seenMs } = this.#updater;
    try {
      demand(nowMs !== undefined, "TRUST_NO_CLOCK", () => "the clock of this board is not set");
      demand(nowMs >= seenMs, "TRUST_CLOCK_BEHIND", () => {
        return `the clock is ${Math.ceil((seenMs - nowMs) / 1000)} s behind the last refresh`;
      });
      return await ask(nowMs);
    } catch (error) {
      if (!(error instanceof TrustError)) throw error;
      const kind = error.code === "TRUST_TARGET_UNLISTED" ? "unlisted" : "refused";
      this.#trace.note({ area: "trust", kind, code: error.code, text: error.message });
      return error;
    }
  }
}
