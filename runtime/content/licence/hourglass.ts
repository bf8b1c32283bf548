import type { Lease } from "./lease.ts";

/** What of the hourglass outlives a power cut. */
export interface Sand {
  /** The latest time that was believed, in ms since 1970 UTC; null: none so far. */
  readonly reachedMs: number | null;
  /** For how long the clock has been ahead of it by more than a leap, in ms of running. */
  readonly aheadForMs: number;
  /** The lease that was heard last. */
  readonly heard: string | null;
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

type HeardLease = Pick<Lease, "id" | "issuedMs" | "renewAfterMs">;

/** A clock that is ahead by more than this has leapt. */
const leapMs = 24 * 3_600_000;
/** For so long a leap must last, in time of running, to be believed. */
const leapBelievedMs = 24 * 3_600_000;

export const noSand: Sand = { reachedMs: null, aheadForMs: 0, heard: null };

/**
 * A time that only moves on. It runs while the board runs, and starts where it was when the board
 * stopped, so that a clock set back prolongs nothing. The board's clock, where it is known to be
 * set, takes it forward: by up to a day at once, by more only after the clock has stayed ahead for
 * a day of running, so that a date mistyped and mended ends nothing. Where it stayed for longer, a
 * new lease is the studio's word on the time and takes it back: no mistake is for ever. Holds no
 * clock.
 */
export class Hourglass {
  #reachedMs: number | undefined;
  #aheadForMs: number;
  #heard: string | null;
  #lookedMs: number | undefined;

  constructor({ reachedMs, aheadForMs, heard }: Sand) {
    this.#reachedMs = reachedMs ?? undefined;
    this.#aheadForMs = aheadForMs;
    this.#heard = heard;
  }

  get sand(): Sand {
    const reachedMs = this.#reachedMs ?? null;
    return { reachedMs, aheadForMs: this.#aheadForMs, heard: this.#heard };
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

  /**
   * A lease says that it is not earlier than when it was made. One that is heard for the first time
   * and answers this device's last question (`isAnswer`) has just been made: when it seems to be
   * due for renewal already, the time that was believed is wrong, and the lease has the word.
   */
  hear({ id, issuedMs, renewAfterMs }: HeardLease, isAnswer: boolean): void {
    const isNew = id !== this.#heard;
    this.#heard = id;
    const reachedMs = this.#reachedMs ?? issuedMs;
    const isWrong = isNew && isAnswer && reachedMs >= renewAfterMs;
    this.#reachedMs = isWrong ? issuedMs : Math.max(issuedMs, reachedMs);
    if (isWrong) this.#aheadForMs = 0;
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
