import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import sharp from "sharp";
import { RunningKiosk } from "../../scripts/bench/kiosk.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";
import { request } from "../support/clients.ts";
import { dayMs, LicenceStudio, serveLicences } from "../support/licences.ts";
import { until } from "../support/until.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-licence-"));
const studio = new LicenceStudio(() => Date.now());
const config = join(folder, "config.json");
const state = join(folder, "state");
let broker: Broker;
before(async () => {
  broker = await startBroker();
});
after(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The command line beside the daemon; what it prints, or says before it fails. */
async function licence(...args: string[]): Promise<string> {
  const command = join(import.meta.dirname, "../../scripts/frontdesk");
  const where = ["--config", config, "--state", state];
  const told = promisify(execFile)(command, ["licence", ...args, ...where]);
  return told.then(
    ({ stdout }) => stdout,
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
}

/** Where the line is on a screen of 360p: at the left, above the captions. */
const corner = { left: 18, top: 538, width: 74, height: 20 };

/** How much of the screen is not one colour, and how bright the corner of the line is. */
async function screen(): Promise<{ deviation: number; brightness: number }> {
  const answer = await request(broker.port, "frontdesk/1/bench/cmd/screenshot/req", "{}");
  const jpeg = Buffer.from(String((answer.data as { base64?: string }).base64), "base64");
  const [all] = (await sharp(jpeg).grayscale().stats()).channels;
  const cut = await sharp(jpeg).extract(corner).grayscale().png().toBuffer();
  const [part] = (await sharp(cut).stats()).channels;
  return { deviation: all?.stdev ?? 0, brightness: part?.mean ?? 0 };
}

async function speaks(kiosk: RunningKiosk): Promise<void> {
  const { jobId } = await kiosk.submit({ text: "Good morning." });
  const { data } = await kiosk.event(jobId, "completed", "failed");
  const proof = data.detail as { framesShown?: number; spokenMs?: number };
  assert.equal(data.state, "completed");
  assert((proof.framesShown ?? 0) > 10 && (proof.spokenMs ?? 0) > 300, JSON.stringify(proof));
}

const holding = ["valid", "no-clock", "due"];
const stateOf = (data: Readonly<Record<string, unknown>>) =>
  (data.licence as { state: string } | undefined)?.state ?? "none";

test("a licence is missing, there, over and brought by hand, and the show goes on", async () => {
  await using server = await serveLicences(studio);
  const keys = { signers: [studio.signer], url: server.url };
  writeFileSync(config, JSON.stringify({ licence: keys, page: { port: 0 } }));
  const flags = ["--display", "memory", "--audio", "silent", "--tier", "360p"];
  const mine = ["--config", config, "--state", state];
  await using kiosk = await RunningKiosk.start(broker.url, [...flags, ...mine]);

  await kiosk.seen("alarm/LICENCE_MISSING", () => true);
  await kiosk.seen("info", (data) => stateOf(data) === "absent");
  await speaks(kiosk);

  assert.match(await licence("activate", "AAAA"), /^frontdesk: Cannot use code "AAAA": .* are due/);
  studio.pool = { ...studio.pool, kind: "test", untilMs: Date.now() + 30_000 };
  assert.match(await licence("activate", studio.code), /^kiosk has a test lease until 20/);
  await kiosk.seen("event/info/LICENCE_MISSING", () => true);
  await kiosk.seen("info", (data) => holding.includes(stateOf(data)));
  assert.match(await licence("status"), /^licence {3}it holds/);
  const bare = await screen();

  await kiosk.seen("alarm/LICENCE_EXPIRED", () => true);
  await kiosk.seen("event/critical/LICENCE_EXPIRED", () => true);
  await kiosk.seen("info", (data) => stateOf(data) === "expired");
  await speaks(kiosk);
  const noted = await screen();
  assert(noted.deviation > 0.7 * bare.deviation, `the picture is there: ${noted.deviation}`);
  const dimmed = `brightness ${bare.brightness}, then ${noted.brightness}`;
  assert(noted.brightness < 0.75 * bare.brightness, dimmed);
  assert.match(await licence("status"), /^licence {3}it has ended/);

  studio.pool = { ...studio.pool, untilMs: Date.now() + 365 * dayMs };
  const asked = await licence("request", studio.code, "--json");
  const lease = await studio.lease("activate", JSON.parse(asked));
  const file = join(folder, "frontdesk-lease.json");
  writeFileSync(file, JSON.stringify(lease));
  assert.match(await licence("install", file), /^kiosk has a test lease until 20/);
  await kiosk.seen("event/info/LICENCE_EXPIRED", () => true);
  await kiosk.seen("event/info/LICENCE_RENEWED", () => true);
  const holds = (data: Readonly<Record<string, unknown>>) => holding.includes(stateOf(data));
  await until(() => holds(kiosk.heard.findLast(({ jobId }) => jobId === "info")!.data), "info");
  await speaks(kiosk);
  const again = await screen();
  assert(again.brightness > 0.9 * bare.brightness, `the line is gone: ${again.brightness}`);
  assert.equal(kiosk.log.filter(({ msg }) => String(msg).startsWith("stage: lost")).length, 0);
  assert(!JSON.stringify(kiosk.log).includes(readFileSync(join(state, "licence.key"), "utf8")));
});
