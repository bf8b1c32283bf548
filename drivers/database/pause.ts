import { setTimeout as sleep } from "node:timers/promises";

/** Times a transaction is tried against others that get in its way: some ten seconds. */
export const triesMax = 400;

/** A random pause, so that those who met do not meet again; at most 50 ms. */
export async function pause(attempt: number): Promise<void> {
  await sleep(Math.random() * Math.min(50, 2 ** attempt));
}
