import { type Tier, tierNames } from "../../config/tiers.ts";
import type { Board, Strain } from "../../drivers/board/board.ts";
import type { Stamps } from "../../drivers/clock/clock.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { Vitals } from "../diagnostics/vitals.ts";
import type { Reports } from "../fleet/reports.ts";
import { percentile } from "../percentile.ts";
import type { FromStage, Pulse, ToStage } from "../stage/messages.ts";
import { type Course, Governor } from "../tier/governor.ts";

/** What a warden watches, and whom it tells. */
interface Ward {
  readonly board: Pick<Board, "strain">;
  readonly vitals: Pick<Vitals, "pulse" | "tierLowered">;
  readonly reports: Pick<Reports, "event" | "telemetry">;
  readonly stamps: Pick<Stamps, "wallMs">;
  readonly trace: Trace;
  post(message: ToStage): void;
}

const lookMs = 1_000;
/** A tier that is not shown by then never will be; the desk goes on. */
const changeMsMax = 20_000;

/** Takes the governor's courses to the stage, and says in all places what was done and why. */
export class Warden {
  readonly #ward: Ward;
  #governor: Governor | undefined;
  /** The tier that was opened first, and why another one is shown. */
  #ceiling: Tier | undefined;
  #reason = "";
  #pulse: Pulse | undefined;
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** The tier that was asked for, and the one that is shown until then. */
  #change: { readonly to: Tier; readonly from: Tier; readonly sinceMs: number } | undefined;

  constructor(ward: Ward) {
    this.#ward = ward;
  }

  /** Whether a tier is being changed: nothing should be said until that is over. */
  get isChanging(): boolean {
    return this.#change !== undefined;
  }

  receive(message: FromStage): void {
    if (message.kind === "ready") this.#arrived(message.facts.tier as Tier);
    if (message.kind !== "tier-refused") return;
    const { tier, reason } = message;
    const stays = this.#change?.from ?? tier;
    this.#ward.trace.note({ area: "tier", kind: "refused", tier, reason });
    this.#governor = this.#governor?.refuse(tier, stays);
    this.#change = undefined;
  }

  /** To be called often; looks once a second. `isOn`: the tier may be moved at all. */
  turn(nowMs: number, isOn: boolean, isBusy: boolean): void {
    if (!this.#governor || nowMs - this.#lookedMs < lookMs) return;
    this.#lookedMs = nowMs;
    if (this.#change && nowMs - this.#change.sinceMs > changeMsMax) this.#change = undefined;
    const { pulse } = this.#ward.vitals;
    if (!isOn || !pulse || pulse === this.#pulse || this.#change) return;
    const strain = this.#ward.board.strain();
    const load = loadOf(pulse, this.#pulse);
    this.#pulse = pulse;
    this.#tellNumbers(load, strain, nowMs);
    const from = this.#governor.tier;
    const course = this.#governor.look({ ...load, ...strain, isBusy }, nowMs);
    if (course) this.#follow(course, from, nowMs);
  }

  /** The stage shows this tier: as it was told, or because it started anew. */
  #arrived(tier: Tier): void {
    if (!this.#governor) {
      this.#governor = new Governor(tierNames, tier);
      this.#ceiling = tier;
    }
    this.#pulse = undefined;
    this.#change = undefined;
    const { tier: due, thrift } = this.#governor;
    if (thrift) this.#ward.post({ kind: "thrift", on: true });
    if (due !== tier) this.#ward.post({ kind: "tier", tier: due });
  }

  #follow({ tier, thrift, reason }: Course, from: Tier, nowMs: number): void {
    const { trace, reports, stamps, post } = this.#ward;
    const isMove = tier !== from;
    if (isMove) {
      this.#change = { to: tier, from, sinceMs: nowMs };
      post({ kind: "tier", tier });
    } else post({ kind: "thrift", on: thrift });
    const isDown = tierNames.indexOf(tier) < tierNames.indexOf(from) || (!isMove && thrift);
    const kind = isMove ? (isDown ? "down" : "up") : thrift ? "thrift" : "no-thrift";
    trace.note({ area: "tier", kind, from, to: tier, reason });
    this.#reason = isDown ? reason : this.#reason;
    const isLow = tier !== this.#ceiling || thrift;
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
