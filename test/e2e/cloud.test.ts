import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { RunningCloud, type RunningSession } from "../../scripts/bench/cloud.ts";
import { type Box, BrowserViewer, type Seen } from "../../scripts/bench/viewer.ts";
import { spokenParts } from "../../scripts/render/source.ts";
import { noBrowser, openBrowser } from "../support/page.ts";
import { until } from "../support/until.ts";

const skip = noBrowser;
/** Anna's mouth, and the background beside her head. */
const boxes: readonly Box[] = [
  [0.4, 0.325, 0.6, 0.38],
  [0.02, 0.1, 0.2, 0.3],
];
let cloud: RunningCloud;
let session: RunningSession;
let browser: Browser;
let page: Page;
let viewer: BrowserViewer;

before(async () => {
  if (skip) return;
  cloud = await RunningCloud.start();
  session = await cloud.session("ada");
  browser = await openBrowser();
  page = await browser.newPage();
  await page.goto(`${cloud.url}/`);
  viewer = await BrowserViewer.watch(page, session.whep, boxes);
});

after(async () => {
  await browser?.close();
  await cloud?.[Symbol.asyncDispose]();
});

test("a browser plays the stream: 720p in H.264, the avatar on her background", {
  skip,
}, async () => {
  await until(async () => (await viewer.seen()).frames.length > 50, "two seconds of pictures");
  const { frames } = await viewer.seen();
  const { width, height, levels } = frames.at(-1)!;
  assert.deepEqual([width, height], [720, 1280]);
  assert.ok(levels[0]!.spread > 5, "a mouth is drawn");
  assert.ok(levels[1]!.mean > 200 && levels[1]!.spread < 5, "the background is plain and light");
  const [video, audio] = await tracks();
  assert.ok(Number(video?.framesDecoded) > 50);
  assert.equal(Number(video?.packetsLost), 0);
  assert.ok(Number(audio?.packetsReceived) > 50);
});

test("a text is heard, moves the mouth, and is told by its sentences", { skip }, async () => {
  const still = await restless();
  await viewer.clear();
  session.drive({ kind: "text", id: "hello", text: "Good morning. Where may I take you?" });
  await until(() => session.storyOf("hello").includes("text over completed"), "the end of it");
  assert.deepEqual(session.storyOf("hello"), [
    "text start",
    "sentence 1 start",
    "sentence 1 over",
    "sentence 2 start",
    "sentence 2 over",
    "text over completed",
  ]);
  const seen = await viewer.seen();
  assert.ok(loudest(seen) > 0.05, `loudness is ${loudest(seen)}`);
  assert.ok(motion(seen) > 1.5 * still + 2, `the mouth moves by ${motion(seen)}, at rest ${still}`);
});

test("text in parts, live sound and SSML are said in their order", { skip }, async () => {
  const sound = await pcmParts("This is said with a voice from elsewhere.");
  session.drive({ kind: "text-part", id: "parts", seq: 1, text: "One thing after" });
  session.drive({
    kind: "text-part",
    id: "parts",
    seq: 2,
    text: " the other. And",
    isFinal: false,
  });
  session.drive({ kind: "text-part", id: "parts", seq: 3, text: " an end.", isFinal: true });
  for (const [index, audio] of sound.entries()) {
    const isFinal = index === sound.length - 1;
    session.drive({ kind: "audio-part", id: "sound", seq: index + 1, audio, isFinal });
  }
  session.drive({ kind: "ssml", id: "ssml", text: '<speak>A<mark name="m"/> word.</speak>' });
  await until(() => session.storyOf("ssml").includes("text over completed"), "the last of them");
  assert.equal(session.storyOf("parts").filter((told) => told.endsWith("start")).length, 3);
  assert.deepEqual(session.storyOf("sound"), ["audio start", "audio over completed"]);
  const order = session.told.filter(({ state }) => state === "over").map(({ drive }) => drive);
  assert.deepEqual([...new Set(order)].slice(-3), ["parts", "sound", "ssml"]);
  assert.ok(session.told.some(({ event, name }) => event === "mark" && name === "m"));
});

test("an interrupt is silence, and what waits is dropped", { skip }, async () => {
  const long = "This goes on and on and on, and would go on for a long while, and then some more.";
  session.drive({ kind: "text", id: "long", text: long });
  session.drive({ kind: "text", id: "never", text: long });
  await until(() => session.storyOf("long").includes("text start"), "the first sound");
  session.drive({ kind: "interrupt" });
  await until(() => session.storyOf("long").includes("text over interrupted"), "silence");
  assert.deepEqual(session.storyOf("never"), ["text over interrupted"]);
  await sleep(1_000);
  await viewer.clear();
  await sleep(500);
  const after = await viewer.seen();
  assert.ok(after.sounds.length > 10, "the stream goes on");
  assert.ok(loudest(after) < 0.01, `loudness is ${loudest(after)}`);
});

test("what is wrong with a drive is answered", { skip }, async () => {
  const drive = (body: object) => cloud.ask("POST", `${session.path}/drive`, body);
  const tooLong = await drive({ kind: "text", text: "x".repeat(4_001) });
  assert.equal(tooLong.status, 422);
  assert.deepEqual(tooLong.body.error, {
    code: "TOO_LARGE",
    message: "Cannot read /text: it has 4001 bytes, limit is 4000",
    path: "/text",
  });
  assert.equal((await drive({ kind: "dance" })).status, 422);
  assert.equal((await drive({ kind: "text", id: "hello", text: "Again." })).status, 409);
  const { status } = await fetch(session.whep, {
    method: "POST",
    headers: { "content-type": "application/sdp" },
    body: "nonsense",
  });
  assert.equal(status, 400);
});

test("a new session of the same user closes the old one", { skip }, async () => {
  const next = await cloud.session("ada");
  await until(() => session.closed !== undefined, "the channel to be closed");
  const { body } = await cloud.ask("GET", session.path);
  assert.deepEqual([body.state, body.reason], ["closed", "replaced"]);
  assert.equal(
    (await cloud.ask("POST", `${session.path}/drive`, { kind: "interrupt" })).status,
    409,
  );
  const closed = await cloud.ask("DELETE", next.path);
  assert.deepEqual([closed.body.state, closed.body.reason], ["closed", "asked"]);
});

/** The one of the picture, the one of the sound. */
async function tracks() {
  const stats = await viewer.stats();
  return ["video", "audio"].map((kind) => stats.find((track) => track.kind === kind));
}

/** How much the mouth's picture changes while nobody speaks. */
async function restless(): Promise<number> {
  await viewer.clear();
  await sleep(1_500);
  return motion(await viewer.seen());
}

/** From the darkest to the lightest picture of the mouth. */
function motion({ frames }: Seen): number {
  const means = frames.map(({ levels }) => levels[0]?.mean ?? 0);
  return Math.max(...means) - Math.min(...means);
}

function loudest({ sounds }: Seen): number {
  return Math.max(...sounds.map(({ loudness }) => loudness));
}

/** What a voice says as a client sends it: 16 kHz, in base64, 160 ms at a time. */
async function pcmParts(text: string): Promise<string[]> {
  const parts = await spokenParts({ kind: "text", text });
  const at48 = Int16Array.from(parts.flatMap(({ pcm }) => [...pcm]));
  const at16 = at48.filter((_, index) => index % 3 === 0);
  const bytes = Buffer.from(at16.buffer);
  const starts = Array.from({ length: Math.ceil(bytes.length / 5_120) }, (_, at) => at * 5_120);
  return starts.map((start) => bytes.subarray(start, start + 5_120).toString("base64"));
}
