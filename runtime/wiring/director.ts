import { type Tier, tierNames } from "../../config/tiers.ts";
import type { Stamps } from "../../drivers/clock/clock.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { Reports } from "../fleet/reports.ts";
import type { Job } from "../job/job.ts";
import type { Current } from "../job/jobs.ts";
import { type Cast, type Casting, isSame, isSameRelease, named } from "../stage/cast.ts";
import type { FromStage, ToStage } from "../stage/messages.ts";
import { castFor, type Wishes } from "./cast.ts";
import type { Troupe } from "./troupe.ts";

/** What a director chooses from, and whom it tells. */
interface DirectorParts {
  readonly troupe: Troupe;
  readonly reports: Pick<Reports, "event">;
  readonly stamps: Pick<Stamps, "wallMs">;
  readonly trace: Trace;
  /** What is wished for besides by jobs, now. */
  wishes(): Omit<Wishes, "job">;
  post(message: ToStage): void;
}

type Speech = Pick<Job, "avatar"> | undefined;

/** What is being said, and what comes next. */
interface Work {
  readonly current: { readonly state: Current["state"] } | undefined;
  upcoming(nowMs: number): Speech;
}

/** Who is not shown by then never will be; the desk goes on. */
const changeMsMax = 20_000;
/** After so long, who was refused is tried again: a medium may have had a bad moment. */
const refusedMs = 600_000;
/** A stage that dies so soon after an entrance may have died of it ... */
const freshMs = 10_000;
/** ... and has, when it does so again. */
const lossesMax = 2;

/**
 * The one who says which avatar is on stage, at which tier: compares who is there with who is to
 * be, has the stage exchange them, and keeps jobs waiting meanwhile. A refusal leaves who is there;
 * the same one is not asked for again for a while.
 */
export class Director {
  readonly #parts: DirectorParts;
  #shown: Cast | undefined;
  #change: { readonly to: Casting; readonly sinceMs: number } | undefined;
  readonly #refused = new Map<string, number>();
  readonly #losses = new Map<string, number>();
  /** Wishes that nobody here can fulfil, each told once. */
  #absent = "";
  #level: Tier | undefined;
  #nowMs = 0;
  #enteredMs = Number.NEGATIVE_INFINITY;

  constructor(parts: DirectorParts) {
    this.#parts = parts;
  }

  /** Who is on the screen; undefined while there is no stage. Its id is `""` for nobody. */
  get shown(): Cast | undefined {
    return this.#shown;
  }

  /** The tiers at which that one can be shown; those that the stage refused are left out. */
  get tiers(): readonly Tier[] {
    const shown = this.#shown;
    if (!shown) return [];
    const { tiers = tierNames } = this.#parts.troupe.find(shown.id) ?? {};
    return tiers.filter((tier) => !this.#isRefused({ ...shown, tier }));
  }

  /** Whether somebody is on the way to the stage: nothing should be said until that is over. */
  get isChanging(): boolean {
    return this.#change !== undefined;
  }

  /** Shows whoever is on stage at this tier, or lower, from now on. */
  set level(tier: Tier) {
    this.#level = tier;
  }

  /** Whether this job can begin: who is to speak it is on the screen. */
  isSetFor(job: Speech): boolean {
    if (!this.#shown || this.#change) return false;
    const due = this.#castFor(job);
    return due === undefined || isSame(due, this.#shown);
  }

  receive(message: FromStage): void {
    if (message.kind === "ready") {
      const { avatar, avatarVersion: version, tier } = message.facts;
      const shown = { id: avatar ?? "", tier: tier as Tier };
      this.#shown = version === undefined ? shown : { ...shown, version };
      this.#level ??= shown.tier;
      this.#change = undefined;
    }
    if (message.kind === "avatar-shown") this.#entered(message);
    if (message.kind === "avatar-refused" && this.#isDue(message)) {
      this.#refuse(message, message.reason);
    }
  }

  /** The stage is gone with whoever was on it; gives whom it may have died of. */
  stageLost(reason: string): Cast | undefined {
    const fresh = this.#nowMs - this.#enteredMs < freshMs ? this.#shown : undefined;
    const suspect = this.#change?.to ?? fresh;
    this.#shown = undefined;
    this.#change = undefined;
    if (!suspect) return undefined;
    const losses = (this.#losses.get(keyOf(suspect)) ?? 0) + 1;
    this.#losses.set(keyOf(suspect), losses);
    if (losses >= lossesMax) this.#refuse(suspect, `the stage stopped under it (${reason})`);
    return named(suspect);
  }

  /**
   * To be called often. While a job is at hand its avatar stays; whom the next job wants is made
   * ready as soon as this one sounds.
   */
  turn(work: Work, nowMs: number): void {
    const isBusy = work.current !== undefined;
    const isStarting = work.current?.state === "preparing";
    const next = isStarting ? undefined : work.upcoming(nowMs);
    this.#nowMs = nowMs;
    const shown = this.#shown;
    if (!shown) return;
    this.#tellAbsent();
    this.#watch(isBusy);
    const due = isBusy && !next ? shown : this.#castFor(next);
    if (!due || isSame(due, this.#change?.to ?? shown)) return;
    this.#change = { to: due, sinceMs: nowMs };
    this.#parts.trace.note({ area: "cast", kind: "due", ...named(due) });
    this.#parts.post({ kind: "avatar", ...due });
  }

  #castFor(job: Speech): Casting | undefined {
    const { troupe, wishes } = this.#parts;
    const all = { ...wishes(), job: job?.avatar };
    return castFor(all, troupe, this.#level ?? "360p", (cast) => this.#isRefused(cast));
  }

  /** The time that the stage has begins when nobody is spoken to any more. */
  #watch(isBusy: boolean): void {
    if (!this.#change) return;
    const { to, sinceMs } = this.#change;
    if (isBusy) this.#change = { to, sinceMs: this.#nowMs };
    else if (this.#nowMs - sinceMs > changeMsMax) {
      this.#refuse(to, `the stage did not answer within ${changeMsMax / 1_000} s`);
    }
  }

  #entered(message: Extract<FromStage, { kind: "avatar-shown" }>): void {
    const { pauseFrames } = message;
    const cast = named(message);
    if (this.#isDue(cast)) this.#change = undefined;
    const isOther = !this.#shown || !isSameRelease(this.#shown, cast);
    if (isOther) this.#enteredMs = this.#nowMs;
    this.#shown = cast;
    this.#parts.trace.note({ area: "cast", kind: "shown", ...cast, pauseFrames });
  }

  #isDue(cast: Cast): boolean {
    return this.#change !== undefined && isSame(this.#change.to, cast);
  }

  #refuse(cast: Cast, reason: string): void {
    const { trace, reports, stamps } = this.#parts;
    this.#change = undefined;
    this.#refused.set(keyOf(cast), this.#nowMs);
    // A tier that cannot be shown is no reason to show nobody.
    if (this.#shown && isSameRelease(this.#shown, cast)) this.#level = this.#shown.tier;
    const detail = { ...named(cast), reason };
    trace.note({ area: "cast", kind: "refused", ...detail });
    const event = { severity: "warning", code: "AVATAR_REFUSED", detail } as const;
    reports.event({ ...event, wallMs: stamps.wallMs() }).catch((error: unknown) => {
      trace.note({ area: "cast", kind: "event-not-kept", error });
    });
  }

  #isRefused(cast: Cast): boolean {
    const atMs = this.#refused.get(keyOf(cast));
    return atMs !== undefined && this.#nowMs - atMs < refusedMs;
  }

  #tellAbsent(): void {
    const { troupe, wishes, trace } = this.#parts;
    const { scheduled, configured } = wishes();
    const wanted = [scheduled, troupe.first(), configured].filter((id) => id !== undefined);
    const absent = wanted.filter((id) => !troupe.find(id)).join(", ");
    if (absent !== this.#absent && absent !== "") {
      trace.note({ area: "cast", kind: "absent", absent, present: troupe.ids().join(", ") });
    }
    this.#absent = absent;
  }
}

function keyOf({ id, version = "", tier }: Cast): string {
  return `${id} ${version} ${tier}`;
}
