import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { systemAct } from "../../../runtime/studio/act.ts";
import { Refusal } from "../../../runtime/studio/refusal.ts";
import type { Bench } from "./bench.ts";

/** Removes what is left of the builds of tasks that have ended; gives their ids. */
export async function sweepWork({ studio, workFolder, nowMs }: Bench): Promise<readonly string[]> {
  const names = await readdir(workFolder).catch(ignoreMissing);
  const gone: string[] = [];
  for (const name of names) {
    const task = await studio.tasks.get(systemAct("", nowMs()), name);
    if (task instanceof Refusal || task.stage !== "END") continue;
    await rm(join(workFolder, name), { recursive: true, force: true });
    gone.push(name);
  }
  return gone;
}

function ignoreMissing(error: NodeJS.ErrnoException): readonly string[] {
  if (error.code === "ENOENT") return [];
  throw error;
}
