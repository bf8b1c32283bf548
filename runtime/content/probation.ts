/** What the stage counts since it began. */
export interface Counts {
  readonly shown: number;
  readonly dropped: number;
  readonly late: number;
  /** The screen is off because it is meant to be. */
  readonly resting: boolean;
}

/** How a new release does: not known yet, well, or why it is to go. */
export type Outcome =
  | { readonly state: "pending" | "good" }
  | { readonly state: "failed"; readonly reason: string };

export const proving = {
  /** So long without a new picture is no hiccup. */
  silentMsMax: 5_000,
  /** A busy board drops frames; one that shows every other one is not up to this avatar. */
  lostShareMax: 0.5,
  /** Frames that are counted before that is judged: ten seconds. */
  framesMin: 250,
  /** What is between two looks counts no more than this: nobody was there to see it. */
  lookMsMax: 3_000,
} as const;

/**
 * The time in which a new release has to show itself, from its entrance on. Only time in which new
 * pictures came counts: a screen that is off proves nothing, and fails nobody. Told what the stage
 * counts, about once a second, and what went wrong; holds no clock.
 */
export class Probation {
  #first: Counts | undefined;
  #last: Counts | undefined;
  #lookedMs: number;
  /** When a picture came last, or the screen was off. */
  #seenMs: number;
  #provenMs = 0;
  #fault: string | undefined;

  constructor(nowMs: number) {
    this.#lookedMs = nowMs;
    this.#seenMs = nowMs;
  }

  /** Something went wrong that this release is to blame for; the first reason stays. */
  blame(reason: string): void {
    this.#fault ??= reason;
  }

  /** Looks at the counts of this moment; undefined while there are none. Good after `forMs`. */
  look(counts: Counts | undefined, nowMs: number, forMs: number): Outcome {
    const before = this.#last;
    const isNew = counts !== undefined && counts.shown !== before?.shown;
    if (isNew && before) {
      this.#provenMs += Math.min(nowMs - this.#lookedMs, proving.lookMsMax);
    }
    if (isNew || counts?.resting) this.#seenMs = nowMs;
    this.#lookedMs = nowMs;
    this.#last = counts ?? before;
    this.#first ??= counts;
    const fault = this.#fault ?? this.#faultOf(nowMs);
    if (fault !== undefined) return { state: "failed", reason: fault };
    return { state: this.#provenMs >= forMs ? "good" : "pending" };
  }

  #faultOf(nowMs: number): string | undefined {
    const silentMs = nowMs - this.#seenMs;
    if (silentMs > proving.silentMsMax) {
      return `no new picture came for ${Math.round(silentMs / 1_000)} s`;
    }
    const [first, last] = [this.#first, this.#last];
    if (!first || !last) return undefined;
    const dropped = last.dropped - first.dropped;
    const due = last.shown - first.shown + dropped;
    const share = (last.late - first.late + dropped) / due;
    if (due < proving.framesMin || share <= proving.lostShareMax) return undefined;
    const most = proving.lostShareMax * 100;
    return `${Math.round(share * 100)} % of its frames came late or never, ${most} % may`;
  }
}
