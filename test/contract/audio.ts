import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Audio, AudioState } from "../../drivers/audio/audio.ts";

/** An audio driver under test and a way to let its time pass. */
export interface AudioWorld {
  open(): Promise<Audio>;
  /** Lets about so much time pass on the device's clock. */
  pass(ms: number): Promise<void>;
  /** The device's time, for lower bounds: a busy machine may be late, never early. */
  nowMs(): number;
}

/** What every audio driver keeps. No test needs the machine to be fast. */
export function audioContract(name: string, world: AudioWorld): void {
  describe(`audio: ${name}`, () => {
    test("a fresh device is silent and well", async () => {
      await using audio = await world.open();
      assert.equal(audio.rateHz, 48_000);
      assert.deepEqual(audio.state(), { playing: false, heard: 0, queued: 0, underruns: 0 });
    });

    test("nothing is heard before start", async () => {
      await using audio = await world.open();
      assert.equal(audio.write(tone(200)), samples(200));
      await world.pass(150);
      const { playing, heard, queued } = audio.state();
      assert.deepEqual(
        { playing, heard, queued },
        { playing: false, heard: 0, queued: samples(200) },
      );
    });

    test("plays to the last sample, never back, never early, and waits there", async () => {
      await using audio = await world.open();
      audio.write(tone(400));
      const startedMs = world.nowMs();
      audio.start();
      const states = await watch(world, audio, ({ heard }) => heard === samples(400));
      assert.ok(world.nowMs() - startedMs >= 400 - slackMs, "400 ms take 400 ms");
      assertRising(states);
      for (const state of states) assert.equal(state.heard + state.queued, samples(400));
      await world.pass(60);
      const { playing, heard, queued, underruns } = audio.state();
      assert.deepEqual([playing, heard, queued, underruns], [true, samples(400), 0, 0]);
    });

    test("what is written while it plays is heard without a gap", async () => {
      await using audio = await world.open();
      audio.write(tone(300));
      audio.start();
      for (let piece = 0; piece < 5; piece++) assert.equal(audio.write(tone(100)), samples(100));
      const states = await watch(world, audio, ({ heard }) => heard === samples(800));
      assertRising(states);
      assert.equal(audio.state().underruns, 0);
    });

    test("start again has no effect while it plays", async () => {
      await using audio = await world.open();
      audio.write(tone(300));
      audio.start();
      const half = await watch(world, audio, ({ heard }) => heard > samples(100));
      audio.start();
      assertRising([...half, audio.state()]);
      assertRising([...half, ...(await watch(world, audio, ({ queued }) => queued === 0))]);
    });

    test("running dry with more to say is an under-run, and heals", async () => {
      await using audio = await world.open();
      audio.write(tone(100));
      audio.start();
      await watch(world, audio, ({ queued }) => queued === 0);
      await world.pass(100);
      audio.write(tone(200));
      const states = await watch(world, audio, ({ queued }) => queued === 0);
      assertRising(states);
      const { heard, underruns } = audio.state();
      assert.deepEqual({ heard, underruns }, { heard: samples(300), underruns: 1 });
    });

    test("drop forgets, and the next piece begins at 0", async () => {
      await using audio = await world.open();
      audio.write(tone(1000));
      audio.start();
      await watch(world, audio, ({ heard }) => heard > samples(50));
      audio.drop();
      const { playing, heard, queued } = audio.state();
      assert.deepEqual({ playing, heard, queued }, { playing: false, heard: 0, queued: 0 });
      audio.write(tone(200));
      await world.pass(100);
      assert.equal(audio.state().heard, 0, "late news of the old piece count for nothing");
      audio.start();
      const states = await watch(world, audio, (state) => state.heard === samples(200));
      assertRising(states);
    });

    test("takes what there is room for, and more after some is heard", async () => {
      await using audio = await world.open();
      const minute = tone(60_000);
      const taken = audio.write(minute);
      assert.ok(taken >= samples(500) && taken < minute.length, `took ${taken}`);
      assert.equal(audio.write(minute), 0);
      audio.start();
      await watch(world, audio, ({ heard }) => heard > samples(50));
      const more = audio.write(minute);
      assert.ok(more > 0 && more < taken, `took ${more}`);
    });

    test("volume does not move the position", async () => {
      await using audio = await world.open();
      audio.setVolume(0);
      audio.write(tone(100));
      audio.start();
      await watch(world, audio, ({ heard }) => heard === samples(100));
    });
  });
}

/** Covers the coarseness of a device's own clock and of its reports. */
const slackMs = 30;
const patienceMs = 20_000;

export function samples(ms: number): number {
  return ms * 48;
}

/** A sine of 440 Hz at a quarter of full scale. */
export function tone(ms: number): Int16Array {
  const pcm = new Int16Array(samples(ms));
  for (let at = 0; at < pcm.length; at++)
    pcm[at] = 8000 * Math.sin((2 * Math.PI * 440 * at) / 48_000);
  return pcm;
}

/** Asks for the state until `done`, and gives every answer. */
export async function watch(
  world: Pick<AudioWorld, "pass" | "nowMs">,
  audio: Audio,
  done: (state: AudioState) => boolean,
): Promise<AudioState[]> {
  const states: AudioState[] = [];
  const untilMs = world.nowMs() + patienceMs;
  for (;;) {
    const state = audio.state();
    states.push(state);
    if (done(state)) return states;
    assert.ok(world.nowMs() < untilMs, `never came: last state is ${JSON.stringify(state)}`);
    await world.pass(5);
  }
}

function assertRising(states: readonly AudioState[]): void {
  const heard = states.map((state) => state.heard);
  assert.deepEqual(
    heard,
    heard.toSorted((a, b) => a - b),
    "the position never goes back",
  );
}
