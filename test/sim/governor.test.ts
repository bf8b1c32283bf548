import assert from "node:assert/strict";
import { resolve } from "node:path";
import { after, before, test } from "node:test";
import { parseConfig, withTier } from "../../config/config.ts";
import { tierNames, tiers } from "../../config/tiers.ts";
import { SilentAudio } from "../../drivers/audio/silent.ts";
import { ScriptedBoard } from "../../drivers/board/scripted.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { nativePixels } from "../../drivers/pixels/native.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import type { FromStage, Pulse, ToStage } from "../../runtime/stage/messages.ts";
import { Show } from "../../runtime/stage/show.ts";
import { Director } from "../../runtime/wiring/director.ts";
import { residents } from "../../runtime/wiring/troupe.ts";
import { Warden } from "../../runtime/wiring/warden.ts";

const native = resolve("build/native");
const display = openDisplay(native, "memory", tiers["540p"]);
after(() => display[Symbol.dispose]());

/** A board that is told how it is, and a show of the demo avatar that follows it. */
class World {
  readonly clock = new ManualClock(1_000);
  readonly board = new ScriptedBoard();
  readonly trace = new TraceRing();
  readonly told: FromStage[] = [];
  readonly events: { code: string; detail?: Readonly<Record<string, unknown>> }[] = [];
  readonly vitals = {
    pulse: undefined as Pulse | undefined,
    lowered: undefined as { readonly tier: string; readonly reason: string } | undefined,
    tierLowered(evidence: { readonly tier: string; readonly reason: string } | undefined) {
      this.lowered = evidence;
    },
  };
  isBusy = false;
  readonly director: Director;
  readonly warden: Warden;
  show!: Show;

  constructor() {
    const told = {
      reports: {
        event: async (event: { code: string }) => void this.events.push(event),
        telemetry: () => {},
      },
      stamps: { wallMs: () => 0 },
      trace: this.trace,
      post: (message: ToStage) => this.show.receive(message),
    };
    const troupe = residents([{ id: "anna", tiers: tierNames }]);
    const wishes = () => ({ scheduled: undefined, configured: "anna" });
    this.director = new Director({ troupe, wishes, ...told });
    const watched = { board: this.board, vitals: this.vitals, director: this.director };
    this.warden = new Warden({ ...watched, ...told });
  }

  static async open(): Promise<World> {
    const world = new World();
    const config = withTier(parseConfig({}, "a test"), "540p");
    assert.ok(display.resize(tiers["540p"]));
    const screen = { display, audio: new SilentAudio(world.clock) };
    const place = {
      trace: world.trace,
      pictures: sharpPictures(),
      pixels: nativePixels(native),
      inference: new OnnxInference(),
      files: { read: readIfThere, openFile: openIfThere },
      avatars: [resolve("config/avatars")],
    };
    const facts = {
      ...{ display: display.name, displaysRefused: [], audio: "silent", audioRefused: [] },
      ...{ tier: "540p", width: 540, height: 960, framesPerSecond: 25 },
    };
    world.show = await Show.open({ config, screen, place, facts }, (message) =>
      world.#hear(message),
    );
    return world;
  }

  /** Goes on for a while, frame by frame; every picture is looked at. */
  async run(seconds: number): Promise<void> {
    const untilMs = this.clock.monotonicMs() + seconds * 1_000;
    while (this.clock.monotonicMs() < untilMs) {
      const nowMs = this.clock.monotonicMs();
      const nextMs = this.show.turn(nowMs);
      this.show.spent(5);
      this.warden.turn(nowMs, true, this.isBusy);
      const current = this.isBusy ? ({ state: "speaking" } as const) : undefined;
      this.director.turn({ current, upcoming: () => undefined }, nowMs);
      await this.clock.advance(Math.max(1, nextMs - nowMs));
      const { width, height } = display;
      const rgba = new Uint8Array(width * height * 4);
      if (this.director.isChanging) display.read(rgba);
      else rgba.fill(255);
      assert.ok(rgba[0]! > 0 || rgba[1]! > 0, "no picture is black");
    }
  }

  /** `kind to` of each course. */
  get courses(): string[] {
    return this.trace
      .recent()
      .filter(({ area }) => area === "tier")
      .map(({ kind, to }) => `${kind} ${to}`);
  }

  get tiersShown(): string[] {
    return this.told.flatMap((one) =>
      one.kind === "ready" || one.kind === "avatar-shown" ? [one.facts.tier] : [],
    );
  }

  #hear(message: FromStage): void {
    this.told.push(message);
    if (message.kind === "pulse") this.vitals.pulse = message.pulse;
    this.director.receive(message);
    this.warden.receive(message);
  }
}

let world: World;
before(async () => {
  world = await World.open();
});

test("a board that grows hot shows a lower tier within 15 s, without a black picture", async () => {
  await world.run(5);
  world.board.set({ temperatureC: 91 });
  await world.run(15);
  assert.deepEqual(world.courses, ["thrift 540p", "down 360p"]);
  assert.deepEqual(world.tiersShown, ["540p", "360p"]);
  assert.deepEqual([display.width, display.height], [360, 640]);
  const [, moved] = world.events;
  assert.deepEqual([moved?.code, moved?.detail?.from], ["TIER_MOVED", "540p"]);
  assert.match(String(moved?.detail?.reason), /^temperature is 91 °C, 85 °C may be/);
  assert.equal(world.vitals.lowered?.tier, "360p");
});

test("it stays there while somebody is spoken to, and comes back after 120 s of calm", async () => {
  world.board.set({ temperatureC: 55 });
  await world.run(115);
  assert.equal(world.tiersShown.at(-1), "360p");
  world.isBusy = true;
  await world.run(10);
  assert.equal(world.tiersShown.at(-1), "360p", "never within an utterance");
  world.isBusy = false;
  await world.run(130);
  assert.equal(world.tiersShown.at(-1), "540p");
  assert.equal(world.vitals.lowered, undefined);
  assert.deepEqual(world.courses.slice(2), ["no-thrift 360p", "up 540p"]);
  assert.deepEqual([display.width, display.height], [540, 960]);
});

test("who is shown already is shown at once, and nothing else is opened", async () => {
  const before = world.told.length;
  world.show.receive({ kind: "avatar", id: "anna", tier: "540p" });
  await world.run(1);
  const told = world.told.slice(before).filter(({ kind }) => kind !== "pulse");
  assert.deepEqual(
    told.map((message) => (message.kind === "avatar-shown" ? message.pauseFrames : message.kind)),
    [0],
  );
});

test("who cannot be opened leaves the one before", async () => {
  world.show.receive({ kind: "avatar", id: "nobody", tier: "360p" });
  await world.run(1);
  assert.equal(world.tiersShown.at(-1), "540p");
  const [refused] = world.told.filter(({ kind }) => kind === "avatar-refused");
  assert(refused?.kind === "avatar-refused" && refused.by === "package");
  assert.match(refused.reason, /^Cannot open avatar nobody at 360p: manifest.json is missing$/);
});
