import { sampleRateHz } from "../../config/sound.ts";
import { SilentAudio } from "../../drivers/audio/silent.ts";
import type { Clock } from "../../drivers/clock/clock.ts";
import { Playback } from "../../runtime/playback/playback.ts";
import type { FromStage, Proof } from "../../runtime/stage/messages.ts";
import { Stage } from "../../runtime/stage/stage.ts";

/** How the days beside a sound device are. */
export interface Days {
  readonly hours: number;
  /** The device's crystal against the clock: 100 plays 0.01 % too fast. */
  readonly skewPpm: number;
  /** Whether the device stands still for a second now and then, and the voice comes late. */
  readonly jumps: boolean;
}

/** What became of sound and picture. */
export interface Drift {
  /** 95th percentile of the distance of mouth and sound, hour by hour, in ms. */
  readonly offsetsMs: readonly number[];
  readonly worstMs: number;
  /** Of a line through the hours (least squares). */
  readonly slopeMsPerDay: number;
  readonly underruns: number;
  /** Times the device stood still. */
  readonly stalls: number;
}

/** Long enough for frames that do not follow the loudspeaker to stray by the half of one. */
const utteranceSeconds = 40;
const partSeconds = 5;
const hourMs = 3_600_000;

/**
 * Has one stage without a screen speak 40 s of every hour, for as many virtual hours, on a
 * clock that is turned by hand.
 */
export function measureDrift(days: Days): Drift {
  const world = new World(days);
  const offsetsMs: number[] = [];
  let underruns = 0;
  for (let hour = 0; hour < days.hours; hour++) {
    const proof = world.speak(hour + 1, days.jumps && hour % 3 === 1);
    offsetsMs.push(proof.avOffsetMsP95);
    underruns += proof.underruns;
    world.nowMs = (hour + 1) * hourMs;
  }
  const worstMs = Math.max(...offsetsMs);
  const stalls = days.jumps ? days.hours : 0;
  return { offsetsMs, worstMs, slopeMsPerDay: slopeOf(offsetsMs) * 24, underruns, stalls };
}

class World implements Clock {
  nowMs = 0;
  readonly #stage: Stage;
  #told: FromStage[] = [];

  constructor({ skewPpm, jumps }: Days) {
    const lies = jumps ? { stallAtMs: 10_000, stallForMs: 1_000 } : {};
    const audio = new SilentAudio(this, { skewPpm, latencyMs: 40, ...lies });
    const screen = { display: noDisplay, audio };
    const tell = (message: FromStage): void => void this.#told.push(message);
    this.#stage = new Stage(screen, new Playback(audio), { paint: () => {} }, tell);
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  wallMs(): number {
    return this.nowMs;
  }

  async sleepUntil(): Promise<void> {}

  /** Sound comes some seconds ahead; with `isLate` half of it stays away for a while. */
  speak(generation: number, isLate: boolean): Proof {
    const startMs = this.nowMs;
    const pcm = new Int16Array(partSeconds * sampleRateHz);
    this.#told = [];
    this.#stage.receive({ kind: "begin", generation, caption: "" });
    this.#stage.receive({ kind: "go", generation });
    for (let sent = 0; ; ) {
      const lateMs = isLate && sent > utteranceSeconds / 2 ? 30_000 : 0;
      const dueMs = startMs + lateMs + (sent - partSeconds) * 1_000;
      if (sent < utteranceSeconds && this.nowMs >= dueMs) {
        const part = { atSample: sent * sampleRateHz, pcm, phonemes: [], words: [], cues: [] };
        this.#stage.receive({ kind: "part", generation, part });
        sent += partSeconds;
        if (sent >= utteranceSeconds) this.#stage.receive({ kind: "end", generation });
      }
      const nextMs = this.#stage.turn(this.nowMs);
      const end = this.#told.find((message) => message.kind === "finished");
      if (end?.kind === "finished") return end.proof;
      this.nowMs = Math.max(this.nowMs + 1, nextMs);
    }
  }
}

/** Least squares, in ms an hour. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let products = 0;
  let squares = 0;
  for (const [at, value] of values.entries()) {
    products += (at - middle) * (value - mean);
    squares += (at - middle) ** 2;
  }
  return squares === 0 ? 0 : products / squares;
}

const noDisplay = {
  ...{ name: "none", width: 16, height: 16, fault: undefined },
  ...{ measure: () => 0, show: () => {}, rest: () => {}, read: () => {}, resize: () => false },
  [Symbol.dispose]: () => {},
};
