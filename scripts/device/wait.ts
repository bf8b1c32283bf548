import { setTimeout as sleep } from "node:timers/promises";

/** Waits for a fact; throws, naming it, when it is not there in time. */
export async function until(
  fact: () => boolean | Promise<boolean>,
  what: string,
  msMax: number,
): Promise<void> {
  const endMs = performance.now() + msMax;
  while (!(await fact())) {
    if (performance.now() > endMs) {
      throw new Error(`Cannot go on: still waiting for ${what} after ${msMax / 1000} s`);
    }
    await sleep(100);
  }
}
