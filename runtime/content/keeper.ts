import { limits } from "../../config/limits.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { JobError } from "../job/job.ts";
import type { Collected } from "./collect.ts";
import { readDesired, versionError, type Wish } from "./desired.ts";
import { Errands, type Hour } from "./errands.ts";
import type { Happening } from "./happening.ts";
import type { Damage } from "./integrity.ts";
import { Memory, takenBack } from "./kept.ts";
import type { Counts } from "./probation.ts";
import type { Placed } from "./release.ts";
import type { ContentReport } from "./report.ts";
import type { Shelf } from "./shelf.ts";
import type { Supply } from "./supply.ts";
import { Tidying } from "./tidying.ts";
import type { Shown } from "./trial.ts";
import { Trials } from "./trials.ts";
import { reportOf } from "./view.ts";

/** What a keeper works with. */
export interface KeeperParts {
  readonly disk: Disk;
  readonly trace: Trace;
  readonly shelf: Shelf;
  readonly supply: Supply;
  /** Takes away objects that nobody names; not to be called while something is fetched. */
  collect(): Promise<Collected>;
  /** Avatars that come with the program. */
  readonly shipped: ReadonlySet<string>;
  /** In [0, 1). */
  random(): number;
  /** Something happened that the fleet should know of. */
  happened(event: Happening): void;
}

/** What a keeper goes by at a moment. */
export interface Moment extends Hour {
  /** Nothing is to be fetched now. */
  readonly isQuiet: boolean;
  /** So long a new release has to show pictures. */
  readonly probationMs: number;
  /** What the stage counts; undefined while there is none. */
  readonly counts: Counts | undefined;
}

/**
 * Keeps the avatars of one kiosk as they are desired: one after the other is brought, switched to,
 * watched through its probation and kept, or taken back for good. Whatever goes wrong, what is on
 * the screen stays there. What it decided outlives a power cut before anybody acts on it, and what
 * lies on the device is looked up, not remembered, so that it goes on from any step. It holds no
 * clock.
 */
export class Keeper implements AsyncDisposable {
  readonly #parts: KeeperParts;
  readonly #memory: Memory;
  readonly #trials: Trials;
  readonly #errands: Errands;
  readonly #tidying: Tidying;
  #refused: Pick<ContentReport, "version" | "state" | "errors"> | undefined;
  #isQuiet = false;
  /** What was damaged and is not here again, by avatars. */
  readonly #damages = new Map<string, Damage>();
  #listener: (report: ContentReport) => void = () => {};
  #told = { text: "", atMs: Number.NEGATIVE_INFINITY };
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: KeeperParts, memory: Memory) {
    const { shelf, happened, supply, random } = parts;
    this.#parts = parts;
    this.#memory = memory;
    this.#trials = new Trials({ shelf, memory, happened });
    this.#errands = new Errands(supply, random, (release) => memory.refusalOf(release));
    this.#tidying = new Tidying(parts);
    this.#errands.plan(this.#wishes, 0);
  }

  /**
   * One more start of the program at `startMs` (wall clock): a release on trial that saw too many
   * of them is taken back. Undefined: nothing is shown, and no start counts.
   */
  static async open(parts: KeeperParts, startMs: number | undefined): Promise<Keeper> {
    const keeper = new Keeper(parts, await Memory.open(parts.disk, parts.trace));
    const resumed = keeper.#inTurn(() => keeper.#trials.resume(startMs));
    await resumed.catch((error) => keeper.#note(error));
    return keeper;
  }

  /** The avatars of the set that is in force, the first one to be shown; none ever came: empty. */
  get wishes(): readonly Wish[] {
    return this.#wishes;
  }

  /** Whether something is being fetched, or is due at `nowMs`. */
  isBusy(nowMs: number): boolean {
    const isDue = this.#wishes.some(
      ({ id }) => (this.#errands.affairs.get(id)?.dueMs ?? 0) <= nowMs,
    );
    return this.#errands.isRunning || isDue;
  }

  /** Hears of every step. */
  onReport(listener: (report: ContentReport) => void): void {
    this.#listener = listener;
  }

  report(): ContentReport {
    const { kept } = this.#memory;
    const { shelf, shipped, supply } = this.#parts;
    const { affairs } = this.#errands;
    const { progress } = supply;
    const { shown } = this.#trials;
    const isQuiet = this.#isQuiet;
    const damages = this.#damages;
    const view = { kept, shelf, shipped, affairs, progress, shown, isQuiet, damages };
    return { ...reportOf(view), ...this.#refused };
  }

  /** Takes a `content/desired` in; resolves when it is on disk, or refused. */
  receive(payload: Uint8Array, signers: readonly string[], nowMs: number): Promise<void> {
    return this.#inTurn(async () => {
      const read = readDesired(payload, signers);
      if ("errors" in read) return this.#refuse(read.version, read.errors);
      const { desired } = this.#memory.kept;
      if (read.version === desired?.version && read.hash === desired.hash) return this.#accept();
      const error = versionError(desired, read);
      if (error) return this.#refuse(read.version, [error]);
      try {
        await this.#memory.accept(read);
      } catch (error) {
        this.#note(error);
        return this.#refuse(read.version, [notKept]);
      }
      this.#errands.plan(this.#wishes, nowMs);
      this.#tidying.due();
      this.#accept();
    });
  }

  /** Does what is due; to be called often. Fetching goes on beside it. */
  async turn(moment: Moment): Promise<void> {
    const { nowMs, probationMs, counts } = moment;
    try {
      await this.#inTurn(async () => {
        await this.#finish(nowMs);
        if (await this.#trials.judge(counts, nowMs, probationMs)) this.#tidying.due();
        this.#isQuiet = moment.isQuiet;
        // What is under way knows the hours itself, and waits where it is.
        if (!moment.isQuiet) this.#errands.begin(this.#wishes, moment);
        const { kept } = this.#memory;
        if (!this.#errands.isRunning) await this.#tidying.turn(kept, this.#trials.shown?.id);
      });
    } catch (error) {
      this.#note(error);
    }
    this.#tell(nowMs);
  }

  /** This is on the screen now. */
  shown(shown: Shown, { nowMs, wallMs }: Pick<Hour, "nowMs" | "wallMs">): Promise<void> {
    return this.#inTurn(async () => {
      await this.#trials.see(shown, nowMs, wallMs).catch((error) => this.#note(error));
      this.#tidying.due();
    });
  }

  /** The stage could not show this, or did not bear it. True: it was on trial and is taken back. */
  failed(shown: Omit<Shown, "tier">, code: string, reason: string): Promise<boolean> {
    return this.#inTurn(async () => {
      if (!this.#trials.isOnTrial(shown)) return false;
      await this.#trials.takeBack(shown.id, code, reason);
      this.#tidying.due();
      return true;
    });
  }

  /** Files were damaged and are gone: they are brought again as soon as they can be. */
  damaged(damages: readonly Damage[], nowMs: number): Promise<void> {
    return this.#inTurn(async () => {
      for (const damage of damages) {
        this.#damages.set(damage.id, damage);
        this.#errands.hurry(damage.id, nowMs);
        const { id: avatar, version, name, kind } = damage;
        const detail = { avatar, version, file: name, kind };
        this.#parts.happened({ severity: "warning", code: "CONTENT_DAMAGED", detail });
      }
    });
  }

  /** Looks for newer releases, and for what is missing of those that are here, right away. */
  check(nowMs: number): Promise<void> {
    return this.#inTurn(async () => this.#errands.plan(this.#wishes, nowMs));
  }

  /** Takes away what nobody asks for, now. Rejects while something is being fetched. */
  collect(): Promise<Collected> {
    return this.#inTurn(async () => {
      const { kept } = this.#memory;
      if (!this.#errands.isRunning) return this.#tidying.discard(kept, this.#trials.shown?.id);
      throw new Error("Cannot collect: an avatar is being fetched, it should be over first");
    });
  }

  /** A technician wants the release before. Rejects with why that cannot be. */
  rollBack(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const { shelf, shipped } = this.#parts;
      const due = (is: string) => new Error(`Cannot roll back ${id}: ${is}, one before it is due`);
      if (!shelf.current(id)) throw due("no release of it is installed");
      if (!shelf.previous(id) && !shipped.has(id)) throw due("the release installed is the first");
      await this.#trials.takeBack(id, takenBack, "a technician took it back");
      this.#tidying.due();
    });
  }

  /** A technician put this release on the shelf: it is shown, and stays until the next set. */
  hold(placed: Placed): Promise<void> {
    return this.#inTurn(async () => {
      await this.#memory.hold(placed);
      await this.#trials.switchTo(placed);
    });
  }

  /** Lets go of what is being fetched; what is here of it stays. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#errands[Symbol.asyncDispose]();
    await this.#last;
  }

  get #wishes(): readonly Wish[] {
    return this.#memory.kept.desired?.avatars ?? [];
  }

  /** Takes up what an errand brought. */
  async #finish(nowMs: number): Promise<void> {
    const { wish, outcome } = this.#errands.ended() ?? {};
    if (!wish || !outcome) return;
    if (!("files" in outcome)) {
      this.#note(outcome.message, { avatar: wish.id, code: outcome.code });
      this.#errands.fail(wish, outcome, nowMs);
      return;
    }
    try {
      const isHeld = this.#memory.kept.held.some(({ id }) => id === wish.id);
      if (!isHeld) await this.#trials.switchTo(outcome);
      this.#errands.settle(wish, nowMs);
      this.#damages.delete(wish.id);
    } catch (error) {
      this.#note(error);
      this.#errands.fail(wish, notKept, nowMs);
    }
  }

  #refuse(version: number | null, errors: readonly JobError[]): void {
    this.#parts.trace.note({ area: "content", kind: "rejected", version, code: errors[0]?.code });
    this.#refused = { version, state: "rejected", errors };
    this.#listener(this.report());
  }

  #accept(): void {
    this.#refused = undefined;
    this.#listener(this.report());
  }

  /** Each step at once, how far a download is every now and then. */
  #tell(nowMs: number): void {
    const report = this.report();
    const text = JSON.stringify({ ...report, avatars: report.avatars.map(withoutProgress) });
    const isFetching = report.avatars.some(({ progress }) => progress !== undefined);
    const isOld = isFetching && nowMs - this.#told.atMs >= limits.contentReportMs;
    if (text === this.#told.text && !isOld) return;
    this.#told = { text, atMs: nowMs };
    this.#listener(report);
  }

  #note(error: unknown, more: Readonly<Record<string, string>> = {}): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#parts.trace.note({ ...more, area: "content", kind: "trouble", reason });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

const notKept = {
  code: "STORAGE_FAILED",
  message: "Cannot keep the avatars: the disk does not take it",
  retryable: true,
} as const;

function withoutProgress({ progress: _, ...rest }: ContentReport["avatars"][number]): object {
  return rest;
}
