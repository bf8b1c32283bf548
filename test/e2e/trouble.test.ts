import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { decodeFilm, mouthPixels } from "../../scripts/bench/film.ts";
import { idleFrames } from "../../scripts/bench/idle.ts";
import { RunningKiosk } from "../../scripts/bench/kiosk.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";

const headless = ["--display", "memory", "--audio", "silent", "--tier", "360p"];

let broker: Broker;
let folder: string;

before(async () => {
  broker = await startBroker();
  folder = mkdtempSync(join(tmpdir(), "frontdesk-trouble-"));
});

after(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a spoiled avatar package is refused, and the shipped one speaks", async () => {
  const avatars = join(folder, "avatars");
  cpSync("config/avatars/anna/manifest.json", join(avatars, "anna/manifest.json"));
  writeFileSync(join(avatars, "anna/360p.tier"), "spoiled");
  const config = join(folder, "spoiled.json");
  writeFileSync(config, JSON.stringify({ avatar: { folder: avatars } }));
  await using kiosk = await RunningKiosk.start(broker.url, [...headless, "--config", config]);
  assert.match(reasonOf(kiosk, "avatar-refused"), /Cannot open avatar anna at 360p: 360p.tier has/);
  await speaks(kiosk, "Hello.");
});

test("a sound device that cannot be opened is told, and the greeter goes on", async () => {
  const flags = ["--display", "memory", "--tier", "360p", "--audio", "hw:77,0"];
  await using kiosk = await RunningKiosk.start(broker.url, flags);
  assert.match(reasonOf(kiosk, "audio-refused"), /hw:77,0/);
  await speaks(kiosk, "Hello.");
});

test("a background that is not there is told, and the default one is shown", async () => {
  const config = join(folder, "background.json");
  writeFileSync(config, JSON.stringify({ scene: { background: { image: "/no/such.png" } } }));
  await using kiosk = await RunningKiosk.start(broker.url, [...headless, "--config", config]);
  assert.match(reasonOf(kiosk, "background-refused"), /no such file/);
  await speaks(kiosk, "Hello.");
});

test("bad jobs are answered one by one, and the next good one is spoken", async () => {
  await using kiosk = await RunningKiosk.start(broker.url, headless);
  const refusals: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ text: "" }, "rejected"],
    [{ text: "x".repeat(70_000) }, "rejected"],
    [{ kind: "audio" }, "rejected"],
    [{ text: "Hi.", voice: "no-such-voice" }, "failed"],
    [{ text: "Hi.", lang: "xx-nowhere" }, "failed"],
  ];
  for (const [job, state] of refusals) {
    const { jobId } = await kiosk.submit(job);
    const { data } = await kiosk.event(jobId, "rejected", "failed", "completed");
    assert.equal(data.state, state, JSON.stringify(data));
    assert.match(JSON.stringify(data.errors), /Cannot/);
  }
  await speaks(kiosk, "Hello.", { unknownField: { kept: true } });
});

test("a broker that goes and comes back finds the kiosk waiting", async () => {
  const own = await startBroker();
  try {
    await using kiosk = await RunningKiosk.start(own.url, headless);
    await own.crash();
    await own.restart();
    await speaks(kiosk, "Here again.");
  } finally {
    await own.stop();
  }
});

test("without any broker the idle loop is on the screen", async () => {
  const file = join(folder, "alone.mp4");
  const flags = ["--broker", "mqtt://127.0.0.1:1", "--state", join(folder, "state")];
  const run = ["run", ...headless, ...flags, "--seconds", "3", "--record", file];
  await promisify(execFile)("scripts/frontdesk", run);
  const film = await decodeFilm(file);
  assert(film.frames.length > 10, `${film.frames.length} frames`);
  assert(Math.max(...mouthPixels(film, await idleFrames("360p"))) < 100, "the idle loop is shown");
});

async function speaks(kiosk: RunningKiosk, text: string, more = {}): Promise<void> {
  const { jobId } = await kiosk.submit({ text, ...more });
  assert.equal((await kiosk.event(jobId, "completed", "failed", "rejected")).state, "completed");
}

/** Why a part was refused, as the daemon's log says. */
function reasonOf(kiosk: RunningKiosk, kind: string): string {
  const line = kiosk.log.find((entry) => entry.kind === kind);
  assert(line, `the log has "${kind}"`);
  return String(line.reason);
}
