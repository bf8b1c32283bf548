import assert from "node:assert/strict";
import { resolve } from "node:path";
import { after, test } from "node:test";
import { SilentAudio } from "../../drivers/audio/silent.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import { wavDecoder } from "../../drivers/decoder/wav.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { memoryMedia } from "../../drivers/media/memory.ts";
import { ScriptedVoice } from "../../drivers/voice/scripted.ts";
import { Drawer } from "../../runtime/content/licence/drawer.ts";
import { openDeviceKey } from "../../runtime/content/licence/key.ts";
import { newRequest } from "../../runtime/content/licence/request.ts";
import { Speaker } from "../../runtime/desk/speaker.ts";
import { Monitor } from "../../runtime/diagnostics/monitor.ts";
import type { Job } from "../../runtime/job/job.ts";
import { Stream } from "../../runtime/job/stream.ts";
import { Playback } from "../../runtime/playback/playback.ts";
import type { Canvas } from "../../runtime/stage/canvas.ts";
import type { FromStage, ToStage } from "../../runtime/stage/messages.ts";
import { Stage } from "../../runtime/stage/stage.ts";
import { Licensing } from "../../runtime/wiring/licence.ts";
import { dayMs, LicenceStudio } from "../support/licences.ts";
import { SettingsWorld } from "../support/settings.ts";

const size = { width: 180, height: 320 };
const display = openDisplay(resolve("build/native"), "memory", size);
after(() => display[Symbol.dispose]());

/** A kiosk and a studio. Days pass on one clock, the seconds before the screen on the other. */
class World {
  readonly days = new ManualClock();
  readonly clock = new ManualClock(5_000);
  readonly studio = new LicenceStudio(() => this.days.wallMs(), {
    ...{ kind: "test", seats: 10 },
    untilMs: this.days.wallMs() + 30 * dayMs,
  });
  readonly monitor = new Monitor(0, { note() {} });
  readonly events: string[] = [];
  readonly ends: ReturnType<Speaker["poll"]>[number][] = [];
  readonly told: ToStage[] = [];
  settings!: SettingsWorld;
  licensing!: Licensing;
  readonly #audio = new SilentAudio(this.clock);
  readonly #speaker: Speaker;
  readonly #stage: Stage;
  #jobs = 0;

  constructor() {
    const answer = (message: FromStage): void => this.#speaker.receive(message);
    const screen = { display, audio: this.#audio };
    this.#stage = new Stage(screen, new Playback(this.#audio), this, answer);
    const voice = new ScriptedVoice(this.clock, {});
    const sound = { media: memoryMedia({}), decoder: wavDecoder(), stream: () => new Stream(0) };
    const send = (message: ToStage) => this.#stage.receive(message);
    this.#speaker = new Speaker({ voice, ...sound }, "en", send, () => this.#follow());
  }

  static async open(): Promise<World> {
    const world = new World();
    const licence = { signers: [world.studio.signer], url: "https://studio.example" };
    const layers = [{ name: "site" as const, document: { device: "lobby", licence } }];
    world.settings = await SettingsWorld.start(layers);
    const { disk, trace, settings } = world.settings;
    const reports = { event: async ({ code }: { code: string }) => void world.events.push(code) };
    const outside = {
      disk,
      trace,
      enquiry: world.studio.enquiry,
      stamps: countedStamps(world.days),
      reports,
    };
    world.licensing = await Licensing.open(settings, {
      ...outside,
      monitor: world.monitor,
      knowsTime: () => true,
      inform: () => {},
      post: (message) => {
        world.told.push(message);
        world.#stage.receive(message);
      },
    });
    return world;
  }

  async activate(): Promise<void> {
    const { disk, trace } = this.settings;
    const drawer = new Drawer(disk);
    const key = await openDeviceKey(disk, trace);
    const nonce = await drawer.nextNonce(undefined);
    const wish = { name: "lobby", application: null, pool: null, nonce, atMs: null };
    const { code } = this.studio;
    const lease = await this.studio.lease("activate", newRequest(key, { ...wish, code }));
    assert(typeof lease !== "string");
    await drawer.keepLease(lease);
  }

  /** A day, of which a visitor sees two seconds: idle, then something is said. */
  async day(): Promise<{ codes: string[]; level: string; line: boolean }> {
    for (let hour = 0; hour < 24; hour++) {
      await this.days.advance(3_600_000);
      await this.licensing.turn(this.days.monotonicMs());
      await new Promise(setImmediate);
      await this.licensing.turn(this.days.monotonicMs() + 6_000);
    }
    this.monitor.vitals.connected(true, this.clock.monotonicMs());
    this.monitor.look({ jobId: null, state: "idle", depth: 0 }, true, this.days.monotonicMs());
    await this.#run(400);
    this.#speaker.start(job(`job ${++this.#jobs}`));
    await this.#run(1_600);
    const { findings, health } = this.monitor.view;
    const codes = findings.map(({ code }) => code).filter((code) => code.startsWith("LICENCE_"));
    return { codes, level: health.level, line: this.#line() };
  }

  /** The stage's scene: one colour that is not black. */
  paint({ pixels, width, height }: Canvas): void {
    new Uint32Array(pixels.buffer, pixels.byteOffset, width * height).fill(0xffc8a050);
  }

  /** Whether a line is on the screen; everything else must be the picture. */
  #line(): boolean {
    const rgba = new Uint8Array(size.width * size.height * 4);
    display.read(rgba);
    const words = new Uint32Array(rgba.buffer);
    const other = words.reduce((count, word) => count + Number(word !== 0xffc8a050), 0);
    assert(other < 0.05 * words.length, `${other} of ${words.length} pixels are not the picture`);
    return other > 0;
  }

  async #run(ms: number): Promise<void> {
    const untilMs = this.clock.monotonicMs() + ms;
    while (this.clock.monotonicMs() < untilMs) {
      const nextMs = this.#stage.turn(this.clock.monotonicMs());
      await this.clock.advance(Math.max(1, nextMs - this.clock.monotonicMs()));
    }
  }

  #follow(): void {
    for (const event of this.#speaker.poll()) {
      if (event.kind === "primed") this.#speaker.go();
      else this.ends.push(event);
    }
  }
}

test("sixty days with a test licence and no studio: picture and speech go on", async () => {
  const world = await World.open();
  await world.licensing.turn(0);
  await world.activate();
  world.studio.isThere = false;
  const days: Awaited<ReturnType<World["day"]>>[] = [];
  for (let day = 1; day <= 60; day++) {
    if (day === 46) {
      world.studio.isThere = true;
      world.studio.pool = { ...world.studio.pool, untilMs: world.days.wallMs() + 365 * dayMs };
    }
    days.push(await world.day());
  }
  const spoken = world.ends.filter(({ kind }) => kind === "completed");
  assert.equal(spoken.length, 60);
  for (const end of spoken) {
    assert(end.kind === "completed");
    assert(end.proof.spokenMs > 0 && end.proof.framesShown > 5, JSON.stringify(end.proof));
    assert.equal(end.proof.framesDropped, 0);
  }
  const lines = days.flatMap(({ line }, at) => (line ? [at + 1] : []));
  assert.deepEqual(lines, range(30, 45));
  const expired = days.flatMap(({ codes }, at) =>
    codes.includes("LICENCE_EXPIRED") ? [at + 1] : [],
  );
  assert.deepEqual(expired, range(30, 45));
  const warned = days.flatMap(({ codes }, at) => (codes.includes("LICENCE_ENDS") ? [at + 1] : []));
  assert(warned.length >= 8 && warned.at(-1) === 29, `warned on days ${warned}`);
  assert(days.slice(29, 45).every(({ level }) => level === "critical"));
  assert.deepEqual(
    [...days.slice(0, 10), ...days.slice(45)].flatMap(({ codes }) => codes),
    [],
  );
  assert.deepEqual(world.events, ["LICENCE_RENEWED", "LICENCE_RENEWED"]);
  const texts = world.told.flatMap((one) => (one.kind === "imprint" ? [one.text] : []));
  assert.deepEqual(texts, ["Not licensed", "", "Licence expired", ""]);
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

function job(id: string): Job {
  return {
    ...{ id, kind: "text", text: "one two.", priority: 5, mode: "enqueue", interruptible: true },
    ...{ captions: false, actions: [], onRestart: "drop", deadlineMs: Number.POSITIVE_INFINITY },
  };
}
