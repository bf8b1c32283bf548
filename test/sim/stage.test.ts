import assert from "node:assert/strict";
import { resolve } from "node:path";
import { after, test } from "node:test";
import { parseConfig } from "../../config/config.ts";
import { tiers } from "../../config/tiers.ts";
import { SilentAudio } from "../../drivers/audio/silent.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { wavDecoder } from "../../drivers/decoder/wav.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { memoryMedia } from "../../drivers/media/memory.ts";
import { ScriptedVoice } from "../../drivers/voice/scripted.ts";
import { Speaker } from "../../runtime/desk/speaker.ts";
import type { Job } from "../../runtime/job/job.ts";
import { Stream } from "../../runtime/job/stream.ts";
import type { MouthShape } from "../../runtime/mouth/shape.ts";
import { Playback } from "../../runtime/playback/playback.ts";
import type { FromStage, ToStage } from "../../runtime/stage/messages.ts";
import { Stage } from "../../runtime/stage/stage.ts";

const display = openDisplay(resolve("build/native"), "memory", tiers["360p"]);
after(() => display[Symbol.dispose]());

test("a job is shown from the first sample to the last, then the mouth is closed", async () => {
  const world = new World();
  world.speaker.start(job("one two three."));
  await world.run(3000);
  assert.deepEqual(world.kinds(), ["speaking", "completed"]);
  const [, end] = world.events;
  assert(end?.kind === "completed");
  assert.equal(end.proof.framesDropped, 0);
  assert(end.proof.avOffsetMsP95 <= 1, `offset ${end.proof.avOffsetMsP95} ms`);
  assert(world.open > 10, "the mouth opens");
  world.open = 0;
  await world.run(1000);
  assert.equal(world.open, 0);
});

test("stop silences in the turn that reads it, and nothing of the old job is heard", async () => {
  const world = new World({ endless: true });
  world.speaker.start(job("one two three."));
  await world.run(1000);
  world.speaker.stop();
  assert.equal(world.audio.state().playing, false);
  world.open = 0;
  await world.run(2000);
  assert.deepEqual(world.kinds(), ["speaking", "stopped"]);
  assert.equal(world.audio.state().heard, 0);
  assert.equal(world.open, 0);
});

test("nothing sounds before the desk has it on disk, and then from the first sample", async () => {
  const world = new World();
  world.saved = false;
  world.speaker.start(job("one two three."));
  await world.run(1000);
  assert.deepEqual([world.kinds(), world.audio.state().playing], [[], false]);
  world.speaker.go();
  await world.run(3000);
  assert.deepEqual(world.kinds(), ["speaking", "completed"]);
});

test("a job after a stopped one is a new generation", async () => {
  const world = new World({ delayMs: 100 });
  world.speaker.start(job("one.", "a"));
  world.speaker.stop();
  await world.run(200);
  world.speaker.start(job("two.", "b"));
  await world.run(2000);
  assert.deepEqual(
    world.events.map(({ kind, jobId }) => `${jobId} ${kind}`),
    ["a stopped", "b speaking", "b completed"],
  );
});

test("a voice that fails in the middle ends the job failed, once", async () => {
  const world = new World({ failAtChunk: 1 });
  world.speaker.start(job("one two three. four five. six."));
  await world.run(3000);
  assert.deepEqual(world.kinds(), ["speaking", "failed"]);
});

test("frames stay with the sound of a device that is late, coarse and fast", async () => {
  const world = new World({}, { latencyMs: 80, burstSamples: 480, skewPpm: 300 });
  world.speaker.start(job("one two. three four five. ".repeat(12)));
  await world.run(40_000);
  const end = world.events.at(-1);
  assert(end?.kind === "completed");
  assert(end.proof.avOffsetMsP95 <= 20, `offset ${end.proof.avOffsetMsP95} ms`);
});

test("a device that stands still for a second loses no sample", async () => {
  const world = new World({}, { stallAtMs: 500, stallForMs: 1000 });
  world.speaker.start(job("one two three."));
  await world.run(5000);
  const end = world.events.at(-1);
  assert(end?.kind === "completed");
  assert(end.proof.spokenMs >= 3 * 240, `spoken ${end.proof.spokenMs} ms`);
});

test("a screen at rest lights up for a job, and goes off ten seconds after it", async () => {
  const world = new World();
  const { scene } = parseConfig({}, "a test");
  world.tell({ kind: "apply", volume: 1, scene, rests: true });
  await world.run(1000);
  assert.equal(world.painted, 0);
  world.speaker.start(job("one two three."));
  await world.run(3000);
  assert.deepEqual(world.kinds(), ["speaking", "completed"]);
  assert(world.painted > 25, `${world.painted} frames`);
  await world.run(10_000);
  world.painted = 0;
  await world.run(5000);
  assert.equal(world.painted, 0);
  world.tell({ kind: "apply", volume: 1, scene, rests: false });
  await world.run(1000);
  assert.equal(world.painted, 25);
  const pulses = world.told.flatMap((message) => (message.kind === "pulse" ? [message.pulse] : []));
  assert.equal(pulses.at(0)?.resting, true);
  assert.equal(pulses.at(-1)?.resting, false);
});

test("marks are told when their word is heard, the last before the end", async () => {
  const world = new World();
  const ssml =
    '<speak>one <mark name="a"/>two three. <mark name="b"/>Four ' +
    '<break time="1s"/> five<mark name="c"/></speak>';
  world.speaker.start({ ...job(ssml), kind: "ssml" });
  let heardMs = 0;
  const seen: string[] = [];
  for (let frame = 0; frame < 200; frame++) {
    await world.run(40);
    const marks = world.events.filter((event) => event.kind === "mark");
    for (const mark of marks.slice(seen.length)) {
      seen.push(mark.name);
      assert(heardMs - mark.spokenMs <= 120, `${mark.name} of ${mark.spokenMs} at ${heardMs}`);
    }
    heardMs = world.audio.state().heard / 48 || heardMs;
  }
  assert.deepEqual(seen, ["a", "b", "c"]);
  assert.deepEqual(world.kinds(), ["speaking", "mark", "mark", "mark", "completed"]);
  const [a, b, c] = world.events.flatMap((event) => (event.kind === "mark" ? [event] : []));
  const near = (ms: number, due: number) => assert(Math.abs(ms - due) < 40, `${ms}, not ${due}`);
  near(a!.spokenMs, 320);
  near(b!.spokenMs, 880 + 350);
  near(c!.spokenMs, 880 + 350 + 240 + 1000 + 240);
});

test("a live source that is late and stops loses no sample, the mouth keeps time", async () => {
  const world = new World({}, { latencyMs: 40, skewPpm: 100 });
  const live = { ...job("", "live"), kind: "stream" as const };
  world.speaker.start({ ...live, pcm: { rateHz: 16_000, channels: 1 } });
  const pcm = new Uint8Array(Int16Array.from({ length: 640 }, (_, at) => (at % 73) * 300).buffer);
  for (let seq = 1; seq <= 200; seq++) {
    world.stream.offer({ seq, isFinal: seq === 200, content: { pcm } }, 0);
    // Every part comes up to 40 ms late, and from the middle on another 600 ms.
    const dueMs = 5_000 + seq * 40 + ((seq * 37) % 41) + (seq > 100 ? 600 : 0);
    await world.run(dueMs - world.clock.monotonicMs());
  }
  await world.run(4_000);
  const end = world.events.at(-1);
  assert(end?.kind === "completed", `${end?.kind}`);
  assert.equal(end.proof.spokenMs, 200 * 40);
  assert(end.proof.underruns >= 1 && end.proof.underruns <= 3, `${end.proof.underruns} under-runs`);
  assert(end.proof.avOffsetMsP95 <= 20, `offset ${end.proof.avOffsetMsP95} ms`);
});

test("the mouth parts before live sound is heard, and never for silence", async () => {
  const world = new World();
  const live = { ...job("", "live"), kind: "stream" as const };
  world.speaker.start({ ...live, pcm: { rateHz: 16_000, channels: 1 } });
  const silence = new Uint8Array(1_280);
  world.stream.offer({ seq: 1, isFinal: false, content: { pcm: silence } }, 0);
  await world.run(80);
  assert.equal(world.open, 0);
  const voice = new Uint8Array(Int16Array.from({ length: 640 }, (_, at) => (at % 73) * 300).buffer);
  world.stream.offer({ seq: 2, isFinal: false, content: { pcm: voice } }, 0);
  await world.run(80);
  assert(world.open > 0, "it opens");
  assert.deepEqual(world.kinds(), [], "nothing is heard yet");
});

/** One kiosk's speaker and stage on a clock that the test turns, without MQTT and threads. */
class World {
  readonly clock = new ManualClock(5000);
  readonly audio: SilentAudio;
  readonly speaker: Speaker;
  readonly stream = new Stream(0);
  readonly events: ReturnType<Speaker["poll"]>[number][] = [];
  /** Whether the desk is quick to have on disk what is about to sound. */
  saved = true;
  /** Frames with an open mouth. */
  open = 0;
  painted = 0;
  readonly told: FromStage[] = [];
  readonly #stage: Stage;

  constructor(
    script: ConstructorParameters<typeof ScriptedVoice>[1] = {},
    lies: ConstructorParameters<typeof SilentAudio>[1] = {},
  ) {
    this.audio = new SilentAudio(this.clock, lies);
    const voice = new ScriptedVoice(this.clock, script);
    const sound = { media: memoryMedia({}), decoder: wavDecoder(), stream: () => this.stream };
    const answer = (message: FromStage): void => {
      this.told.push(message);
      this.speaker.receive(message);
    };
    this.#stage = new Stage({ display, audio: this.audio }, new Playback(this.audio), this, answer);
    this.speaker = new Speaker(
      { voice, ...sound },
      "en",
      (message) => this.#stage.receive(message),
      () => this.#follow(),
    );
  }

  /** A desk that has everything on disk at once. */
  #follow(): void {
    for (const event of this.speaker.poll()) {
      if (event.kind === "primed" && this.saved) this.speaker.go();
      else if (event.kind !== "primed") this.events.push(event);
    }
  }

  /** The stage's scene: notes what the mouth does. */
  paint(_canvas: unknown, _frame: number, mouth: MouthShape | undefined): void {
    this.painted++;
    if (mouth && mouth.opening > 0.05) this.open++;
  }

  tell(message: ToStage): void {
    this.#stage.receive(message);
  }

  async run(ms: number): Promise<void> {
    const untilMs = this.clock.monotonicMs() + ms;
    while (this.clock.monotonicMs() < untilMs) {
      const nextMs = this.#stage.turn(this.clock.monotonicMs());
      await this.clock.advance(Math.max(1, nextMs - this.clock.monotonicMs()));
    }
  }

  kinds(): string[] {
    return this.events.map(({ kind }) => kind);
  }
}

function job(text: string, id = "job"): Job {
  return {
    ...{ id, kind: "text", text, priority: 5, mode: "enqueue", interruptible: true },
    ...{ captions: true, actions: [], onRestart: "drop", deadlineMs: Number.POSITIVE_INFINITY },
  };
}
