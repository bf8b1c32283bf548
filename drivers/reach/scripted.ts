import type { Reach, Reached, Step } from "./reach.ts";

const steps: readonly Step[] = ["dns", "tcp", "tls", "connack", "subscribe", "publish"];

/** A way that ends where it is told to, or nowhere. */
export class ScriptedReach implements Reach {
  readonly #failed: Reached["failed"];

  constructor(failed?: Reached["failed"]) {
    this.#failed = failed;
  }

  async look(): Promise<Reached> {
    const failed = this.#failed;
    const passed = failed ? steps.slice(0, steps.indexOf(failed.step)) : steps;
    return { passed, addresses: ["192.0.2.1"], ...(failed ? { failed } : {}) };
  }
}
