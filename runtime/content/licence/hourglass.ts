/** What of the hourglass outlives a power cut. */
export interface Sand {
  /** The latest time that was believed, in ms since 1970 UTC; null: none so far. */
  readonly reachedMs: number | null;
  /** For how long the clock has been ahead of it by more than a leap, in ms of running. */
  readonly aheadForMs: number;
  /** The lease whose word was taken for the time last. */
  readonly toldBy: string | null;
}

/** The time by which leases are judged. */
export interface LicenceTime {
  /** In ms since 1970 UTC; undefined: nothing has told the time yet. */
  readonly ms: number | undefined;
  /** Whether the board's clock is known to be set. */
  readonly isClocked: boolean;
  /** The clock is behind what it once was, by so many ms; 0: it is not. */
  readonly behindMs: number;
}

/** A clock that is ahead by more than this has leapt. */
const leapMs = 24 * 3_600_000;
/** For so long a leap must last, in time of running, to be believed. */
const leapBelievedMs = 24 * 3_600_000;

export const noSand: Sand = { reachedMs: null, aheadForMs: 0, toldBy: null };

/**
 * A time that only moves on. It runs while the board runs, and starts where it was when the board
 * stopped, so that a clock set back prolongs nothing. The board's clock, where it is known to be
 * set, takes it forward: by up to a day at once, by more only after the clock has stayed ahead for
 * a day of running, so that a date mistyped and mended ends nothing. A new lease that answers this
 * device's own question is the studio's word on the time, and takes it back too: no mistake is for
 * ever. Holds no clock.
 */
export class Hourglass {
  #reachedMs: number | undefined;
  #aheadForMs: number;
  #toldBy: string | null;
  #lookedMs: number | undefined;

  constructor({ reachedMs, aheadForMs, toldBy }: Sand) {
    this.#reachedMs = reachedMs ?? undefined;
    this.#aheadForMs = aheadForMs;
    this.#toldBy = toldBy;
  }

  get sand(): Sand {
    const reachedMs = this.#reachedMs ?? null;
    return { reachedMs, aheadForMs: this.#aheadForMs, toldBy: this.#toldBy };
  }

  /** `nowMs`: monotonic; `wallMs`: the board's clock, undefined where it is not known to be set. */
  look(nowMs: number, wallMs: number | undefined): LicenceTime {
    const ranMs = nowMs - (this.#lookedMs ?? nowMs);
    this.#lookedMs = nowMs;
    if (this.#reachedMs !== undefined) this.#reachedMs += ranMs;
    if (wallMs !== undefined) this.#follow(wallMs, ranMs);
    const behindMs = Math.max(0, (this.#reachedMs ?? 0) - (wallMs ?? Number.POSITIVE_INFINITY));
    return { ms: this.#reachedMs, isClocked: wallMs !== undefined, behindMs };
  }

  /** It cannot be earlier than this, which is signed. */
  atLeast(ms: number): void {
    this.#reachedMs = Math.max(ms, this.#reachedMs ?? ms);
  }

  /** It was `ms` when lease `id` was made, for this device's last question; heard once. */
  tell(ms: number, id: string): void {
    if (id === this.#toldBy) return;
    this.#toldBy = id;
    this.#reachedMs = ms;
    this.#aheadForMs = 0;
  }

  #follow(wallMs: number, ranMs: number): void {
    const aheadMs = wallMs - (this.#reachedMs ?? Number.NEGATIVE_INFINITY);
    if (aheadMs <= leapMs) this.#aheadForMs = 0;
    else this.#aheadForMs += ranMs;
    const isBelieved = aheadMs <= leapMs || this.#aheadForMs >= leapBelievedMs;
    if (!isBelieved || aheadMs < 0) return;
    this.#reachedMs = wallMs;
    this.#aheadForMs = 0;
  }
}
