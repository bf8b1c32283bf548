import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseConfig, withTier } from "../../config/config.ts";
import { type Tier, tiers } from "../../config/tiers.ts";
import { SilentAudio } from "../../drivers/audio/silent.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import { wavDecoder } from "../../drivers/decoder/wav.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import type { Display } from "../../drivers/display/display.ts";
import type { Network } from "../../drivers/inference/inference.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { memoryMedia } from "../../drivers/media/memory.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { nativePixels } from "../../drivers/pixels/native.ts";
import { ScriptedVoice } from "../../drivers/voice/scripted.ts";
import type { Performer } from "../../runtime/avatar/performer.ts";
import { Desk } from "../../runtime/desk/desk.ts";
import { Ears } from "../../runtime/desk/ears.ts";
import { Speaker } from "../../runtime/desk/speaker.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import type { JobEvent } from "../../runtime/job/job.ts";
import { Jobs } from "../../runtime/job/jobs.ts";
import { Stream } from "../../runtime/job/stream.ts";
import type { FromStage, ToStage } from "../../runtime/stage/messages.ts";
import { Show } from "../../runtime/stage/show.ts";
import { Director } from "../../runtime/wiring/director.ts";
import { bytes } from "./desk.ts";

/** Nobody here reads what sound says. */
const read = async (): Promise<never> => {
  throw new Error("Cannot read: this world has no reader");
};

interface Wanted {
  scheduled: string | undefined;
  configured: string;
  first: string | undefined;
}

/** A whole kiosk without broker and threads: jobs, desk, voice, stage, on a clock to be turned. */
export class TheatreWorld {
  readonly clock = new ManualClock(1_000);
  readonly trace = new TraceRing();
  /** What jobs became, `id state`. */
  readonly changes: string[] = [];
  readonly ends: JobEvent[] = [];
  /** What the desk asked of the stage, and what the stage said, in their order. */
  readonly talk: (ToStage | FromStage)[] = [];
  readonly events: { readonly code: string; readonly detail?: object }[] = [];
  readonly wanted: Wanted = { scheduled: undefined, configured: "anna", first: undefined };
  readonly troupe = new Map<string, Performer>();
  readonly director: Director;
  /** How often the speech model was opened. */
  models = 0;
  readonly #display: Display;
  readonly #audio = new SilentAudio(this.clock);
  readonly #ears: Ears;
  readonly #speaker: Speaker;
  #show: Show | undefined;
  #jobs!: Jobs;
  #desk!: Desk;

  private constructor(display: Display, performers: readonly Performer[]) {
    this.#display = display;
    for (const performer of performers) this.troupe.set(performer.id, performer);
    const post = (message: ToStage): void => {
      this.talk.push(message);
      this.#show?.receive(message);
    };
    this.director = new Director({
      troupe: {
        ids: () => [...this.troupe.keys()],
        find: (id) => this.troupe.get(id),
        first: () => this.wanted.first,
      },
      reports: { event: async (event) => void this.events.push(event) },
      stamps: { wallMs: () => 0 },
      trace: this.trace,
      wishes: () => this.wanted,
      post,
    });
    const voice = new ScriptedVoice(this.clock);
    const sound = { media: memoryMedia({}), decoder: wavDecoder(), stream: () => new Stream(0) };
    this.#ears = new Ears({ model: () => this.#openModel(), read, trace: this.trace }, post);
    const hear = (message: ToStage): void => this.#ears.post(message);
    this.#speaker = new Speaker({ voice, ...sound }, "en", hear, () => {});
  }

  /** Opens at 360p; `performers` besides anna. */
  static async open(display: Display, performers: readonly Performer[]): Promise<TheatreWorld> {
    const anna = { id: "anna", tiers: ["360p", "540p"] as const };
    const world = new TheatreWorld(display, [anna, ...performers]);
    const { clock, trace } = world;
    const nowMs = clock.monotonicMs();
    world.#jobs = (await Jobs.open(new MemoryDisk(), trace, countedStamps(clock), nowMs)).jobs;
    world.#desk = new Desk(world.#jobs, world.#speaker, trace, (told) => world.#tell(told));
    world.#desk.mayBegin = (job) => world.director.isSetFor(job);
    await world.raise();
    return world;
  }

  /** Raises a stage, at first or after it was lost. */
  async raise(tier: Tier = "360p"): Promise<void> {
    assert.ok(this.#display.resize(tiers[tier]));
    const place = {
      trace: this.trace,
      pictures: sharpPictures(),
      pixels: nativePixels(resolve("build/native")),
      inference: new OnnxInference(),
      files: { read: readIfThere, openFile: openIfThere },
      avatars: [resolve("config/avatars")],
      breathe: () => new Promise<void>((done) => setImmediate(done)),
    };
    const facts = {
      ...{ display: "memory", displaysRefused: [], audio: "silent", audioRefused: [] },
      ...{ tier, ...tiers[tier], framesPerSecond: 25 },
    };
    const screen = { display: this.#display, audio: this.#audio };
    const config = withTier(parseConfig({}, "a test"), tier);
    this.#show = await Show.open({ config, screen, place, facts }, (message) =>
      this.#hear(message),
    );
  }

  /** The stage dies. */
  async loseStage(): Promise<void> {
    const lost = this.#show;
    this.#show = undefined;
    await lost?.[Symbol.asyncDispose]();
    this.director.stageLost("a test");
    this.#speaker.stageLost();
  }

  async submit(jobId: string, more: object = {}): Promise<void> {
    const body = { jobId, text: "one two three four five.", ...more };
    this.#tell(await this.#jobs.submit(bytes(body), {}, this.clock.monotonicMs()));
  }

  /** Goes on frame by frame until `fact` holds, for a minute at most; looks at every picture. */
  async until(fact: () => boolean): Promise<void> {
    const untilMs = this.clock.monotonicMs() + 60_000;
    while (!fact()) {
      if (this.clock.monotonicMs() > untilMs) throw new Error(`Cannot go on: ${fact}`);
      await this.#step();
    }
  }

  async run(ms: number): Promise<void> {
    const untilMs = this.clock.monotonicMs() + ms;
    await this.until(() => this.clock.monotonicMs() >= untilMs);
  }

  /** `id@tier` of each avatar the stage showed, the first included. */
  get shown(): string[] {
    return this.talk.flatMap((message) => {
      if (message.kind === "ready") return [`${message.facts.avatar}@${message.facts.tier}`];
      return message.kind === "avatar-shown" ? [`${message.id}@${message.tier}`] : [];
    });
  }

  /** What was said and done, without what fills it. */
  get story(): string[] {
    return this.talk.flatMap((message) => {
      if (message.kind === "avatar") return [`ask ${message.id}`];
      if (message.kind === "avatar-shown") return [`shown ${message.id}`];
      if (message.kind === "avatar-refused") return [`refused ${message.id}`];
      const isStep = ["begin", "speaking", "finished", "stopped"].includes(message.kind);
      return isStep && "generation" in message ? [`${message.kind} ${message.generation}`] : [];
    });
  }

  async #openModel(): Promise<Network> {
    this.models++;
    return new OnnxInference().open(readFileSync(resolve("config/models/speech/speech.onnx")));
  }

  async #step(): Promise<void> {
    const nowMs = this.clock.monotonicMs();
    const next = this.#show?.turn(nowMs) ?? nowMs + 40;
    await this.#desk.turn(nowMs);
    this.director.turn(this.#jobs, nowMs);
    await this.clock.advance(Math.max(1, next - nowMs));
    this.#look();
  }

  /** No part of any picture is missing, whoever comes or goes. */
  #look(): void {
    const { width, height } = this.#display;
    const rgba = new Uint8Array(width * height * 4);
    this.#display.read(rgba);
    let black = 0;
    for (const word of new Uint32Array(rgba.buffer)) if (word === 0xff000000) black++;
    // Of the darkest folds of a jacket some are.
    assert(black < (width * height) / 100, `${black} pixels of ${width}x${height} are black`);
  }

  #hear(message: FromStage): void {
    if (message.kind === "trace") this.trace.note(message.event);
    if (message.kind !== "trace" && message.kind !== "pulse") this.talk.push(message);
    this.director.receive(message);
    this.#speaker.receive(message);
  }

  #tell(told: readonly JobEvent[]): void {
    for (const event of told) {
      this.changes.push(`${event.jobId} ${event.state}`);
      if (event.state === "completed" || event.state === "failed") this.ends.push(event);
    }
  }
}
