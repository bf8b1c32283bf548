import { fullJitterMs } from "../../config/jitter.ts";
import { limits } from "../../config/limits.ts";

/** How long to wait before the next attempt, so that thousands of devices do not come at once. */
export class Backoff {
  #failures = 0;
  #upSinceMs: number | undefined;

  connected(nowMs: number): void {
    this.#upSinceMs = nowMs;
  }

  /** The connection ended or did not come about; one that held for a while clears the past. */
  failed(nowMs: number): void {
    const heldMs = this.#upSinceMs === undefined ? 0 : nowMs - this.#upSinceMs;
    this.#failures = heldMs >= limits.connectionStableMsMin ? 1 : this.#failures + 1;
    this.#upSinceMs = undefined;
  }

  /** Full jitter; `random` is in [0, 1). */
  delayMs(random: number): number {
    const bounds = { minMs: limits.reconnectMsMin, maxMs: limits.reconnectMsMax };
    return Math.max(delayMsMin, Math.floor(fullJitterMs(this.#failures, random, bounds)));
  }
}

/** Zero would switch reconnecting off in MQTT.js. */
const delayMsMin = 20;
