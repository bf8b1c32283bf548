import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../config/limits.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { Drawer } from "../../runtime/content/licence/drawer.ts";
import { Keeper } from "../../runtime/content/licence/keeper.ts";
import { openDeviceKey } from "../../runtime/content/licence/key.ts";
import { writeLease } from "../../runtime/content/licence/lease.ts";
import { newRequest } from "../../runtime/content/licence/request.ts";
import { sealed } from "../../runtime/content/licence/seal.ts";
import { licenceTroubles } from "../../runtime/content/licence/trouble.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { dayMs, LicenceStudio } from "../support/licences.ts";

const hourMs = 3_600_000;

/** A device with a keeper and a studio, on a clock that the test turns. */
class World {
  readonly clock = new ManualClock();
  readonly studio = new LicenceStudio(() => this.trueMs);
  disk = new MemoryDisk();
  trace = new TraceRing();
  keeper!: Keeper;
  /** What is added to the true time on the board's clock; undefined: it has none. */
  offMs: number | undefined = 0;

  get trueMs(): number {
    return this.clock.wallMs();
  }

  static async start(): Promise<World> {
    const world = new World();
    await world.open();
    return world;
  }

  async open(): Promise<void> {
    const { studio } = this;
    const terms = { signers: [studio.signer], application: undefined };
    this.keeper = await Keeper.open(
      { ...terms, url: "https://studio.example/", name: "lobby" },
      {
        ...{ disk: this.disk, enquiry: studio.enquiry, trace: this.trace },
        wallMs: () => (this.offMs === undefined ? undefined : this.trueMs + this.offMs),
      },
    );
    await this.keeper.turn(this.clock.monotonicMs());
  }

  /** What the command line does: it asks, and puts the lease in place. */
  async activate(): Promise<void> {
    const drawer = new Drawer(this.disk);
    const key = await openDeviceKey(this.disk, this.trace);
    const nonce = await drawer.nextNonce(undefined);
    const { code } = this.studio;
    const wish = { name: "lobby", application: null, code, pool: null, nonce, atMs: null };
    const lease = await this.studio.lease("activate", newRequest(key, wish));
    assert(typeof lease !== "string", `${lease}`);
    await drawer.keepLease(lease);
    await this.run(1);
  }

  async run(hours: number, stepMs = hourMs): Promise<void> {
    const endMs = this.clock.monotonicMs() + hours * hourMs;
    while (this.clock.monotonicMs() < endMs) {
      await this.clock.advance(stepMs);
      await this.keeper.turn(this.clock.monotonicMs());
      // The studio's answer comes between two turns.
      await new Promise(setImmediate);
    }
  }

  get state(): string {
    return this.keeper.standing.verdict.state;
  }

  get codes(): string[] {
    return licenceTroubles(this.keeper.standing).map(({ code }) => code);
  }
}

test("a device without a lease says so; one that is put in place holds at once", async () => {
  const world = await World.start();
  assert.deepEqual([world.state, world.codes], ["absent", ["LICENCE_MISSING"]]);
  await world.activate();
  assert.deepEqual([world.state, world.codes], ["valid", []]);
  assert.equal(world.studio.enquiry.asked.length, 0, "nothing is asked for while it is young");
});

test("a lease is renewed early, once, and nobody is told of anything", async () => {
  const world = await World.start();
  await world.activate();
  await world.run(24 * 59);
  assert.equal(world.studio.enquiry.asked.length, 0);
  await world.run(24 * 5);
  assert.equal(world.studio.enquiry.asked.length, 1);
  assert.equal(world.trace.count("licence.renewed"), 1);
  assert.deepEqual([world.state, world.codes], ["valid", []]);
  await world.run(24 * 400, 6 * hourMs);
  assert.equal(world.state, "valid");
  assert(world.studio.enquiry.asked.length <= 8);
});

test("without the studio a lease ends after a warning; renewed when it is back", async () => {
  const world = await World.start();
  await world.activate();
  world.studio.isThere = false;
  await world.run(24 * 70);
  assert.deepEqual([world.state, world.codes], ["due", []], "nobody is bothered yet");
  await world.run(24 * 10);
  assert.deepEqual([world.state, world.codes], ["due", ["LICENCE_ENDS"]]);
  await world.run(24 * 11);
  assert.deepEqual([world.state, world.codes], ["expired", ["LICENCE_EXPIRED"]]);
  const [trouble] = licenceTroubles(world.keeper.standing);
  assert.match(String(trouble?.evidence.renewal), /^UNREACHABLE: Cannot ask https:\/\/studio/);
  world.studio.isThere = true;
  await world.run(7);
  assert.deepEqual([world.state, world.codes], ["valid", []]);
});

test("attempts that fail come again within bounds that double, never more often", async () => {
  const world = await World.start();
  await world.activate();
  world.studio.isThere = false;
  await world.run(24 * 64);
  const { asked } = world.studio.enquiry;
  const before = asked.length;
  await world.run(24, 60_000);
  const most = (24 * hourMs) / (0.875 * limits.licenceAgainMsMax) + 1;
  assert(asked.length - before <= most, `${asked.length - before} attempts in a day`);
  assert(asked.length > before, "it goes on trying");
});

test("what the studio gives is looked at: a forged lease is not kept", async () => {
  const world = await World.start();
  await world.activate();
  const before = await world.disk.read("licence.json");
  const other = new LicenceStudio(() => world.trueMs, { seats: 9 });
  Object.assign(world.studio, { key: other.key });
  await world.run(24 * 64);
  assert.match(world.keeper.standing.trouble ?? "", /^Cannot use the studio's lease: it fits none/);
  assert.deepEqual(await world.disk.read("licence.json"), before);
});

test("a pool that is renewed no more lets its last lease run out", async () => {
  const world = await World.start();
  world.studio.pool = { ...world.studio.pool, kind: "test", untilMs: world.trueMs + 30 * dayMs };
  await world.activate();
  await world.run(24 * 25);
  assert.equal(world.keeper.standing.trouble, "the studio's pool ends with this lease");
  assert.deepEqual([world.state, world.codes], ["due", ["LICENCE_ENDS"]]);
  await world.run(24 * 6);
  assert.equal(world.state, "expired");
  world.studio.pool = { ...world.studio.pool, untilMs: world.trueMs + 300 * dayMs };
  await world.run(7);
  assert.equal(world.state, "valid");
});

test("a clock set back prolongs nothing; over a power cut no more than the last hour", async () => {
  const world = await World.start();
  await world.activate();
  world.studio.isThere = false;
  await world.run(24 * 50);
  world.offMs = -45 * dayMs;
  await world.run(24 * 20);
  assert.deepEqual(world.codes, ["LICENCE_CLOCK_BACK"]);
  world.disk = world.disk.restarted();
  await world.open();
  await world.run(24 * 20 + 2);
  assert.deepEqual(world.codes, ["LICENCE_EXPIRED", "LICENCE_CLOCK_BACK"]);
});

test("a clock set far forward ends nothing in a day, and for ever never", async () => {
  const world = await World.start();
  await world.activate();
  world.studio.isThere = false;
  world.offMs = 3_000 * dayMs;
  await world.run(20);
  world.offMs = 0;
  await world.run(24);
  assert.deepEqual([world.state, world.codes], ["valid", []]);
  world.offMs = 3_000 * dayMs;
  await world.run(48);
  assert.equal(world.state, "expired", "after a day it is believed");
  world.offMs = 0;
  await world.run(24);
  assert.deepEqual(world.codes, ["LICENCE_EXPIRED", "LICENCE_CLOCK_BACK"]);
  world.studio.isThere = true;
  await world.run(7);
  assert.deepEqual([world.state, world.codes], ["valid", []]);
});

test("a board without a clock has what it was given, for as long as it runs", async () => {
  const world = await World.start();
  world.offMs = undefined;
  world.studio.isThere = false;
  await world.activate();
  assert.deepEqual([world.state, world.codes], ["no-clock", ["LICENCE_NO_CLOCK"]]);
  await world.run(24 * 91);
  assert.equal(world.state, "expired");
  world.studio.isThere = true;
  await world.run(7);
  assert.equal(world.state, "no-clock");
});

test("a lease copied to another device is of no use there", async () => {
  const [one, other] = [await World.start(), await World.start()];
  await one.activate();
  const copy = (await one.disk.read("licence.json"))!;
  const stolen = { signers: [one.studio.signer], application: undefined, url: undefined };
  await other.disk.replace("licence.json", copy);
  other.keeper = await Keeper.open(
    { ...stolen, name: "bar" },
    {
      ...{ disk: other.disk, enquiry: other.studio.enquiry, trace: other.trace },
      wallMs: () => other.trueMs,
    },
  );
  await other.keeper.turn(0);
  assert.deepEqual(other.codes, ["LICENCE_OTHER_DEVICE"]);
});

test("a disk that gives nothing is told once, and takes away no lease that was read", async () => {
  const world = await World.start();
  await world.activate();
  const { disk } = world;
  const read = disk.read.bind(disk);
  disk.read = () => Promise.reject(new Error("EIO"));
  await world.run(3);
  assert.equal(world.state, "valid");
  assert.equal(world.trace.count("licence.lease-unread"), 1);
  await world.open();
  assert.deepEqual(world.codes, ["LICENCE_NO_KEY"]);
  disk.read = (name) => (name === "licence.key" ? read(name) : Promise.reject(new Error("EIO")));
  await world.open();
  assert.deepEqual(world.codes, ["LICENCE_UNREADABLE"]);
});

test("a device that can neither read nor make its key says so, and asks for nothing", async () => {
  const world = await World.start();
  await world.activate();
  const { disk } = world;
  const refusing = {
    ...{ append: async () => {}, openFile: async () => undefined },
    read: (name: string) => {
      if (name === "licence.key") return Promise.reject(new Error("EACCES"));
      return disk.read(name);
    },
    replace: () => Promise.reject(new Error("EROFS")),
  };
  Object.assign(world, { disk: refusing });
  await world.open();
  assert.deepEqual(world.codes, ["LICENCE_NO_KEY"]);
  await world.run(24 * 70, 6 * hourMs);
  assert.equal(world.studio.enquiry.asked.length, 0);
  assert(world.trace.count("licence.key-refused") > 0);
});

test("wherever power is cut around a renewal, the next start has a lease that holds", async () => {
  const world = await World.start();
  await world.activate();
  await world.run(24 * 65, 6 * hourMs);
  const seed = world.disk.restarted();
  await seed.replace("licence.json", (await lateLease(world))!);
  let renewals = 0;
  for (let power = 0; power <= 1_200; power += 7) {
    world.disk = seed.restarted();
    world.disk.cutAfter(power);
    world.trace = new TraceRing();
    await world.open();
    await world.run(2);
    renewals += world.trace.count("licence.renewed");
    world.disk = world.disk.restarted();
    await world.open();
    assert(["valid", "due"].includes(world.state), `after ${power} bytes: ${world.state}`);
    assert.equal(world.trace.count("licence.key-damaged"), 0);
    assert.equal(world.trace.count("licence.time-unreadable"), 0);
  }
  assert(renewals > 10, `${renewals} renewals`);
});

/** The lease that the device had, with its renewal due now. */
async function lateLease({ disk, studio, trueMs }: World): Promise<Uint8Array | undefined> {
  const { signature: _, ...lease } = JSON.parse(
    Buffer.from((await disk.read("licence.json"))!).toString(),
  );
  const due = { issuedMs: trueMs - 65 * dayMs, notBeforeMs: 0, renewAfterMs: trueMs - 10 * dayMs };
  return writeLease(sealed({ ...lease, ...due, expiresMs: trueMs + 20 * dayMs }, studio.key));
}
