/** How long the greeter stays after somebody was spoken to. */
const lingerMs = 10_000;

/** When the screen is off: while that is wished for, and nothing has been shown for a while. */
export class Repose {
  #isWished = false;
  #busyMs = Number.NEGATIVE_INFINITY;

  wish(isWished: boolean): void {
    this.#isWished = isWished;
  }

  /** To be asked for each frame; `isBusy`: somebody is spoken to, or a technician looks. */
  rests(isBusy: boolean, nowMs: number): boolean {
    if (isBusy) this.#busyMs = nowMs;
    return this.#isWished && nowMs - this.#busyMs >= lingerMs;
  }
}
