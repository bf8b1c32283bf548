import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Work } from "../../runtime/studio/queue/work.ts";
import type { Task } from "../../runtime/studio/task/task.ts";
import { startPostgres } from "../../scripts/bench/postgres-server.ts";
import { StudioTown } from "../../scripts/bench/studio-town.ts";
import { reach } from "../../scripts/bench/studio-walk.ts";
import { Takes } from "../../scripts/bench/takes.ts";
import { submitTake } from "../../scripts/studio/submit.ts";
import { until } from "../support/until.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-workers-"));
const consent = join(folder, "consent.pdf");
let server: Awaited<ReturnType<typeof startPostgres>>;
let takes: Takes;

before(async () => {
  writeFileSync(consent, "%PDF-1.7 I agree.");
  takes = new Takes(folder);
  server = await startPostgres({ durable: false });
});
after(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test("two workers on PostgreSQL check each photo once, and say what is wrong with it", async () => {
  await using town = await StudioTown.open(await server.fresh());
  const dark = takes.still("dark", 1, "curves=all=0/0 1/0.3");
  for (const name of ["one", "two", "three", "four"]) await submit(town, name, { photo: dark });
  for (let count = 0; count < 2; count++) town.work("--only", "check");
  const tasks = await town.until("four refused tasks", async () => {
    const all = await town.ask<Task[]>("customer", "tasks.list");
    return all.every(({ status }) => status === "refused") ? all : undefined;
  });
  assert.equal(tasks.length, 4);
  for (const { findings } of tasks) assert.equal(findings[0]?.code, "PICTURE_DARK");
  const work = await town.ask<Work[]>("administrator", "queue.list", { kind: "check" });
  assert.deepEqual(
    work.map(({ state, attempt }) => [state, attempt]),
    Array.from(tasks, () => ["done", 1]),
  );
});

test("a build ends with all it has started on a cancelled task or a killed worker", async () => {
  await using town = await StudioTown.open();
  const worker = town.work("--take-seconds", "8,600", "--threads", "1", "--lease", "3");
  const builds = join(town.state, "work");
  await submit(town, "one", { take: takes.good });
  const { id } = await reach(town, "AUDIT waiting");
  await town.ask("delivery", "tasks.approve", { id });
  await until(() => programsIn(builds).some((words) => words.includes("python")), "a build");
  await town.ask("customer", "tasks.cancel", { id, reason: "Another face" });
  await until(() => programsIn(builds).length === 0, "the end of the cancelled build");
  await submit(town, "two", { take: takes.good });
  const second = await reach(town, "AUDIT waiting");
  await town.ask("delivery", "tasks.approve", { id: second.id });
  await until(() => programsIn(builds).some((words) => words.includes("python")), "a build");
  const gone = once(worker, "exit");
  worker.kill("SIGKILL");
  await gone;
  await until(() => programsIn(builds).length === 0, "the end of the orphaned build");
});

async function submit(town: StudioTown, name: string, files: { take?: string; photo?: string }) {
  const kind = files.photo === undefined ? "generic" : "photo";
  const wish = { name, kind, type: "instant", target: ["client"], consent, ...files };
  await Array.fromAsync(submitTake(town.as("customer"), wish));
}

/** Command lines of the programs that work below a folder. */
function programsIn(path: string): readonly string[] {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return all.map(commandLine).filter((words) => words.includes(path));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    // It ended since it was listed.
    return "";
  }
}
