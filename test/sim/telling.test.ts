import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LoopbackBroker } from "../../drivers/bus/broker.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { Identity } from "../../runtime/fleet/identity.ts";
import { Outbox } from "../../runtime/fleet/outbox.ts";
import { Post } from "../../runtime/fleet/post.ts";
import { type KeptEvent, Telling } from "../../runtime/fleet/telling.ts";

const steps = ["tell", "cut", "mend", "keep", "power"] as const;

test("whatever happens to line and power, what was kept is told, and in its order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...steps), { minLength: 5, maxLength: 60 }),
      async (script) => {
        const world = new World();
        await world.start();
        for (const step of script) await world[step]();
        await world.mend();
        assert.deepEqual(
          world.kept.filter((id) => !world.heard.includes(id)),
          [],
          "nothing that was on disk is lost",
        );
        const first = [...new Set(world.heard)].filter((id) => world.kept.includes(id));
        assert.deepEqual(
          first,
          [...first].sort((a, b) => a - b),
          "what waited on disk comes in its order",
        );
        assert.deepEqual(world.outbox.waiting, [], "what is told is not kept");
      },
    ),
    { numRuns: 400 },
  );
});

/** A device that tells one state after another, and a fleet that hears. */
class World {
  readonly heard: number[] = [];
  /** Ids of events that were on disk at some time. */
  kept: number[] = [];
  outbox!: Outbox<KeptEvent>;
  readonly #clock = new ManualClock();
  readonly #broker = new LoopbackBroker(this.#clock);
  #disk = new MemoryDisk();
  #bus!: ReturnType<LoopbackBroker["join"]>;
  #telling!: Telling;
  #told = 0;

  async start(): Promise<void> {
    await this.#broker.join().subscribe(["frontdesk/1/lobby/speech/event"], async (message) => {
      this.heard.push(Number(JSON.parse(new TextDecoder().decode(message.payload)).data.jobId));
    });
    await this.#open();
  }

  async tell(): Promise<void> {
    const jobId = String(++this.#told);
    this.#telling.tell([{ jobId, state: "queued", wallMs: 0 }]);
    await this.#clock.advance(0);
  }

  async cut(): Promise<void> {
    this.#bus.cut();
  }

  async mend(): Promise<void> {
    this.#bus.mend();
    await this.#clock.advance(0);
    this.#telling.again();
    await this.#clock.advance(0);
    await this.#clock.advance(0);
  }

  async keep(): Promise<void> {
    await this.#telling.keep("waiting");
    const waiting = this.outbox.waiting.map(({ event }) => Number(event.jobId));
    this.kept = [...new Set([...this.kept, ...waiting])];
  }

  /** Everything in memory is gone; the next start has the disk. */
  async power(): Promise<void> {
    this.#disk.cut();
    await this.#bus[Symbol.asyncDispose]();
    this.#disk = this.#disk.restarted();
    await this.#open();
  }

  async #open(): Promise<void> {
    const trace = new TraceRing();
    const who = { root: "frontdesk", device: "lobby", boot: "1", clock: () => "synced" as const };
    const identity = await Identity.open(who, countedStamps(this.#clock), this.#disk, trace);
    this.#bus = this.#broker.join(() => identity.will());
    const post = new Post(this.#bus, identity, trace);
    this.outbox = await Outbox.open<KeptEvent>(this.#disk, trace, "events.log");
    this.#telling = new Telling(this.#bus, { identity, post }, this.outbox, async () => {});
    this.#telling.again();
    await this.#clock.advance(0);
  }
}
