import type { BenchCard } from "../stage/card.ts";
import type { Pulse } from "../stage/messages.ts";
import type { Finding } from "./finding.ts";
import { type Health, healthOf } from "./health.ts";
import type { AvatarRow } from "./page/avatars.ts";
import type { Trace } from "./trace.ts";
import { Vitals } from "./vitals.ts";

/** What the desk is at. */
export interface DeskNow {
  readonly jobId: string | null;
  readonly state: string;
  /** Jobs that wait. */
  readonly depth: number;
}

/** What is known of a kiosk at one moment. */
export interface View {
  readonly atMs: number;
  readonly health: Health;
  readonly findings: readonly Finding[];
  readonly now: DeskNow;
  readonly connected: boolean;
}

/** What a technician may do with a kiosk from here. */
export interface Door {
  /** Submits a text; resolves with the id of the job, rejects with why not. */
  say(text: string): Promise<string>;
  /** Shows the bench on the screen. */
  bench(card: BenchCard): void;
  /** A JPEG of what the screen shows at `share` of its size; undefined when there is none. */
  shoot(share?: number): Promise<Uint8Array | undefined>;
}

const lookMs = 1_000;

/**
 * Watches over a running kiosk: looks at its signs of life once a second, notes in the trace when a
 * finding comes or goes, and keeps the last view for whoever shows it.
 */
export class Monitor {
  readonly vitals: Vitals;
  /** Open while the kiosk runs. */
  door: Door | undefined;
  /** Of this board in its networks, the first one first. */
  addresses: readonly string[] = [];
  /** How the licence stands, for people; undefined: none is asked for. */
  licence: string | undefined;
  /** Those that the fleet desires. */
  avatars: readonly AvatarRow[] = [];
  readonly #trace: Trace;
  readonly #onPulse: (pulse: Pulse) => void;
  #pulse: Pulse | undefined;
  #view: View;
  #raised: readonly string[] = [];

  /** `onPulse` gets each pulse of the stage once. */
  constructor(startedMs: number, trace: Trace, onPulse: (pulse: Pulse) => void = () => {}) {
    this.vitals = new Vitals(startedMs);
    this.#trace = trace;
    this.#onPulse = onPulse;
    this.#view = {
      atMs: Number.NEGATIVE_INFINITY,
      health: healthOf([]),
      findings: [],
      now: { jobId: null, state: "idle", depth: 0 },
      connected: false,
    };
  }

  get view(): View {
    return this.#view;
  }

  /** To be called in every turn; looks when a second is over and returns the health it knows. */
  look(now: DeskNow, connected: boolean, nowMs: number): Health {
    this.vitals.connected(connected, nowMs);
    this.vitals.turned(nowMs);
    const { pulse } = this.vitals;
    if (pulse && pulse !== this.#pulse) this.#onPulse(pulse);
    this.#pulse = pulse;
    if (connected !== this.#view.connected) this.#view = { ...this.#view, connected };
    if (nowMs - this.#view.atMs >= lookMs) {
      const findings = this.vitals.findings(nowMs);
      this.#view = { atMs: nowMs, health: healthOf(findings), findings, now, connected };
      this.#tell(findings);
    }
    return this.#view.health;
  }

  #tell(findings: readonly Finding[]): void {
    const codes = findings.map(({ code }) => code);
    for (const { code, severity, evidence } of findings) {
      if (!this.#raised.includes(code)) {
        this.#trace.note({ ...evidence, area: "finding", kind: "raised", code, severity });
      }
    }
    for (const code of this.#raised) {
      if (!codes.some((one) => one === code)) {
        this.#trace.note({ area: "finding", kind: "cleared", code });
      }
    }
    this.#raised = codes;
  }
}
