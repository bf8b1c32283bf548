/** How long the greeter stays after somebody was spoken to. */
const lingerMs = 10_000;

/**
 * When the screen is off: while that is wished for, and nothing has been shown for a while. And
 * which frames are left out of the idle loop to save: every other one, 12.5 a second.
 */
export class Repose {
  #isWished = false;
  #saves = false;
  #busyMs = Number.NEGATIVE_INFINITY;

  wish(isWished: boolean): void {
    this.#isWished = isWished;
  }

  save(on: boolean): void {
    this.#saves = on;
  }

  /** Whether an idle frame is left out. */
  spares(frame: number): boolean {
    return this.#saves && frame % 2 === 1;
  }

  /** To be asked for each frame; `isBusy`: somebody is spoken to, or a technician looks. */
  rests(isBusy: boolean, nowMs: number): boolean {
    if (isBusy) this.#busyMs = nowMs;
    return this.#isWished && nowMs - this.#busyMs >= lingerMs;
  }
}
