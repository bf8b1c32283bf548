import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { mistreat } from "../../scripts/bench/documents.ts";
import { tear, tornStores } from "../../scripts/bench/torn.ts";
import { allWell, SettingsWorld } from "../support/settings.ts";

for (const [name, store] of Object.entries(tornStores)) {
  test(`cut at places all over, the ${name} keeps what it acknowledged`, async () => {
    const { cuts, ...harm } = await tear(store, 300);
    assert.equal(cuts, 300);
    assert.deepEqual(harm, { unreadable: 0, lost: 0 });
  });
}

test("a store that forgets is found out", async () => {
  const forgetful = {
    work: async (disk: MemoryDisk, acknowledge: (what: string) => void) => {
      acknowledge("too early");
      await disk.append("a.log", new Uint8Array(100)).catch(() => {});
    },
    find: async (disk: MemoryDisk) => {
      const whole = (await disk.read("a.log"))?.length === 100;
      return new Set(whole ? ["too early"] : []);
    },
  };
  assert((await tear(forgetful, 50)).lost > 40);
});

test("documents with known mistakes and broken bytes are answered with every error", async () => {
  assert.deepEqual(await mistreat(1_000), { documents: 1_000, crashes: 0, incomplete: 0 });
});

const step = fc.oneof(
  fc.nat(5).map((kind) => ({ kind: "push", what: kind }) as const),
  fc.constantFrom("restart", "run", "run-cut", "wait").map((kind) => ({ kind, what: 0 }) as const),
);

const pushed: readonly object[] = [
  { log: "warn" },
  { audio: { volume: 0.2 } },
  { broker: { url: "mqtt://10.0.0.1:1883" } },
  { avatar: { tier: "360p" } },
  { avatar: { id: "ben" } },
  { log: "loud" },
];

test("whatever is pushed and restarted, what is in force is proven or on trial", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      let world = await SettingsWorld.start([], new MemoryDisk());
      let version = 0;
      let proven: number | null = null;
      for (const { kind, what } of steps) {
        if (kind === "push") await world.push(++version, pushed[what]!);
        else if (kind === "run") await world.run(8_000);
        else if (kind === "run-cut") await world.run(100_000, { ...allWell, connected: false });
        else if (kind === "wait") await world.clock.advance(11 * 60_000);
        else world = await world.restart();
        const { committed, state, poisoned } = world.settings.report();
        assert((committed ?? 0) >= (proven ?? 0), "what is proven is not lost");
        assert(!poisoned.includes(committed ?? -1), "what failed is not in force");
        assert(state !== "rolled_back" || poisoned.length > 0);
        proven = committed;
      }
      await world.run(100_000);
      assert.notEqual(world.settings.report().state, "probation", "every trial ends");
    }),
    { numRuns: 60 },
  );
});
