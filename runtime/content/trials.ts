import type { Happening } from "./happening.ts";
import type { Memory } from "./kept.ts";
import { type Counts, Probation } from "./probation.ts";
import type { Placed } from "./release.ts";
import type { Shelf } from "./shelf.ts";
import { type Shown, startAgain } from "./trial.ts";

interface Parts {
  readonly shelf: Shelf;
  readonly memory: Memory;
  happened(event: Happening): void;
}

/**
 * A new release on the screen: it is kept once it has proven itself, and taken back for good when
 * the stage does not bear it. The decision is on disk before the shelf follows it.
 */
export class Trials {
  readonly #parts: Parts;
  #shown: Shown | undefined;
  #probation: Probation | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What is on the screen. */
  get shown(): Shown | undefined {
    return this.#shown;
  }

  /** One more start of the program, which may have died of the release that it was showing. */
  async resume(startMs: number | undefined): Promise<void> {
    const { memory, shelf } = this.#parts;
    const { trial, poisoned } = memory.kept;
    if (startMs !== undefined && trial && this.isOnTrial(trial)) {
      const next = startAgain(trial, startMs);
      const reason = "the program was started too often with it";
      if (next === "over") await this.takeBack(trial.id, "CRASH_LOOP", reason);
      else await memory.keep({ trial: next });
    }
    // The power went between the decision and the shelf.
    for (const { id, sha256 } of poisoned) {
      if (shelf.current(id)?.sha256 === sha256) await this.#backOnShelf(id);
    }
  }

  /** Makes an installed release the current one of its avatar. */
  async switchTo(placed: Placed): Promise<void> {
    const { shelf, happened } = this.#parts;
    const { id, version, sha256 } = placed;
    if (shelf.current(id)?.sha256 === sha256) return;
    await shelf.switchTo(id, sha256);
    happened({ severity: "info", code: "CONTENT_INSTALLED", detail: { avatar: id, version } });
  }

  /** This is on the screen now. */
  async see(shown: Shown, nowMs: number, wallMs: number): Promise<void> {
    const before = this.#shown;
    const isSame = before?.id === shown.id && before.version === shown.version;
    this.#shown = shown;
    if (!isSame) this.#probation = new Probation(nowMs);
    const { id, version } = shown;
    const { memory } = this.#parts;
    if (version === undefined || !this.isOnTrial(shown)) return;
    const { trial } = memory.kept;
    if (trial?.id === id && trial.version === version) return;
    await memory.keep({ trial: { id, version, startsMs: [wallMs] } });
  }

  /** Keeps what has shown pictures for so long, takes back what has not; true: it did either. */
  async judge(counts: Counts | undefined, nowMs: number, forMs: number): Promise<boolean> {
    const shown = this.#shown;
    if (!shown || !this.#probation || !this.isOnTrial(shown)) return false;
    const outcome = this.#probation.look(counts, nowMs, forMs);
    if (outcome.state === "pending") return false;
    if (outcome.state === "failed") {
      await this.takeBack(shown.id, "PROBATION_FAILED", outcome.reason);
    } else await this.#commit(shown.id);
    return true;
  }

  /** Goes back to the release before, or to what comes with the program, for good. */
  async takeBack(id: string, code: string, reason: string): Promise<void> {
    const { shelf, memory, happened } = this.#parts;
    const bad = shelf.current(id);
    if (!bad) return;
    const message = `Cannot keep ${id} ${bad.version}: ${reason}`;
    await memory.poison(bad, code, message);
    await this.#backOnShelf(id);
    const to = shelf.current(id)?.version ?? "shipped";
    const detail = { avatar: id, version: bad.version, to, reason: code, message };
    happened({ severity: "warning", code: "CONTENT_ROLLED_BACK", detail });
  }

  /** Whether it is the current release of its avatar and has not proven itself. */
  isOnTrial({ id, version }: Pick<Shown, "id" | "version">): boolean {
    const { shelf } = this.#parts;
    return version !== undefined && shelf.current(id)?.version === version && !shelf.isProven(id);
  }

  async #commit(id: string): Promise<void> {
    const { shelf, memory, happened } = this.#parts;
    await shelf.commit(id);
    await memory.keep({ trial: null });
    const detail = { avatar: id, version: shelf.current(id)?.version ?? "" };
    happened({ severity: "info", code: "CONTENT_COMMITTED", detail });
  }

  /** Without a release before, the avatar goes: what the program brings is the last resort. */
  async #backOnShelf(id: string): Promise<void> {
    const { shelf } = this.#parts;
    if (shelf.previous(id)) await shelf.rollBack(id);
    else await shelf.remove(id);
  }
}
