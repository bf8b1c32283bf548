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
