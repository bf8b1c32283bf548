import { setTimeout as sleep } from "node:timers/promises";

/** Waits for a fact. The limit only ends a test that would wait for ever, on any machine. */
export async function until(fact: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 10) {
    if (await fact()) return;
    await sleep(10);
  }
  throw new Error(`Cannot go on: still waiting for ${what} after 60 s`);
}
