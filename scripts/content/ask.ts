import { chmodSync, copyFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../../config/config.ts";
import { systemStamps } from "../../drivers/clock/stamps.ts";
import { systemClock } from "../../drivers/clock/system.ts";
import { DepotError } from "../../drivers/depot/depot.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { type Order, readAnswer, writeOrder } from "../../runtime/content/order.ts";
import { obey } from "../../runtime/wiring/storekeeper.ts";
import { handOver, openHere } from "./here.ts";

type Wish = Omit<Order, "orderId">;

/** Reading every file of a slow medium takes a while. */
const answerMsMax = 10 * 60_000;

/**
 * Has the daemon do it where one has the avatars in its hands, else does it here, and brings what
 * is due then. Gives what to tell; rejects with why it cannot be.
 */
export async function ask(config: Config, wish: Wish): Promise<string> {
  const order = { ...wish, orderId: systemStamps(systemClock()).newId() };
  try {
    await using here = await openHere(config);
    const text = await obey(order, here.warehouse, systemClock().monotonicMs());
    if (order.kind === "check") await here.settle();
    return text;
  } catch (error) {
    if (!(error instanceof DepotError)) throw error;
    return await askDaemon(config.state, order);
  }
}

async function askDaemon(state: string, order: Order): Promise<string> {
  // The daemon may not be allowed to read where the technician's file lies.
  const copy = join(resolve(state), "content.fda");
  const isFile = order.file !== undefined;
  if (order.file !== undefined) copyFileSync(order.file, copy);
  try {
    if (isFile) chmodSync(copy, 0o644);
    const disk = new LocalDisk(state);
    await writeOrder(disk, isFile ? { ...order, file: copy } : order);
    handOver(state);
    const { isDone, text } = await answered(disk, order.orderId);
    if (isDone) return text;
    throw new Error(text);
  } finally {
    if (isFile) rmSync(copy, { force: true });
  }
}

async function answered(disk: LocalDisk, orderId: string) {
  for (let waitedMs = 0; waitedMs < answerMsMax; waitedMs += 200) {
    const answer = await readAnswer(disk);
    if (answer?.orderId === orderId) return answer;
    await sleep(200);
  }
  const due = `it did not answer within ${answerMsMax / 60_000} min`;
  throw new Error(`Cannot ask the daemon: ${due}, frontdesk doctor says how it is`);
}
