import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { systemStamps } from "../../drivers/clock/stamps.ts";
import { systemClock } from "../../drivers/clock/system.ts";
import { openDatabase } from "../../drivers/database/open.ts";
import type { Trace } from "../../runtime/diagnostics/trace.ts";
import type { OrderHook } from "../../runtime/studio/order/order.ts";
import { Studio } from "../../runtime/studio/studio.ts";

/** Where a studio keeps its things, as the options of its commands say. */
export interface StudioPlace {
  /** Folder of the files that people handed in, of films, and of SQLite where that is used. */
  readonly state: string;
  /** `sqlite:...` or `postgres://...`; absent: SQLite in the folder. */
  readonly database?: string;
}

/** A studio on its database, for a command that runs on its own machine. */
export async function openStudio(
  { state, database }: StudioPlace,
  trace: Trace,
  hook: OrderHook = async () => {},
) {
  await mkdir(state, { recursive: true, mode: 0o700 });
  const opened = await openDatabase(database ?? `sqlite:${join(state, "studio.sqlite")}`);
  const stamps = systemStamps(systemClock());
  const chance = (bytes: number): Uint8Array => randomBytes(bytes);
  const parts = { database: opened, trace, newId: stamps.newId, chance, hook };
  const studio = await Studio.open(parts, stamps.wallMs());
  return { studio, stamps, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}
