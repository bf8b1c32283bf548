import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { parseConfig, withTier } from "../../config/config.ts";
import { tiers } from "../../config/tiers.ts";
import { SilentAudio } from "../../drivers/audio/silent.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { nativePixels } from "../../drivers/pixels/native.ts";
import type { FromStage } from "../../runtime/stage/messages.ts";
import { Show } from "../../runtime/stage/show.ts";
import { writePackage } from "../unit/package.ts";

const native = resolve("build/native");
const display = openDisplay(native, "memory", tiers["360p"]);
const folder = mkdtempSync(join(tmpdir(), "frontdesk-show-"));
after(() => {
  display[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});
before(async () => {
  for (const id of ["ben", "carl"]) await writePackage(join(folder, id), { id });
});

test("of two who are asked for in a row only the second comes, and is told", async () => {
  await using world = await World.open();
  world.show.receive({ kind: "avatar", id: "ben", tier: "360p" });
  world.show.receive({ kind: "avatar", id: "carl", tier: "360p" });
  await world.until((told) => told.some(({ kind }) => kind === "avatar-shown"));
  await world.run(400);
  assert.deepEqual(world.answers, ["shown carl 360p"]);
  assert.deepEqual(filesOpen("carl"), ["360p.tier", "shared.part"]);
  assert.deepEqual(filesOpen("ben"), []);
});

test("who is no longer asked for is let go of, also when he stood ready", async () => {
  await using world = await World.open();
  world.show.receive({ kind: "begin", generation: 1, caption: "" });
  world.show.receive({ kind: "avatar", id: "ben", tier: "360p" });
  await world.until(() => filesOpen("ben").length === 2);
  await world.run(800);
  world.show.receive({ kind: "avatar", id: "anna", tier: "360p" });
  await world.run(400);
  assert.deepEqual(world.answers, ["shown anna 360p"]);
  assert.deepEqual(filesOpen("ben"), []);
});

test("everything of the one before is closed, and all at the end", async () => {
  const world = await World.open();
  assert.deepEqual(filesOpen("anna"), ["360p.tier", "shared.part"]);
  world.show.receive({ kind: "avatar", id: "ben", tier: "360p" });
  await world.until((told) => told.some(({ kind }) => kind === "avatar-shown"));
  await world.run(100);
  assert.deepEqual(filesOpen("anna"), []);
  await world[Symbol.asyncDispose]();
  assert.deepEqual(filesOpen("ben"), []);
});

test("a picture of a configured size keeps it: he is drawn to it, her tier stays", async () => {
  assert.ok(display.resize(tiers["540p"]));
  await using world = await World.open({ display: { width: 540, height: 960 } });
  world.show.receive({ kind: "avatar", id: "anna", tier: "540p" });
  await world.until((told) => told.some(({ kind }) => kind === "avatar-refused"));
  assert.deepEqual(world.answers, ["refused anna 540p by stage: the picture's size is configured"]);
  world.show.receive({ kind: "avatar", id: "ben", tier: "360p" });
  await world.until((told) => told.some(({ kind }) => kind === "avatar-shown"));
  assert.deepEqual([display.width, display.height], [540, 960]);
});

test("a theme that comes while somebody is made ready is his as well", async () => {
  await using world = await World.open();
  const { scene } = parseConfig({ scene: { background: { colour: "#102030" } } }, "a test");
  world.show.receive({ kind: "avatar", id: "ben", tier: "360p" });
  world.show.receive({ kind: "apply", volume: 1, rests: false, scene });
  await world.until((told) => told.some(({ kind }) => kind === "avatar-shown"));
  await world.run(400);
  const { width, height } = display;
  const rgba = new Uint8Array(width * height * 4);
  display.read(rgba);
  assert.deepEqual([...rgba.subarray(0, 4)], [0x10, 0x20, 0x30, 255]);
});

test("a package that cannot be read is refused, and the show goes on", async () => {
  await using world = await World.open();
  const files = { "manifest.json": folder };
  world.show.receive({ kind: "avatar", id: "ben", tier: "360p", files });
  await world.until((told) => told.some(({ kind }) => kind === "avatar-refused"));
  assert.match(world.answers[0] ?? "", /^refused ben 360p by package: Cannot open avatar ben/);
  await world.run(200);
  assert.equal(world.told.filter(({ kind }) => kind === "ready").length, 1);
});

/** Names of the files of an avatar that this process has open. */
function filesOpen(id: string): string[] {
  const open = readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
  return open
    .filter((path) => path.includes(`/${id}/`))
    .map((path) => path.slice(path.lastIndexOf("/") + 1))
    .sort();
}

/** A show of anna at 360p on a clock that the test turns. */
class World implements AsyncDisposable {
  readonly clock = new ManualClock(1_000);
  readonly told: FromStage[] = [];
  show!: Show;

  static async open(over: object = {}): Promise<World> {
    const world = new World();
    const config = withTier(parseConfig(over, "a test"), "360p");
    if (!("display" in over)) assert.ok(display.resize(tiers["360p"]));
    const place = {
      trace: { note: () => {} },
      pictures: sharpPictures(),
      pixels: nativePixels(native),
      inference: new OnnxInference(),
      files: { read: readIfThere, openFile: openIfThere },
      avatars: [folder, resolve("config/avatars")],
      breathe: () => new Promise<void>((done) => setImmediate(done)),
    };
    const facts = {
      ...{ display: display.name, displaysRefused: [], audio: "silent", audioRefused: [] },
      ...{ tier: "360p", width: 360, height: 640, framesPerSecond: 25 },
    };
    const screen = { display, audio: new SilentAudio(world.clock) };
    world.show = await Show.open({ config, screen, place, facts }, (message) => {
      world.told.push(message);
    });
    return world;
  }

  get answers(): string[] {
    return this.told.flatMap((told) => {
      if (told.kind === "avatar-shown") return [`shown ${told.id} ${told.tier}`];
      if (told.kind !== "avatar-refused") return [];
      return [`refused ${told.id} ${told.tier} by ${told.by}: ${told.reason}`];
    });
  }

  async until(fact: (told: readonly FromStage[]) => boolean): Promise<void> {
    for (let frame = 0; frame < 1_500 && !fact(this.told); frame++) await this.run(40);
    assert(fact(this.told), `${fact}`);
  }

  async run(ms: number): Promise<void> {
    const untilMs = this.clock.monotonicMs() + ms;
    while (this.clock.monotonicMs() < untilMs) {
      const next = this.show.turn(this.clock.monotonicMs());
      await this.clock.advance(Math.max(1, next - this.clock.monotonicMs()));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.show[Symbol.asyncDispose]();
  }
}
