import { type Tier, tierNames } from "../../config/tiers.ts";
import type { Board, Strain } from "../../drivers/board/board.ts";
import type { Stamps } from "../../drivers/clock/clock.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { Vitals } from "../diagnostics/vitals.ts";
import type { Reports } from "../fleet/reports.ts";
import { percentile } from "../percentile.ts";
import type { FromStage, Pulse, ToStage } from "../stage/messages.ts";
import { type Course, Governor } from "../tier/governor.ts";
import type { Director } from "./director.ts";

/** What a warden watches, and whom it tells. */
interface Ward {
  readonly board: Pick<Board, "strain">;
  readonly vitals: Pick<Vitals, "pulse" | "tierLowered">;
  readonly reports: Pick<Reports, "event" | "telemetry">;
  readonly stamps: Pick<Stamps, "wallMs">;
  readonly trace: Trace;
  readonly director: Pick<Director, "shown" | "tiers" | "isChanging" | "level">;
  post(message: ToStage): void;
}

const lookMs = 1_000;

/**
 * Takes the governor's courses to the director, who has the stage follow them, and says in all
 * places what was done and why.
 */
export class Warden {
  readonly #ward: Ward;
  #governor: Governor | undefined;
  /** Why less is shown than could be. */
  #reason = "";
  #pulse: Pulse | undefined;
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(ward: Ward) {
    this.#ward = ward;
  }

  receive(message: FromStage): void {
    if (message.kind !== "ready" && message.kind !== "avatar-shown") return;
    this.#governor ??= new Governor(tierNames, message.facts.tier as Tier);
    this.#pulse = undefined;
    const isAnew = message.kind === "ready";
    if (isAnew && this.#governor.thrift) this.#ward.post({ kind: "thrift", on: true });
  }

  /** To be called often; looks once a second. `isOn`: the tier may be moved at all. */
  turn(nowMs: number, isOn: boolean, isBusy: boolean): void {
    const { vitals, director, board } = this.#ward;
    const { pulse } = vitals;
    const { shown } = director;
    if (!this.#governor || nowMs - this.#lookedMs < lookMs) return;
    this.#lookedMs = nowMs;
    if (!isOn || !pulse || pulse === this.#pulse || !shown || director.isChanging) return;
    const strain = board.strain();
    const load = loadOf(pulse, this.#pulse);
    this.#pulse = pulse;
    this.#tellNumbers(load, strain, nowMs);
    this.#governor = this.#governor.among(director.tiers, shown.tier);
    const course = this.#governor.look({ ...load, ...strain, isBusy }, nowMs);
    if (course) this.#follow(course, shown.tier);
  }

  #follow({ tier, thrift, reason }: Course, from: Tier): void {
    const { trace, reports, stamps, director, post } = this.#ward;
    const isMove = tier !== from;
    if (isMove) director.level = tier;
    else post({ kind: "thrift", on: thrift });
    const isDown = tierNames.indexOf(tier) < tierNames.indexOf(from) || (!isMove && thrift);
    const kind = isMove ? (isDown ? "down" : "up") : thrift ? "thrift" : "no-thrift";
    trace.note({ area: "tier", kind, from, to: tier, reason });
    this.#reason = isDown ? reason : this.#reason;
    const isLow = this.#governor?.isLow;
    this.#ward.vitals.tierLowered(isLow ? { tier, reason: this.#reason } : undefined);
    const code = isMove ? "TIER_MOVED" : "TIER_THRIFT";
    const detail = { from, to: tier, thrift, reason };
    const event = { severity: isDown ? "warning" : "info", code, detail } as const;
    reports.event({ ...event, wallMs: stamps.wallMs() }).catch((error: unknown) => {
      trace.note({ area: "tier", kind: "event-not-kept", error });
    });
  }

  #tellNumbers(load: Load, strain: Strain, nowMs: number): void {
    const all = { ...load, ...strain, thrift: this.#governor?.thrift ? 1 : 0 };
    const known = Object.entries(all).filter(([, value]) => value !== undefined);
    const numbers = known.map(([name, value]) => [name, Math.round(Number(value) * 100) / 100]);
    this.#ward.reports.telemetry("tier", Object.fromEntries(numbers), nowMs);
  }
}

interface Load {
  readonly workMsP95: number | undefined;
  readonly lateShare: number;
}

/** What the frames since the pulse before cost, and how many of them came late or never. */
function loadOf(pulse: Pulse, before: Pulse | undefined): Load {
  const workMsP95 = percentile(pulse.workMs, 0.95);
  if (!before || pulse.shown < before.shown) return { workMsP95, lateShare: 0 };
  const dropped = pulse.dropped - before.dropped;
  const due = pulse.shown - before.shown + dropped;
  const lost = pulse.late - before.late + dropped;
  return { workMsP95, lateShare: due === 0 ? 0 : lost / due };
}
