import { limits } from "../../config/limits.ts";
import type { Pulse, StageFacts } from "../stage/messages.ts";
import { type Evidence, type Finding, finding, worstFirst } from "./finding.ts";

/** What is watched, as bounds: each is found within 30 s, with room for a late look. */
const bounds = {
  silentMsMax: 5_000,
  stalledMsMax: 5_000,
  blockedMsMax: 5_000,
  /** How long a blocked desk and a lost stage are remembered, so that somebody sees them. */
  rememberedMs: 60_000,
  goneMsMax: 30_000,
  echoEveryMs: 8_000,
  echoMsMax: 12_000,
  minuteMs: 60_000,
  underrunsMax: 3,
  droppedShareMax: 0.02,
  /** Shorter than this, a start says nothing about what follows. */
  seenMsMin: 30_000,
} as const;

/**
 * Signs of life of a running kiosk: pictures that were presented, sound that moves on, a desk that
 * turns, an own message that comes back through the broker. Told what happens, by whom it happens
 * to; says what is wrong at a moment. Holds no clock.
 */
export class Vitals {
  readonly #startedMs: number;
  #pulseMs: number | undefined;
  #pulse: Pulse | undefined;
  #facts: StageFacts | undefined;
  #heardMs = 0;
  #lost: { readonly atMs: number; readonly reason: string } | undefined;
  #turnedMs: number | undefined;
  #lowered: { readonly tier: string; readonly reason: string } | undefined;
  #blocked: { readonly atMs: number; readonly forMs: number } | undefined;
  #goneMs: number | undefined;
  #sentMs = Number.NEGATIVE_INFINITY;
  /** Since when no own message has come back that was sent. */
  #unansweredMs: number | undefined;
  #voice: string | undefined;
  #replaced: string | undefined;
  #model: { readonly isThere: boolean; readonly reason: string } | undefined;
  readonly #reported = new Map<string, readonly Finding[]>();
  readonly #minute: { readonly atMs: number; readonly pulse: Pulse }[] = [];

  constructor(startedMs: number) {
    this.#startedMs = startedMs;
    this.#goneMs = startedMs;
  }

  get pulse(): Pulse | undefined {
    return this.#pulse;
  }

  get facts(): StageFacts | undefined {
    return this.#facts;
  }

  /** `init` until there is a picture, `sleeping` while the screen is to be off. */
  get state(): "init" | "ready" | "sleeping" {
    if (!this.#facts) return "init";
    return this.#pulse?.resting ? "sleeping" : "ready";
  }

  stageReady(facts: StageFacts, nowMs: number): void {
    this.#facts = facts;
    this.#pulseMs = nowMs;
    this.#pulse = undefined;
    this.#minute.length = 0;
  }

  /** It shows another avatar, or the same one at another tier. */
  stageChanged(facts: StageFacts): void {
    this.#facts = facts;
  }

  stagePulse(pulse: Pulse, nowMs: number): void {
    const before = this.#pulse;
    if (!before?.sounding || !pulse.sounding || before.heard !== pulse.heard) this.#heardMs = nowMs;
    // A picture that was not presented is no sign of life, whoever says that it beats.
    if (before?.shown !== pulse.shown || pulse.resting) this.#pulseMs = nowMs;
    this.#pulse = pulse;
    this.#minute.push({ atMs: nowMs, pulse });
    while (nowMs - (this.#minute[0]?.atMs ?? nowMs) > bounds.minuteMs) this.#minute.shift();
  }

  stageLost(reason: string, nowMs: number): void {
    this.#lost = { atMs: nowMs, reason };
    this.#pulse = undefined;
  }

  voiceAbsent(reason: string): void {
    this.#voice = reason;
  }

  /** Why the local voice said the last sentence in place of the service; undefined: it did not. */
  voiceReplaced(reason: string | undefined): void {
    this.#replaced = reason;
  }

  /** The speech model could not be opened when it was needed. */
  modelAbsent(isThere: boolean, reason: string): void {
    this.#model = { isThere, reason };
  }

  /** The governor shows another tier than was opened, and why; undefined: it does not. */
  tierLowered(evidence: { readonly tier: string; readonly reason: string } | undefined): void {
    this.#lowered = evidence;
  }

  /** What an area found out by itself; takes the place of what it reported before. */
  report(area: string, findings: readonly Finding[]): void {
    this.#reported.set(area, findings);
  }

  /** The desk turns, which it does at least twice a second. */
  turned(nowMs: number): void {
    const forMs = nowMs - (this.#turnedMs ?? nowMs);
    if (forMs > bounds.blockedMsMax) this.#blocked = { atMs: nowMs, forMs };
    this.#turnedMs = nowMs;
  }

  connected(isConnected: boolean, nowMs: number): void {
    if (isConnected === (this.#goneMs === undefined)) return;
    this.#goneMs = isConnected ? undefined : nowMs;
    this.#unansweredMs = undefined;
  }

  /** Whether it is time to send an own message; asking means that it is sent. */
  echoDue(nowMs: number): boolean {
    if (this.#goneMs !== undefined || nowMs - this.#sentMs < bounds.echoEveryMs) return false;
    this.#sentMs = nowMs;
    this.#unansweredMs ??= nowMs;
    return true;
  }

  /** The own message came back. */
  echoed(): void {
    this.#unansweredMs = undefined;
  }

  /** Everything that is wrong at this moment, worst first. */
  findings(nowMs: number): readonly Finding[] {
    return worstFirst([
      ...this.#ofStage(nowMs),
      ...this.#ofSound(nowMs),
      ...this.#ofDesk(nowMs),
      ...this.#ofBroker(nowMs),
      ...[...this.#reported.values()].flat(),
    ]);
  }

  #ofStage(nowMs: number): Finding[] {
    const { displayFault } = this.#pulse ?? {};
    const silentMs = Math.round(nowMs - (this.#pulseMs ?? this.#startedMs));
    const allowedMs = this.#pulseMs === undefined ? limits.stageStartMsMax : bounds.silentMsMax;
    const share = this.#droppedShare();
    const refused = this.#facts?.displaysRefused ?? [];
    return [
      ...when(silentMs > allowedMs, "STAGE_FROZEN", { silentMs }),
      ...when(displayFault !== undefined, "DISPLAY_FAULT", { fault: displayFault ?? null }),
      ...when(this.#facts?.display === "memory" && refused.length > 0, "DISPLAY_FALLBACK", {
        refused: refused.join("; "),
      }),
      ...when(share > bounds.droppedShareMax, "FRAMES_DROPPED", { share }),
      ...when(this.#lowered !== undefined, "TIER_LOWERED", { ...this.#lowered }),
      ...(this.#lost && nowMs - this.#lost.atMs < bounds.rememberedMs
        ? [finding("STAGE_LOST", { reason: this.#lost.reason })]
        : []),
    ];
  }

  #ofSound(nowMs: number): Finding[] {
    const { audioFault, sounding = false, heard = 0 } = this.#pulse ?? {};
    const stalledMs = Math.round(nowMs - this.#heardMs);
    const refused = this.#facts?.audioRefused ?? [];
    const underruns = this.#gain(({ underruns }) => underruns);
    return [
      ...when(audioFault !== undefined, "AUDIO_FAULT", { fault: audioFault ?? null }),
      ...when(sounding && stalledMs > bounds.stalledMsMax, "AUDIO_STALLED", { stalledMs, heard }),
      ...when(underruns > bounds.underrunsMax, "AUDIO_UNDERRUNS", { underruns }),
      ...when(this.#facts?.audio === "silent" && refused.length > 0, "AUDIO_SILENT", {
        refused: refused.join("; "),
      }),
      ...when(this.#voice !== undefined, "VOICE_ABSENT", { reason: this.#voice ?? null }),
      ...when(this.#replaced !== undefined, "VOICE_SERVICE", { reason: this.#replaced ?? null }),
      ...this.#ofModel(),
    ];
  }

  #ofModel(): Finding[] {
    if (!this.#model) return [];
    const { isThere, reason } = this.#model;
    return [finding(isThere ? "RUNTIME_MODEL_WRONG" : "RUNTIME_MODEL_MISSING", { reason })];
  }

  #ofDesk(nowMs: number): Finding[] {
    const sinceMs = nowMs - (this.#turnedMs ?? nowMs);
    const past = this.#blocked;
    if (sinceMs > bounds.blockedMsMax) return [finding("DESK_BLOCKED", { forMs: sinceMs })];
    if (past === undefined || nowMs - past.atMs > bounds.rememberedMs) return [];
    return [finding("DESK_BLOCKED", { forMs: Math.round(past.forMs) })];
  }

  #ofBroker(nowMs: number): Finding[] {
    const goneMs = Math.round(nowMs - (this.#goneMs ?? nowMs));
    const silentMs = Math.round(nowMs - (this.#unansweredMs ?? nowMs));
    return [
      ...when(goneMs > bounds.goneMsMax, "BROKER_GONE", { goneMs }),
      ...when(silentMs > bounds.echoMsMax, "SUBSCRIPTION_LOST", { silentMs }),
    ];
  }

  #droppedShare(): number {
    const dropped = this.#gain(({ dropped }) => dropped);
    const shown = this.#gain(({ shown }) => shown);
    return shown === 0 ? 0 : Math.round((1000 * dropped) / (shown + dropped)) / 1000;
  }

  /** By how much a count has risen in the last minute. */
  #gain(count: (pulse: Pulse) => number): number {
    const first = this.#minute[0];
    const last = this.#minute.at(-1);
    if (!first || !last || last.atMs - first.atMs < bounds.seenMsMin) return 0;
    return count(last.pulse) - count(first.pulse);
  }
}

function when(holds: boolean, code: Finding["code"], evidence: Evidence): Finding[] {
  return holds ? [finding(code, evidence)] : [];
}
