import { limits } from "../../config/limits.ts";
import type { Clock } from "../../drivers/clock/clock.ts";
import type { FromStage, Screenshot, ToStage } from "../stage/messages.ts";

/** Asks the stage for pictures of what it shows and hands each to whom it belongs. */
export class Shutter {
  readonly #send: (message: ToStage) => void;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, (shot: Screenshot) => void>();
  #asked = 0;

  constructor(send: (message: ToStage) => void, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
  }

  /** A stage that does not answer in time has no picture to show. */
  async shoot(charsMax: number, share?: number): Promise<Screenshot> {
    const request = ++this.#asked;
    const answered = new Promise<Screenshot>((resolve) => this.#waiting.set(request, resolve));
    const size = share === undefined ? {} : { share };
    this.#send({ kind: "screenshot", request, charsMax, ...size });
    const over = new AbortController();
    const untilMs = this.#clock.monotonicMs() + limits.screenshotMsMax;
    const reason = `the stage did not answer within ${limits.screenshotMsMax} ms`;
    const late = this.#clock.sleepUntil(untilMs, over.signal).then(() => ({ reason }));
    const shot = await Promise.race([answered, late]);
    over.abort();
    this.#waiting.delete(request);
    return shot;
  }

  /** The picture itself, at a share of its size; undefined when there is none. */
  async picture(share = 1): Promise<Uint8Array | undefined> {
    const shot = await this.shoot(Number.POSITIVE_INFINITY, share);
    return "jpeg" in shot ? Buffer.from(shot.jpeg, "base64") : undefined;
  }

  receive(message: FromStage): void {
    if (message.kind === "screenshot") this.#waiting.get(message.request)?.(message.shot);
  }
}
