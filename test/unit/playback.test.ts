import assert from "node:assert/strict";
import { test } from "node:test";
import { SilentAudio } from "../../drivers/audio/silent.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { Playback } from "../../runtime/playback/playback.ts";

const second = 48_000;

function world(lies = {}) {
  const clock = new ManualClock();
  const audio = new SilentAudio(clock, lies);
  return { clock, audio, playback: new Playback(audio) };
}

test("Playback starts with enough sound and is done when the last was heard", async () => {
  const { clock, playback } = world();
  playback.begin();
  playback.offer(new Int16Array(100));
  assert.equal(playback.turn().state, "ready");
  playback.offer(new Int16Array(second - 100));
  playback.turn();
  await clock.advance(500);
  assert.deepEqual(playback.turn(), { state: "playing", heard: second / 2 });
  playback.end();
  assert.equal(playback.turn().state, "draining");
  await clock.advance(499);
  assert.equal(playback.turn().state, "draining");
  await clock.advance(1);
  assert.deepEqual(playback.turn(), { state: "done", heard: second });
});

test("Playback starts a short utterance as soon as it is whole", () => {
  const { playback } = world();
  playback.begin();
  playback.offer(new Int16Array(100));
  playback.end();
  assert.notEqual(playback.turn().state, "ready");
});

test("Playback.stop() says what was heard, and nothing sounds on", async () => {
  const { clock, audio, playback } = world();
  playback.begin();
  playback.offer(new Int16Array(second));
  playback.turn();
  await clock.advance(250);
  assert.equal(playback.stop(), second / 4);
  assert.equal(playback.head.state, "idle");
  assert.equal(audio.state().playing, false);
  assert.equal(audio.state().queued, 0);
});

test("Playback goes on after an under-run without losing its place", async () => {
  const { clock, audio, playback } = world();
  playback.begin();
  playback.offer(new Int16Array(4800));
  playback.turn();
  await clock.advance(1000);
  assert.deepEqual(playback.turn(), { state: "playing", heard: 4800 });
  playback.offer(new Int16Array(4800));
  playback.turn();
  await clock.advance(50);
  assert.equal(playback.turn().heard, 4800 + 2400);
  assert.equal(audio.state().underruns, 1);
});

test("Playback.copySound() gives silence outside the utterance", () => {
  const { playback } = world();
  playback.begin();
  playback.offer(Int16Array.of(1, 2, 3, 4));
  const out = new Int16Array(4).fill(9);
  playback.copySound(-2, out);
  assert.deepEqual([...out], [0, 0, 1, 2]);
  playback.copySound(3, out);
  assert.deepEqual([...out], [4, 0, 0, 0]);
  playback.copySound(50, out);
  assert.deepEqual([...out], [0, 0, 0, 0]);
});

test("live sound starts 140 ms and a part later, in one go where it comes in one", async () => {
  for (const [partMs, parts] of [
    [20, 8],
    [40, 5],
    [160, 2],
  ] as const) {
    const { playback } = world();
    playback.begin();
    for (let part = 1; part <= parts; part++) {
      assert.equal(playback.turn().state, "ready", `part ${part} of ${partMs} ms`);
      playback.offer(new Int16Array(partMs * 48), true);
    }
    assert.equal(playback.turn().state, "playing", `${parts} parts of ${partMs} ms`);
  }
  const { playback } = world();
  playback.begin();
  playback.offer(new Int16Array(second), true);
  assert.equal(playback.turn().state, "playing");
});

test("a live source that stops and goes on is one under-run, and no sample is lost", async () => {
  const { clock, audio, playback } = world();
  playback.begin();
  const offer = () => playback.offer(new Int16Array(40 * 48), true);
  for (let part = 0; part < 5; part++) offer();
  playback.turn();
  await clock.advance(400);
  assert.deepEqual(playback.turn(), { state: "playing", heard: 200 * 48 });
  for (let part = 0; part < 4; part++) {
    offer();
    playback.turn();
    await clock.advance(40);
    assert.equal(playback.turn().heard, 200 * 48, "it waits until there is enough to go on with");
  }
  for (let part = 0; part < 20; part++) {
    offer();
    playback.turn();
    await clock.advance(40);
  }
  playback.end();
  await clock.advance(200);
  assert.deepEqual(playback.turn(), { state: "done", heard: 29 * 40 * 48 });
  assert.equal(audio.state().underruns, 1);
});
