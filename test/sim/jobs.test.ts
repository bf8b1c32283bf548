import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { isTerminal, type JobEvent } from "../../runtime/job/job.ts";
import { Jobs } from "../../runtime/job/jobs.ts";

test("whatever is asked and whenever the power goes, a job that was taken ends once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 60 }), async (commands) => {
      const kiosk = await Kiosk.start();
      for (const one of commands) await kiosk.run(one);
      await kiosk.finish();
    }),
    { numRuns: 1500 },
  );
});

test("cut at every byte of a busy minute, nothing taken is lost or spoken twice", async () => {
  const minute: Command[] = [
    submit("a", { onRestart: "replay" }),
    submit("b", {}),
    { kind: "work" },
    { kind: "work" },
    submit("c", { mode: "interrupt" }),
    { kind: "work" },
    { kind: "tell" },
    submit("d", { mode: "replace" }),
    { kind: "cancel", body: { jobId: "b" } },
    { kind: "work" },
    { kind: "work" },
    { kind: "tell" },
  ];
  const whole = await Kiosk.start();
  for (const one of minute) await whole.run(one);
  const bytes = whole.bytes;
  await whole.finish();
  assert(bytes > 1000, "the minute writes something");
  for (let power = 0; power <= bytes; power++) {
    const kiosk = await Kiosk.start();
    await kiosk.run({ kind: "cut", bytes: power });
    for (const one of minute) await kiosk.run(one);
    await kiosk.finish();
  }
});

type Command =
  | { readonly kind: "submit"; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: "cancel"; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: "work" | "fail" | "expire" | "tell" | "restart" }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "cut"; readonly bytes: number };

function submit(jobId: string, more: Readonly<Record<string, unknown>>): Command {
  return { kind: "submit", body: { jobId, text: `say ${jobId}`, ...more } };
}

const id = fc.constantFrom("a", "b", "c", "d", "e", "f");
const body = fc.record(
  {
    jobId: id,
    text: fc.constantFrom("hello", "good day", ""),
    mode: fc.constantFrom("enqueue", "interrupt", "replace", "drop-if-busy", "nonsense"),
    priority: fc.integer({ min: 0, max: 9 }),
    interruptible: fc.boolean(),
    onRestart: fc.constantFrom("drop", "replay"),
    ttlMs: fc.integer({ min: 1, max: 20_000 }),
  },
  { requiredKeys: ["text"] },
);
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: body.map((one) => ({ kind: "submit", body: one }) as const) },
  { weight: 6, arbitrary: fc.constant({ kind: "work" } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "fail" } as const) },
  { weight: 1, arbitrary: id.map((jobId) => ({ kind: "cancel", body: { jobId } }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "cancel", body: { all: true } } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: "expire" } as const) },
  { weight: 3, arbitrary: fc.constant({ kind: "tell" } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "restart" } as const) },
  { weight: 2, arbitrary: fc.nat(9_000).map((ms) => ({ kind: "pass", ms }) as const) },
  { weight: 2, arbitrary: fc.nat(900).map((bytes) => ({ kind: "cut", bytes }) as const) },
);

/**
 * A kiosk without a voice, and all that the world can see of it: events count once they are
 * published, which needs power; a message counts as taken once it is acknowledged, which needs
 * power too, and comes again until then.
 */
class Kiosk {
  readonly #clock = new ManualClock();
  readonly #stamps = countedStamps(this.#clock);
  readonly #trace = new TraceRing();
  #disk = new MemoryDisk();
  #jobs!: Jobs;
  readonly #taken = new Set<string>();
  readonly #replayed = new Set<string>();
  readonly #ends = new Map<string, JobEvent>();
  readonly #spoken = new Map<string, number>();
  #endedThisStart = new Set<string>();
  #untold: JobEvent[] = [];
  readonly #told = new Set<string>();

  static async start(): Promise<Kiosk> {
    const kiosk = new Kiosk();
    await kiosk.#open();
    return kiosk;
  }

  get bytes(): number {
    return this.#disk.size;
  }

  async run(command: Command): Promise<void> {
    const events = await this.#act(command);
    if (!this.#disk.dead) {
      this.#publish(events, command);
      return;
    }
    await this.#restart();
    // The broker has no acknowledgement, so it sends the message again.
    if (command.kind === "submit" || command.kind === "cancel") await this.run(command);
  }

  /** Lets everything come to its end, and looks back on the whole life. */
  async finish(): Promise<void> {
    this.#disk.cutAfter(Number.POSITIVE_INFINITY);
    for (let turn = 0; this.#jobs.current || this.#jobs.depth > 0; turn++) {
      assert(turn < 1_000, "everything comes to its end");
      for (const kind of ["work", "expire"] as const) await this.run({ kind });
    }
    await this.run({ kind: "tell" });
    await this.run({ kind: "restart" });
    assert.deepEqual(this.#untold, [], "nothing is told again once the broker has it");
    for (const taken of this.#taken) assert(this.#ends.has(taken), `job ${taken} has an end`);
  }

  async #act(command: Command): Promise<readonly JobEvent[]> {
    const nowMs = this.#clock.monotonicMs();
    switch (command.kind) {
      case "submit":
        return this.#jobs.submit(bytes(command.body), {}, nowMs);
      case "cancel":
        return this.#jobs.cancel(bytes(command.body), {}, nowMs);
      case "work":
        return this.#work("completed", nowMs);
      case "fail":
        return this.#work("failed", nowMs);
      case "expire":
        return this.#jobs.expire(nowMs);
      case "tell":
        return this.#tell();
      case "pass":
        await this.#clock.advance(command.ms);
        return [];
      case "restart":
        await this.#restart();
        return [];
      case "cut":
        this.#disk.cutAfter(command.bytes);
        return [];
    }
  }

  /** One step of a desk that does what it is told. */
  async #work(end: "completed" | "failed", nowMs: number): Promise<readonly JobEvent[]> {
    const { current } = this.#jobs;
    const stop = this.#jobs.mustStop();
    if (stop) return [await this.#jobs.advance(stop.jobId, stop.state, {}, nowMs)];
    if (!current) {
      const next = await this.#jobs.next(nowMs);
      return next ? [next.event] : [];
    }
    const state = current.state === "preparing" && end === "completed" ? "speaking" : end;
    return [await this.#jobs.advance(current.job.id, state, {}, nowMs)];
  }

  async #tell(): Promise<readonly JobEvent[]> {
    for (const event of this.#untold.splice(0)) {
      await this.#jobs.told(event);
      if (!this.#disk.dead && event.jobId) this.#told.add(event.jobId);
    }
    return [];
  }

  async #restart(): Promise<void> {
    this.#disk = this.#disk.restarted();
    await this.#open();
  }

  async #open(): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    const { jobs, events } = await Jobs.open(this.#disk, this.#trace, this.#stamps, nowMs);
    this.#jobs = jobs;
    this.#untold = [];
    this.#endedThisStart = new Set();
    this.#publish(events, { kind: "restart" });
  }

  #publish(events: readonly JobEvent[], command: Command): void {
    for (const event of events) {
      const { jobId, state, request, dup } = event;
      if (request) {
        assert(jobId === null || dup || state === "rejected" || request === "cancel");
        continue;
      }
      assert(jobId !== null && !dup, "a change is of a job and is new");
      if (state === "queued" || command.kind === "submit") this.#taken.add(jobId);
      if (state === "queued" && command.kind === "restart") this.#replayed.add(jobId);
      if (state === "speaking") this.#speak(jobId);
      if (isTerminal(state)) this.#end(jobId, event);
    }
  }

  #speak(jobId: string): void {
    const times = (this.#spoken.get(jobId) ?? 0) + 1;
    this.#spoken.set(jobId, times);
    assert(times <= (this.#replayed.has(jobId) ? 2 : 1), `job ${jobId} is spoken once`);
    assert(!this.#ends.has(jobId), `job ${jobId} is not spoken after its end`);
  }

  #end(jobId: string, event: JobEvent): void {
    const before = this.#ends.get(jobId);
    assert(!this.#endedThisStart.has(jobId), `job ${jobId} ends once in one start`);
    assert(!this.#told.has(jobId), `the end of ${jobId} is not told again`);
    if (before) assert.deepEqual(event, before, `job ${jobId} has one end`);
    assert.notEqual(event.state, "rejected");
    this.#endedThisStart.add(jobId);
    this.#ends.set(jobId, event);
    this.#untold.push(event);
  }
}

function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
