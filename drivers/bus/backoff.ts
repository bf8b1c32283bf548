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

  /**
   * Full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015): evenly
   * between nothing and a bound that doubles with every failure. `random` is in [0, 1).
   */
  delayMs(random: number): number {
    const doublings = Math.min(Math.max(this.#failures - 1, 0), 30);
    const boundMs = Math.min(limits.reconnectMsMax, limits.reconnectMsMin * 2 ** doublings);
    return Math.max(delayMsMin, Math.floor(random * boundMs));
  }
}

/** Zero would switch reconnecting off in MQTT.js. */
const delayMsMin = 20;
