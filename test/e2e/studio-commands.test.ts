import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { film, publishAnna } from "../support/anna.ts";
import { ServedConsole } from "../support/console.ts";
import { value } from "../support/studio.ts";

test("the command line does the same from afar", async () => {
  await using served = await ServedConsole.open();
  const { house } = served;
  const avatar = await publishAnna(served);
  const env = { FRONTDESK_STUDIO_URL: served.url };
  const customer = { ...env, FRONTDESK_STUDIO_TOKEN: await served.token("customer") };
  const administrator = { ...env, FRONTDESK_STUDIO_TOKEN: await served.token("administrator") };
  const placed = await run(["studio", "order", "avatar-generic-instant=1"], customer);
  const [order = ""] = placed.stdout.split(" ");
  await run(["studio", "call", "orders.confirm", `id=${order}`], administrator);
  const take = join(served.folder, "take.mp4");
  const consent = join(served.folder, "consent.pdf");
  writeFileSync(take, film);
  writeFileSync(consent, "%PDF-1.7 yes");
  const words = ["Zoe", "--kind", "generic", "--type", "instant"];
  const files = ["--take", take, "--consent", consent];
  const submitted = await run(["studio", "task", ...words, ...files], customer);
  const id = /(\w+) {2}client: SUBMIT checking/.exec(submitted.stdout)?.[1] ?? "";
  value(await house.studio.training.checked(await house.claim("check"), none, house.nowMs));
  await run(["studio", "call", "tasks.approve", `id=${id}`], administrator);
  await house.train();
  const accepted = await run(["studio", "accept", id], customer);
  assert.match(accepted.stdout, /^zoe-\w+ {2}accepted by form 1/);
  const again = await run(["studio", "accept", id], customer).catch((error) => error);
  assert.match(again.stderr, /WRONG_STEP: Cannot accept/);
  const out = join(served.folder, "down.fda");
  await run(["studio", "download", avatar.id, "--tier", "360p", "--out", out], customer);
  assert(readFileSync(out).length > 9e6);
  const given = await run(["studio", "assign", avatar.id, "--device", "lobby"], customer);
  assert.match(given.stdout, /device lobby/);
});

const none = { findings: [] };

function run(args: readonly string[], env: Record<string, string> = {}) {
  const options = { env: { ...process.env, ...env }, timeout: 60_000 };
  return promisify(execFile)("node", ["scripts/frontdesk.ts", ...args], options);
}
