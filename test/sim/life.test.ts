import assert from "node:assert/strict";
import { resolve } from "node:path";
import { after, test } from "node:test";
import { SilentAudio } from "../../drivers/audio/silent.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { plainPixels } from "../../drivers/pixels/plain.ts";
import type { Action, AvatarTier } from "../../runtime/avatar/tier.ts";
import { Playback } from "../../runtime/playback/playback.ts";
import { paintBackground } from "../../runtime/stage/background.ts";
import { Figure } from "../../runtime/stage/figure.ts";
import { PicturedLips } from "../../runtime/stage/lips.ts";
import type { FromStage } from "../../runtime/stage/messages.ts";
import { Portrait } from "../../runtime/stage/portrait.ts";
import { Stage } from "../../runtime/stage/stage.ts";
import { smallDraft, tierFile, tierOf } from "../unit/tier-file.ts";

const size = { width: 16, height: 8 };
const display = openDisplay(resolve("build/native"), "memory", size);
after(() => display[Symbol.dispose]());

/** A figure on the right half, red behind it; in its action it covers the left half too. */
async function acting(more: Partial<Action>): Promise<AvatarTier> {
  const idle = tierOf(await tierFile({ ...smallDraft(), frames: 40 }));
  const everywhere = new Uint8Array(16 * 8).fill(255);
  const wide = tierOf(await tierFile({ ...smallDraft(), matte: everywhere, frames: 10 }));
  const enter = Array.from({ length: 40 }, () => 0);
  const hold = [3, 5] as const;
  const action = { ...wide.idle, name: "wave", enter, leave: enter, hold, ...more };
  return { ...idle, actions: new Map([["wave", action]]) };
}

class World {
  readonly clock = new ManualClock();
  readonly told: FromStage[] = [];
  /** Red of the left top corner in each frame: 255 while the background is there. */
  readonly reds: number[] = [];
  readonly #stage: Stage;

  constructor(stage: (send: (message: FromStage) => void, clock: ManualClock) => Stage) {
    this.#stage = stage((message) => this.told.push(message), this.clock);
  }

  static async open(more: Partial<Action> = {}): Promise<World> {
    const pictures = sharpPictures();
    const tier = await acting(more);
    const files = { read: async () => undefined };
    const red = await paintBackground({ colour: "#ff0000" }, size, { files, pictures });
    const figure = new Figure(tier, { pictures, pixels: plainPixels() });
    const standing = { x: 0.5, y: 1, zoom: 1 };
    const portrait = new Portrait(figure, new PicturedLips(tier.mouth.shapes), red, standing);
    return new World((send, clock) => {
      const audio = new SilentAudio(clock);
      return new Stage({ display, audio }, new Playback(audio), portrait, send);
    });
  }

  tell(message: Parameters<Stage["receive"]>[0]): void {
    this.#stage.receive(message);
  }

  /** Says two seconds of nothing in particular, with this at one second. */
  say(name: string): void {
    const cues = [{ kind: "action", name, atSample: 48_000 }] as const;
    const part = { atSample: 0, pcm: new Int16Array(96_000), phonemes: [], words: [], cues };
    this.tell({ kind: "begin", generation: 1, caption: "" });
    this.tell({ kind: "part", generation: 1, part });
    this.tell({ kind: "end", generation: 1 });
    this.tell({ kind: "go", generation: 1 });
  }

  async run(frames: number): Promise<void> {
    const rgba = new Uint8Array(16 * 8 * 4);
    for (let frame = 0; frame < frames; frame++) {
      this.#stage.turn(this.clock.monotonicMs());
      display.read(rgba);
      this.reds.push(rgba[0]!);
      await this.clock.advance(40);
    }
  }
}

test("an action comes within a quarter of a second of its word, whole, once", async () => {
  const world = await World.open();
  world.say("wave");
  await world.run(60);
  const shown = world.reds.flatMap((red, frame) => (red < 200 ? [frame] : []));
  assert.equal(shown.length, 10);
  assert.ok(Math.abs(shown[0]! - 25) <= 6, `it begins in frame ${shown[0]}`);
  assert.equal(shown.at(-1)! - shown[0]!, 9, "without a break");
});

test("an action that is unlike the idle loop is faded in", async () => {
  const world = await World.open({ enter: Array.from({ length: 40 }, () => 50) });
  world.say("wave");
  await world.run(60);
  const between = world.reds.filter((red) => red > 100 && red < 250);
  assert.ok(between.length >= 3, `${between.length} frames in between`);
});

test("an action that the avatar does not have is told, and the show goes on", async () => {
  const world = await World.open();
  world.say("dance");
  await world.run(60);
  const traces = world.told.flatMap((one) => (one.kind === "trace" ? [one.event] : []));
  const unknown = traces.filter(({ kind }) => kind === "action-unknown");
  assert.deepEqual(unknown, [{ area: "stage", kind: "action-unknown", action: "dance" }]);
  assert.ok(world.reds.every((red) => red > 200));
});

test("a pose is held until somebody is spoken to", async () => {
  const world = await World.open();
  world.tell({ kind: "pose", name: "wave" });
  await world.run(40);
  assert.ok(world.reds.slice(20).every((red) => red < 200));
  world.say("none");
  await world.run(20);
  assert.ok(world.reds.slice(-5).every((red) => red > 200));
});
