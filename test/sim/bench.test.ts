import assert from "node:assert/strict";
import { resolve } from "node:path";
import { after, test } from "node:test";
import jsqr from "jsqr";
import { tiers } from "../../config/tiers.ts";
import { SilentAudio } from "../../drivers/audio/silent.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import type { Frame } from "../../drivers/display/display.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { Playback } from "../../runtime/playback/playback.ts";
import { Stage } from "../../runtime/stage/stage.ts";

const display = openDisplay(resolve("build/native"), "memory", tiers["360p"]);
after(() => display[Symbol.dispose]());
const white = 255;

/** A stage with nobody on it, whose pictures and sound can be looked at. */
class World {
  readonly clock = new ManualClock(5_000);
  readonly audio: SilentAudio;
  readonly stage: Stage;
  /** Of each frame: whether the flash is on, where the loudspeaker is, its lines of text. */
  readonly seen: { flash: boolean; heard: number; lines: readonly string[] }[] = [];

  constructor(latencyMs = 0) {
    this.audio = new SilentAudio(this.clock, { latencyMs });
    const watched = {
      ...{ name: display.name, width: display.width, height: display.height, fault: undefined },
      measure: (text: string, sizePx: number) => display.measure(text, sizePx),
      show: (frame: Frame) => this.#look(frame),
      resize: () => false,
      rest: () => display.rest(),
      read: (rgba: Uint8Array) => display.read(rgba),
      [Symbol.dispose]() {},
    };
    const screen = { display: watched, audio: this.audio };
    const scene = { paint: ({ pixels }: { pixels: Uint8Array }) => pixels.fill(7) };
    this.stage = new Stage(screen, new Playback(this.audio), scene as never, () => {});
  }

  async run(ms: number): Promise<void> {
    const untilMs = this.clock.monotonicMs() + ms;
    while (this.clock.monotonicMs() < untilMs) {
      const nextMs = this.stage.turn(this.clock.monotonicMs());
      await this.clock.advance(Math.max(1, nextMs - this.clock.monotonicMs()));
    }
  }

  #look(frame: Frame): void {
    display.show(frame);
    const inBars = (20 * display.width + 60) * 4;
    const flash = [0, 1, 2].every((at) => frame.pixels[inBars + at] === white);
    const lines = frame.text.map(({ text }) => text);
    this.seen.push({ flash, heard: this.audio.state().heard, lines });
  }
}

const card = { lines: ["Device lobby", "Nothing is wrong"], code: "frontdesk:lobby", forMs: 9_000 };

test("the bench flashes with its beeps, measures it, and leaves by itself", async () => {
  const world = new World(80);
  world.stage.receive({ kind: "bench", card });
  await world.run(8_500);
  const starts = world.seen.filter(({ flash }, at) => flash && !world.seen[at - 1]?.flash);
  assert.equal(starts.length, 4);
  for (const [beep, { heard }] of starts.entries()) {
    const offMs = (heard - (beep * 2 + 1) * 48_000) / 48;
    assert.ok(Math.abs(offMs) <= 40, `flash ${beep} is ${offMs} ms off its beep`);
  }
  const { lines } = world.seen.at(-1)!;
  assert.match(lines.join("\n"), /360 x 640 on memory\n25\.0 frames\/s, p95 40 ms, 0 dropped/);
  assert.match(
    lines.join("\n"),
    /Flash and beep: \d+ ms apart \(4\)\nBeep: .*\nKeys: .*\nDevice lobby\nNothing is/,
  );
  await world.run(1_000);
  assert.deepEqual(world.seen.at(-1)?.lines, []);
});

test("the code on the screen reads as what the card says", async () => {
  const world = new World();
  const code = "frontdesk:lobby-at-the-lift?address=192.0.2.17&health=degraded";
  world.stage.receive({ kind: "bench", card: { ...card, code } });
  await world.run(500);
  const { width, height } = tiers["360p"];
  const rgba = new Uint8Array(width * height * 4);
  display.read(rgba);
  const read = jsqr.default(new Uint8ClampedArray(rgba.buffer), width, height);
  assert.equal(read?.data, code);
});

test("the beep sweeps from the left loudspeaker to the right one and to both", async () => {
  const world = new World();
  const written: (readonly [balance: number, loud: boolean])[] = [];
  const write = world.audio.write.bind(world.audio);
  world.audio.write = (pcm: Int16Array, balance = 0) => {
    const taken = write(pcm);
    written.push([balance, pcm.subarray(0, taken).some((sample) => sample > 1_000)]);
    return taken;
  };
  world.stage.receive({ kind: "bench", card });
  await world.run(6_500);
  const loud = written.filter(([, isLoud]) => isLoud).map(([balance]) => balance);
  assert.deepEqual([...new Set(loud)], [-1, 1, 0]);
  const sides = world.seen.map(({ lines }) => lines.find((line) => line.startsWith("Beep:")));
  const shown = [...new Set(sides)].filter((line) => line !== undefined);
  assert.deepEqual(shown, ["Beep: < left", "Beep: right >", "Beep: < both >"]);
});

test("keys and fingers are echoed by name and place while the bench is on", async () => {
  const world = new World();
  world.stage.receive({ kind: "input", event: { kind: "key", name: "A" } });
  world.stage.receive({ kind: "bench", card });
  await world.run(200);
  assert(world.seen.at(-1)?.lines.includes("Keys: none yet   Touch: none yet"));
  world.stage.receive({ kind: "input", event: { kind: "key", name: "F8" } });
  world.stage.receive({ kind: "input", event: { kind: "touch", x: 0.25, y: 0.5 } });
  await world.run(200);
  assert(world.seen.at(-1)?.lines.includes("Keys: F8   Touch: 25% 50%"));
  const { width, height } = tiers["360p"];
  const rgba = new Uint8Array(width * height * 4);
  display.read(rgba);
  const at = ((height / 2) * width + width / 4) * 4;
  assert.deepEqual([...rgba.subarray(at, at + 3)], [255, 208, 0], "a mark under the finger");
});

test("a job takes the screen and the loudspeaker from the bench", async () => {
  const world = new World();
  world.stage.receive({ kind: "bench", card });
  await world.run(500);
  world.stage.receive({ kind: "begin", generation: 1, caption: "" });
  await world.run(100);
  assert.deepEqual(world.seen.at(-1)?.lines, []);
  assert.equal(world.audio.state().playing, false);
  world.stage.receive({ kind: "bench", card });
  await world.run(100);
  assert.deepEqual(world.seen.at(-1)?.lines, []);
});
