import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { ContentWorld, Shop } from "../support/content.ts";

const minuteMs = 60_000;
const startMs = new ManualClock().wallMs();
const first = { id: "ben", version: "1" };
const second = { id: "ben", version: "2" };
let shop: Shop;
before(async () => {
  shop = await Shop.open(startMs);
  await shop.publish("ben", "1", startMs);
  await shop.publish("ben", "2", startMs);
});

test("a power cut at any moment leaves an avatar that plays; the desired one comes", async () => {
  const whole = await ContentWorld.start({ shop });
  await life(whole);
  const moments = whole.depot.power.spent;
  assert(moments > 100_000, "a whole life is cut into");
  for (let cut = 1; cut < moments; cut += Math.ceil(moments / 100)) {
    const world = await ContentWorld.start({ shop });
    world.depot.power.cutAfter(cut);
    await life(world);
    await recovers(world, `cut after ${cut} of ${moments}`);
  }
});

test("and so it is when the power goes while a decision is written", async () => {
  const whole = await ContentWorld.start({ shop });
  await life(whole);
  const bytes = whole.disk.size;
  for (let cut = 1; cut < 2 * bytes; cut += Math.ceil(bytes / 25)) {
    const world = await ContentWorld.start({ shop });
    world.disk.cutAfter(cut);
    await life(world);
    await recovers(world, `cut after ${cut} bytes`);
  }
});

/** What the next start finds can be shown, and the desired avatar comes in the end. */
async function recovers(world: ContentWorld, when: string): Promise<void> {
  const again = await world.restart();
  for (const { sha256, bytes } of again.shelf.current("ben")?.files ?? []) {
    assert.equal(await again.depot.sizeOf(sha256), bytes, when);
  }
  if (again.keeper.report().version !== 2) await again.desire(2, second);
  await again.run(3 * minuteMs);
  assert.equal(again.screen, "ben 2", when);
  assert.equal(again.avatar?.state, "committed", when);
}

/** Two releases, one after the other; ends early where the power goes. */
async function life(world: ContentWorld): Promise<void> {
  const isOver = () => world.depot.power.dead || world.disk.dead;
  await world.desire(1, first);
  await world.run(70_000, isOver);
  if (isOver()) return;
  await world.desire(2, second);
  await world.run(70_000, isOver);
}
