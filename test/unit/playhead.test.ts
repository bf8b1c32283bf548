import assert from "node:assert/strict";
import { test } from "node:test";
import type { AudioState } from "../../drivers/audio/audio.ts";
import { advance, idlePlayhead, type Playhead } from "../../runtime/playback/playhead.ts";

const sounding = (heard: number): AudioState => ({ playing: true, heard, queued: 0, underruns: 0 });
const silent: AudioState = { playing: false, heard: 0, queued: 0, underruns: 0 };
const ready: Playhead = { state: "ready", heard: 0 };

test("advance() keeps an idle playhead idle", () => {
  assert.deepEqual(
    advance(idlePlayhead, { arrived: 9, written: 9, ended: true }, sounding(9)),
    idlePlayhead,
  );
});

test("advance() leaves ready only when the device plays", () => {
  const supply = { arrived: 100, written: 100, ended: false };
  assert.deepEqual(advance(ready, supply, silent), ready);
  assert.deepEqual(advance(ready, supply, sounding(10)), { state: "playing", heard: 10 });
});

test("advance() drains before it is done", () => {
  const supply = { arrived: 100, written: 100, ended: true };
  const playing: Playhead = { state: "playing", heard: 50 };
  const draining = advance(playing, supply, sounding(90));
  assert.deepEqual(draining, { state: "draining", heard: 90 });
  assert.deepEqual(advance(draining, supply, sounding(100)), { state: "done", heard: 100 });
});

test("advance() does not end while more may come or is not yet written", () => {
  const playing: Playhead = { state: "playing", heard: 99 };
  const open = { arrived: 100, written: 100, ended: false };
  assert.equal(advance(playing, open, sounding(100)).state, "playing");
  const unwritten = { arrived: 200, written: 100, ended: true };
  assert.equal(advance(playing, unwritten, sounding(100)).state, "playing");
});

test("advance() ends an utterance that brought no sound", () => {
  assert.equal(advance(ready, { arrived: 0, written: 0, ended: true }, silent).state, "done");
});
