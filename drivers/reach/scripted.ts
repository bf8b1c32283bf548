import type { Reach, Reached, Step } from "./reach.ts";

const steps: readonly Step[] = ["dns", "tcp", "tls", "connack", "subscribe", "publish"];

/** A way that ends where it is told to, or nowhere; a clock that is off as it is told to. */
export class ScriptedReach implements Reach {
  readonly #failed: Reached["failed"];

  readonly #skewMs: number;

  constructor(failed?: Reached["failed"], skewMs = 0) {
    this.#failed = failed;
    this.#skewMs = skewMs;
  }

  async look(): Promise<Reached> {
    const failed = this.#failed;
    const passed = failed ? steps.slice(0, steps.indexOf(failed.step)) : steps;
    const clock = { skewMs: this.#skewMs, by: "ntp", source: "ntp://192.0.2.2" } as const;
    return { passed, addresses: ["192.0.2.1"], clock, ...(failed ? { failed } : {}) };
  }
}
