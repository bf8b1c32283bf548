import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import type { Task, TaskLog } from "../../runtime/studio/task/task.ts";
import { makeKey } from "../../scripts/avatar/sign.ts";
import { StudioTown, townPassword } from "../../scripts/bench/studio-town.ts";
import { type Customer, walk } from "../../scripts/bench/studio-walk.ts";
import { Takes } from "../../scripts/bench/takes.ts";
import { noBrowser, openBrowser } from "../support/page.ts";

const skip = noBrowser;
/** The take is 12.6 s long; a real one is not. */
const trial = ["--take-seconds", "8,600", "--threads", "1", "--lease", "6"];
const folder = mkdtempSync(join(tmpdir(), "frontdesk-process-"));
const consent = join(folder, "consent.pdf");
let town: StudioTown;
let browser: Browser;

before(async () => {
  if (skip) return;
  writeFileSync(consent, "%PDF-1.7 I agree.");
  town = await StudioTown.open();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await town?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test("from an order in a browser to a greeter that speaks on a kiosk, over a worker's death", {
  skip,
}, async () => {
  const makerKey = join(folder, "maker.pem");
  makeKey(makerKey);
  const first = town.work(...trial, "--maker-key", makerKey);
  const died = replace(first, ["--maker-key", makerKey]);
  const { task, avatar, completed } = await walk(town, await visitor(), {
    take: new Takes(folder).good,
    consent,
  });
  assert.equal(completed.state, "completed");
  assert.deepEqual(completed.data.unsupported ?? [], []);
  assert.deepEqual(
    avatar.release?.files.map(({ name, tier }) => [name, tier]),
    [
      ["manifest.json", null],
      ["manifest.sig", null],
      ["shared.part", null],
      ["360p.tier", "360p"],
    ],
  );
  const steps = await town.ask<{ step: string }[]>("customer", "tasks.history", { id: task.id });
  assert.deepEqual(
    steps.map(({ step }) => step),
    [
      ...["submit", "hand-in", "check-passed", "approve", "begin"],
      ...["begin", "processed", "trained", "accept"],
    ],
  );
  assert.match(await died, /: \d+ %, .+ left in all/, "the task tells how long it will take");
  const lines = await logs(task);
  const done = lines.filter((line) => /^check: done/.test(line));
  assert.equal(done.length, 1, "what the first worker had done was not done again");
  assert.match(lines.join("\n"), /instant: done in .*\nfilms: done in/);
});

test("the demo is a film with sound of the size of its tier", { skip }, async () => {
  const [task] = await town.ask<Task[]>("customer", "tasks.list");
  assert.deepEqual(
    task?.demos.map(({ tier }) => tier),
    ["360p"],
  );
  const film = join(town.state, "files", `${task?.demos[0]?.file}.bin`);
  const what = ["-show_entries", "stream=codec_type,width,height", "-of", "csv=p=0", film];
  const { stdout } = await promisify(execFile)("ffprobe", ["-v", "error", ...what]);
  assert.deepEqual(stdout.trim().split("\n").sort(), ["audio", "video,360,640"]);
});

test("bad material is the customer's again, with what to record", { skip }, async () => {
  const dark = new Takes(folder).make("dark", { picture: "curves=all=0/0 1/0.32" });
  await (await visitor()).submit("Dark", { take: dark, consent });
  const task = await town.until("a refused task", async () => {
    const [one] = await town.ask<Task[]>("customer", "tasks.list");
    return one?.name === "Dark" && one.status === "refused" ? one : undefined;
  });
  const errors = task.findings.filter(({ severity }) => severity === "error");
  assert.deepEqual(
    errors.map(({ code }) => code),
    ["PICTURE_DARK"],
  );
  assert.match(errors[0]?.advice ?? "", /light/i);
});

/**
 * Kills the worker in the middle of a build, as a power cut would; another takes its place. What
 * the task told until then.
 */
async function replace(
  worker: ReturnType<StudioTown["work"]>,
  options: readonly string[],
): Promise<string> {
  const notes = new Set<string>();
  await town.until("a build", async () => {
    const [task] = await town.ask<Task[]>("delivery", "tasks.list");
    if (task?.stage !== "PROCESS") return undefined;
    notes.add(task.note);
    return (await logs(task)).some((line) => /^loop: done/.test(line)) || undefined;
  });
  const gone = once(worker, "exit");
  worker.kill("SIGKILL");
  await gone;
  town.work(...trial, ...options);
  return [...notes].join("\n");
}

async function logs({ id }: Task): Promise<readonly string[]> {
  const lines = await town.ask<TaskLog[]>("delivery", "tasks.logs", { id });
  return lines.map(({ text }) => text);
}

/** A customer in front of a browser. */
async function visitor(): Promise<Customer> {
  const context = await browser.newContext({ locale: "en-GB", ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`${town.url}/purchase`);
  await page.getByLabel("E-mail").fill(town.emailOf("customer"));
  await page.getByLabel("Password").fill(townPassword);
  await page.click("main button");
  return {
    async order() {
      await page.getByLabel("Avatar Generic, Instant Lip-Sync").fill("1");
      await page.click("text=Place the order");
      await page.waitForSelector(".notice.good");
    },
    async submit(name, { take, consent }) {
      await page.goto(`${town.url}/tasks/new`);
      await page.getByLabel("Name").fill(name);
      await page.check("input[name=kind][value=generic]");
      await page.locator("input[name=take]").setInputFiles(take);
      await page.locator("input[name=consent]").setInputFiles(consent);
      await page.click("text=Create the task");
      await page.waitForURL(/done=tasks\.submit/);
      await page.click("main button:text-is('Hand it in')");
      await page.waitForSelector(".badge");
    },
    accept: () => accept(page),
  };
}

async function accept(page: Page): Promise<void> {
  await page.goto(`${town.url}/settings?type=instant`);
  assert.equal(await page.locator("video").count(), 1, "the demo is there to be seen");
  await page.click("main button:text-is('Accept')");
  await page.waitForSelector(".notice.good:has-text('Accepted')");
}
