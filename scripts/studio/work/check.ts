import { join } from "node:path";
import type { Work } from "../../../runtime/studio/queue/work.ts";
import type { MaterialFinding, Task } from "../../../runtime/studio/task/task.ts";
import { findingsOf, takeSeconds } from "../../../runtime/studio/work/findings.ts";
import { type Craft, granted } from "../../../runtime/studio/work/worker.ts";
import { demandBasics } from "../../avatar/build/needs.ts";
import { type PreflightOptions, preflight } from "../../avatar/preflight.ts";
import type { Bench } from "./bench.ts";
import { layOut, materialErrors, sourceOf } from "./material.ts";

/** The pre-flight of what was handed in: every finding says what to record again. */
export function checkCraft(bench: Bench): Craft {
  const { training } = bench.studio;
  return {
    async do(work: Work, held: AbortSignal): Promise<void> {
      await demandBasics();
      const task = granted(await training.task(work, bench.nowMs()));
      const findings = await examine(bench, task, held);
      granted(await training.checked(work, { findings }, bench.nowMs()));
    },
    failed: (work, failure) => training.failed(work, failure, bench.nowMs()),
  };
}

async function examine(
  bench: Bench,
  task: Task,
  held: AbortSignal,
): Promise<readonly MaterialFinding[]> {
  const errors = await materialErrors(bench.vault, task);
  if (errors.length > 0) return errors;
  const folder = join(bench.workFolder, task.id, "material");
  const footage = await layOut(bench.vault, task, folder);
  const { audio, idle } = footage;
  const seconds = bench.takeSeconds ?? takeSeconds[task.kind];
  const options: PreflightOptions = {
    ...{ type: task.type, photo: task.kind === "photo", signal: held },
    ...(audio === null ? {} : { audio }),
    ...(idle === null ? {} : { idle }),
    ...(seconds === undefined ? {} : { seconds }),
  };
  return findingsOf(await preflight(sourceOf(task, footage), options), task.target);
}
