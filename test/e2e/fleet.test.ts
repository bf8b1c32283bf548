import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connectAsync } from "mqtt";
import { RunningKiosk } from "../../scripts/bench/kiosk.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";
import { until } from "../support/until.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-fleet-"));
let broker: Broker;
let kiosks: RunningKiosk[];
before(async () => {
  broker = await startBroker();
  const flags = ["--display", "memory", "--audio", "silent", "--tier", "360p"];
  kiosks = await Promise.all(
    ["hall-1", "hall-2"].map((device) => RunningKiosk.start(broker.url, flags, { device })),
  );
});
after(async () => {
  for (const kiosk of kiosks) await kiosk[Symbol.asyncDispose]();
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("fleet say has every device say it, and fails for a glob that fits none", async () => {
  const all = await fleet("say", "Hello.", "--to", "hall-*");
  assert.equal(all.code, 0);
  assert.match(all.output, /^hall-1 +completed\nhall-2 +completed\n$/);
  const none = await fleet("say", "Hello.", "--to", "tower-*");
  assert.equal(none.code, 1);
  assert.match(none.output, /Cannot speak on tower-\*: no such device/);
});

test("fleet push-config goes on from the canary only when it has committed", async () => {
  const good = await fleet("push-config", file({ log: "warn" }), "--canary", "1");
  assert.equal(good.code, 0);
  assert.match(good.output, /^hall-1 +1 committed\nhall-2 +1 committed\n$/);
  const bad = await fleet("push-config", file({ log: "loud" }), "--canary", "1");
  assert.equal(bad.code, 1);
  assert.match(bad.output, /^hall-1 +2 rejected +INVALID_CONFIG .*\nhall-2 +2 left\n$/);
});

test("fleet watch shows a line for each device", async () => {
  const { output } = await fleet("watch", "--once");
  const [heading, ...rows] = output.trimEnd().split("\n");
  assert.match(heading ?? "", /^device +state +tier +health +config +job$/);
  assert.match(rows[0] ?? "", /^hall-1 +ready +360p +(ok|degraded|critical) +2 rejected/);
  assert.match(rows[1] ?? "", /^hall-2 +ready +360p +(ok|degraded|critical) +1 committed/);
});

test("a manager that announces itself says so when it comes and when it goes", async () => {
  const client = await connectAsync(broker.url, { protocolVersion: 5 });
  const said: string[] = [];
  client.on("message", (_, payload) => said.push(JSON.parse(payload.toString()).state));
  await client.subscribeAsync("frontdesk/1/$host/state", { qos: 1 });
  await fleet("watch", "--once");
  assert.deepEqual(said, []);
  await fleet("watch", "--once", "--announce");
  await until(() => said.length === 2, "the goodbye");
  assert.deepEqual(said, ["online", "offline"]);
  await client.endAsync();
});

function file(config: object): string {
  const path = join(folder, "push.json");
  writeFileSync(path, JSON.stringify({ config }));
  return path;
}

function fleet(...args: string[]): Promise<{ code: number; output: string }> {
  const words = ["scripts/frontdesk.ts", "fleet", ...args, "--broker", broker.url];
  return new Promise((resolve) => {
    execFile(process.execPath, words, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}
