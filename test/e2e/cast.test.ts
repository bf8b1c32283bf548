import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { RunningKiosk } from "../../scripts/bench/kiosk.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";
import { publish, request } from "../support/clients.ts";
import { until } from "../support/until.ts";
import { writePackage } from "../unit/package.ts";

let broker: Broker;
let kiosk: RunningKiosk;
let folder: string;
before(async () => {
  broker = await startBroker();
  folder = mkdtempSync(join(tmpdir(), "frontdesk-cast-e2e-"));
  const avatars = join(folder, "avatars");
  await writePackage(join(avatars, "small"));
  await writePackage(join(avatars, "broken"), { id: "broken" });
  writeFileSync(join(avatars, "broken/360p.tier"), "spoiled");
  const config = join(folder, "site.json");
  writeFileSync(config, JSON.stringify({ clock: "board", avatar: { folder: avatars } }));
  const flags = ["--display", "memory", "--audio", "silent", "--tier", "360p"];
  kiosk = await RunningKiosk.start(broker.url, [...flags, "--config", config]);
});
after(async () => {
  await kiosk[Symbol.asyncDispose]();
  await broker.stop();
  rmSync(folder, { recursive: true });
});

test("a job is spoken by the avatar it names, and the one before comes back", async () => {
  const anna = await colour();
  const { jobId } = await kiosk.submit({ text: "Good morning, dear visitor.", avatar: "small" });
  await kiosk.event(jobId, "speaking");
  await until(async () => farFrom(anna, await colour()) > 20, "the other avatar, faded in");
  const { state, data } = await kiosk.event(jobId, "completed", "failed");
  const { framesDropped, unsupported } = data.detail as Record<string, unknown>;
  assert.deepEqual([state, unsupported], ["completed", undefined]);
  assert(Number(framesDropped) < 50, `${framesDropped} frames dropped`);
  await until(() => shown().length === 2, "the first avatar to come back");
  assert.deepEqual(shown(), ["small 360p", "anna 360p"]);
  const starts = kiosk.log.filter(({ area, kind }) => area === "start" && kind === "picture");
  assert.equal(starts.length, 1, "nothing started anew");
});

test("a job for an avatar that is not here is refused, those that are are named", async () => {
  const { jobId } = await kiosk.submit({ text: "Hello.", avatar: "nobody" });
  const { data } = await kiosk.event(jobId, "rejected", "completed");
  const [error] = data.errors as { code: string; path: string; message: string }[];
  assert.deepEqual([error?.code, error?.path], ["UNKNOWN_AVATAR", "/avatar"]);
  const here = "those here are anna, broken, small";
  assert.equal(error?.message, `Cannot show avatar "nobody": ${here}`);
});

test("a job for an avatar that is broken is spoken by whoever is there, and says so", async () => {
  const { jobId } = await kiosk.submit({ text: "Hello.", avatar: "broken" });
  const { state, data } = await kiosk.event(jobId, "completed", "failed");
  const { unsupported } = data.detail as Record<string, unknown>;
  assert.deepEqual([state, unsupported], ["completed", "avatar"]);
  const event = await kiosk.seen("event/warning/AVATAR_REFUSED", ({ id }) => id === "broken");
  assert.match(String(event.data.reason), /^Cannot open avatar broken at 360p: 360p.tier has 7/);
});

test("hours that the fleet pushes put another avatar on stage", async () => {
  const before = shown().length;
  const schedule = { avatars: [{ from: "00:00", to: "00:00", id: "small" }] };
  const config = { schedule };
  await publish(
    broker.port,
    `frontdesk/1/${kiosk.device}/config/desired`,
    JSON.stringify({ version: 1, config }),
    "-r",
  );
  await until(() => shown().length > before, "the avatar of these hours");
  assert.equal(shown().at(-1), "small 360p");
});

/** `id tier` of each avatar that came on stage. */
function shown(): string[] {
  return kiosk.log
    .filter(({ area, kind }) => area === "cast" && kind === "shown")
    .map(({ id, tier }) => `${id} ${tier}`);
}

/** Levels by which the colour differs most. */
function farFrom(one: readonly number[], other: readonly number[]): number {
  return Math.max(...other.map((level, at) => Math.abs(level - one[at]!)));
}

/** The mean colour of the middle of the screen, as the screenshot command gives it. */
async function colour(): Promise<readonly number[]> {
  const topic = `frontdesk/1/${kiosk.device}/cmd/screenshot/req`;
  const { data } = (await request(broker.port, topic, "{}")) as unknown as {
    data: { base64: string };
  };
  const picture = sharp(Buffer.from(data.base64, "base64")).removeAlpha();
  const { width, height } = await picture.metadata();
  const area = { left: width >> 2, top: height >> 2, width: width >> 1, height: height >> 1 };
  const { channels } = await picture.extract(area).stats();
  return channels.map(({ mean }) => Math.round(mean));
}
