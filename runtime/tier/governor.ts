import { framesPerSecond, type Tier, tierNames, tiers } from "../../config/tiers.ts";

/** How the board and the show were in the last second or so. */
export interface Reading {
  /** 95th percentile of what a frame cost, in ms; undefined when none was shown. */
  readonly workMsP95: number | undefined;
  /** Frames that came late or not at all, as a share of those that were due. */
  readonly lateShare: number;
  /** Hottest sensor; undefined where there is none. */
  readonly temperatureC: number | undefined;
  /** Highest frequency that is allowed now, as a share of what the core can do. */
  readonly frequencyShare: number | undefined;
  /** Memory that is free or can be freed, as a share of all. */
  readonly availableShare: number | undefined;
  /** Whether somebody is being spoken to. */
  readonly isBusy: boolean;
}

/** What the governor wants: another tier, or (`thrift`) cheaper pictures while nobody speaks. */
export interface Course {
  readonly tier: Tier;
  /** The idle loop at half the frames a second. */
  readonly thrift: boolean;
  /** Why, as a sentence with what was measured. */
  readonly reason: string;
}

/** Bounds of the control law; what asks for a move has room below what the issue allows. */
export const governing = {
  /** A frame that takes more than this share of its time leaves no room for the voice. */
  workShareMax: 0.8,
  lateShareMax: 0.04,
  temperatureCMax: 85,
  frequencyShareMin: 0.75,
  availableShareMin: 0.05,
  /** Trouble lasts so long before pictures get cheaper, and so long before the tier goes down. */
  thriftMs: 4_000,
  downMs: 10_000,
  /** Calm before the tier goes up, and before pictures are dear again. */
  upMs: 120_000,
  movesMax: 4,
  movesWindowMs: 3_600_000,
} as const;

/** Calm leaves a margin to trouble, so that the one does not follow from leaving the other. */
const calm = {
  workShareMax: 0.55,
  temperatureCMax: 75,
  frequencyShareMin: 0.95,
  availableShareMin: 0.12,
} as const;

const frameMs = 1000 / framesPerSecond;

/**
 * Keeps the show within what the board can do: one tier down when there is trouble, up again after
 * a long calm, never above `ceiling`, never while somebody is spoken to, and not more than four
 * times an hour. Cheaper measures come first. Told what is measured; holds no clock, moves nothing.
 */
export class Governor {
  readonly #ceiling: Tier;
  readonly #ladder: readonly Tier[];
  #at: number;
  #thrift = false;
  #troubleSinceMs: number | undefined;
  #calmSinceMs: number | undefined;
  #moves: number[] = [];
  #trouble = "";

  /** `ladder` are the tiers that there are, `tier` the one that was opened: the ceiling. */
  constructor(ladder: readonly Tier[], tier: Tier, ceiling = tier) {
    const isBelow = (name: Tier): boolean => tierNames.indexOf(name) <= tierNames.indexOf(ceiling);
    const known = (name: Tier): boolean =>
      (ladder.includes(name) && isBelow(name)) || name === tier;
    this.#ceiling = ceiling;
    this.#ladder = tierNames.filter(known);
    this.#at = this.#ladder.indexOf(tier);
  }

  get tier(): Tier {
    return this.#ladder[this.#at]!;
  }

  get thrift(): boolean {
    return this.#thrift;
  }

  /** The present trouble in words; `""` for none. */
  get trouble(): string {
    return this.#trouble;
  }

  /** Whether less is shown than could be. */
  get isLow(): boolean {
    return this.#thrift || this.#at < this.#ladder.length - 1;
  }

  /** The same board before an avatar that has these tiers, `tier` of which is shown. */
  among(ladder: readonly Tier[], tier: Tier): Governor {
    const next = new Governor(ladder, tier, this.#ceiling);
    if (next.tier === this.tier && next.#ladder.join() === this.#ladder.join()) return this;
    next.#moves = this.#moves;
    next.#thrift = this.#thrift;
    return next;
  }

  /** What to change now; undefined for nothing. To be asked about once a second. */
  look(reading: Reading, nowMs: number): Course | undefined {
    this.#trouble = troubleOf(reading);
    const isCalm = this.#isCalm(reading);
    this.#troubleSinceMs = this.#trouble === "" ? undefined : (this.#troubleSinceMs ?? nowMs);
    this.#calmSinceMs = isCalm ? (this.#calmSinceMs ?? nowMs) : undefined;
    if (reading.isBusy) return undefined;
    const troubledMs = nowMs - (this.#troubleSinceMs ?? nowMs);
    const calmMs = nowMs - (this.#calmSinceMs ?? nowMs);
    if (troubledMs >= governing.downMs && this.#at > 0) return this.#step(-1, this.#trouble, nowMs);
    if (troubledMs >= governing.thriftMs && !this.#thrift) return this.#save(true, this.#trouble);
    if (calmMs < governing.upMs) return undefined;
    const reason = `calm for ${Math.round(calmMs / 1000)} s`;
    if (this.#thrift) return this.#save(false, reason);
    return this.#at < this.#ladder.length - 1 ? this.#step(1, reason, nowMs) : undefined;
  }

  /** Whether the next tier up, or dear pictures, would be no trouble, as far as can be told. */
  #isCalm(reading: Reading): boolean {
    const { workMsP95 = 0, lateShare, temperatureC = 0 } = reading;
    const { frequencyShare = 1, availableShare = 1 } = reading;
    const above = this.#thrift ? undefined : this.#ladder[this.#at + 1];
    const growth = above === undefined ? 1 : areaOf(above) / areaOf(this.tier);
    return (
      workMsP95 * growth <= calm.workShareMax * frameMs &&
      lateShare === 0 &&
      temperatureC <= calm.temperatureCMax &&
      frequencyShare >= calm.frequencyShareMin &&
      availableShare >= calm.availableShareMin
    );
  }

  #save(thrift: boolean, reason: string): Course {
    this.#thrift = thrift;
    this.#calmSinceMs = undefined;
    return { tier: this.tier, thrift, reason };
  }

  #step(by: 1 | -1, reason: string, nowMs: number): Course | undefined {
    this.#moves = this.#moves.filter((atMs) => nowMs - atMs < governing.movesWindowMs);
    if (this.#moves.length >= governing.movesMax) return undefined;
    this.#moves.push(nowMs);
    this.#at += by;
    this.#troubleSinceMs = undefined;
    this.#calmSinceMs = undefined;
    return { tier: this.tier, thrift: this.#thrift, reason };
  }
}

function areaOf(tier: Tier): number {
  return tiers[tier].width * tiers[tier].height;
}

/** What is wrong, with what is and what should be; `""` for nothing. */
function troubleOf(reading: Reading): string {
  const { workMsP95, lateShare, temperatureC, frequencyShare, availableShare } = reading;
  const workMsMax = governing.workShareMax * frameMs;
  const found = [
    over("a frame takes", workMsP95, workMsMax, " ms"),
    over("frames late or dropped:", percent(lateShare), percent(governing.lateShareMax), " %"),
    over("temperature is", temperatureC, governing.temperatureCMax, " °C"),
    under("frequency is at", percent(frequencyShare), percent(governing.frequencyShareMin), " %"),
    under("memory left:", percent(availableShare), percent(governing.availableShareMin), " %"),
  ];
  return found.filter((one) => one !== "").join("; ");
}

function over(what: string, value: number | undefined, most: number, unit: string): string {
  if (value === undefined || value <= most) return "";
  return `${what} ${rounded(value)}${unit}, ${rounded(most)}${unit} may be`;
}

function under(what: string, value: number | undefined, least: number, unit: string): string {
  if (value === undefined || value >= least) return "";
  return `${what} ${rounded(value)}${unit}, ${rounded(least)}${unit} should be`;
}

function percent<V extends number | undefined>(share: V): V {
  return (share === undefined ? undefined : share * 100) as V;
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}
