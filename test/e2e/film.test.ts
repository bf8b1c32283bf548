import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type DecodedFilm, decodeFilm, loudness, mouthPixels } from "../../scripts/bench/film.ts";
import { idleFrames } from "../../scripts/bench/idle.ts";
import { RunningKiosk } from "../../scripts/bench/kiosk.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";

/** A film's frame shows speech when the mouth covers more pixels than this at 360p. */
const movedPixels = 60;
const audible = 0.01;
/** Frames for which sound and mouth may disagree at the edge of a pause: 120 ms. */
const edgeFrames = 3;

let broker: Broker;
let folder: string;
let idle: readonly Uint8Array[];

before(async () => {
  broker = await startBroker();
  folder = mkdtempSync(join(tmpdir(), "frontdesk-film-test-"));
  idle = await idleFrames("360p");
});

after(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("in a film of two jobs the mouth moves while and only while sound comes", async () => {
  const film = await record("spoken.mp4", async (kiosk) => {
    const first = await kiosk.submit({ text: "Good morning, dear visitors.", captions: false });
    await kiosk.event(first.jobId, "completed");
    await sleep(800);
    const second = await kiosk.submit({ text: "Papa may buy a map.", captions: false });
    const { data } = await kiosk.event(second.jobId, "completed");
    assert.equal(data.state, "completed");
    await sleep(400);
  });
  const moved = mouthPixels(film, idle).map((pixels) => pixels > movedPixels);
  const heard = loudness(film.sound, 40).map((level) => level > audible);
  assert(moved.filter(Boolean).length > 30, "the mouth moves");
  assert.deepEqual(strays(moved, heard), [], "frames in which the mouth moves in silence");
  assert.deepEqual(gaps(moved, heard), [], "stretches of sound in which the mouth stands still");
});

test("an interrupted film ends in silence with a closed mouth", async () => {
  const film = await record("interrupted.mp4", async (kiosk) => {
    const { jobId } = await kiosk.submit({ text: "A long story ".repeat(20), captions: false });
    await kiosk.event(jobId, "speaking");
    await sleep(1000);
    await kiosk.submit({ text: "", mode: "interrupt" });
    await kiosk.event(jobId, "interrupted", "cancelled");
    await sleep(600);
  });
  const lastFrames = 10;
  const quiet = loudness(film.sound, 40).slice(0, film.frames.length).slice(-lastFrames);
  assert(Math.max(...quiet) < audible, "silence at the end");
  const still = mouthPixels(film, idle).slice(-lastFrames);
  assert(Math.max(...still) <= movedPixels, "a closed mouth at the end");
});

async function record(
  name: string,
  play: (kiosk: RunningKiosk) => Promise<unknown>,
): Promise<DecodedFilm> {
  const file = join(folder, name);
  const flags = ["--display", "memory", "--audio", "silent", "--tier", "360p", "--record", file];
  await using kiosk = await RunningKiosk.start(broker.url, flags);
  await play(kiosk);
  await kiosk.stop();
  return decodeFilm(file);
}

/** Frames in which the mouth moves with no sound within the edge. */
function strays(moved: readonly boolean[], heard: readonly boolean[]): number[] {
  return moved.flatMap((moves, frame) => (moves && !near(heard, frame) ? [frame] : []));
}

/** Frames of sound without a moved mouth within 0.4 s: longer than any closure or soft sound. */
function gaps(moved: readonly boolean[], heard: readonly boolean[]): number[] {
  return heard.flatMap((sounds, frame) => (sounds && !near(moved, frame, 10) ? [frame] : []));
}

function near(flags: readonly boolean[], frame: number, reach = edgeFrames): boolean {
  return flags.slice(Math.max(0, frame - reach), frame + reach + 1).includes(true);
}
