import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ManualClock } from "../../drivers/clock/manual.ts";
import type { Placed } from "../../runtime/content/release.ts";
import { ContentWorld, Shop } from "../support/content.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const startMs = new ManualClock().wallMs();
const first = { id: "ben", version: "1" };
const second = { id: "ben", version: "2" };
let shop: Shop;
before(async () => {
  shop = await Shop.open(startMs);
  await shop.publish("ben", "1", startMs);
  await shop.publish("ben", "2", startMs);
  await shop.publish("cleo", "1", startMs);
});

test("a desired avatar is brought at the tiers that this board needs, shown and kept", async () => {
  const world = await ContentWorld.start({ shop });
  await world.desire(1, first);
  await world.run(90_000);
  assert.deepEqual(world.states, ["idle", "refreshing", "installed", "probation", "committed"]);
  assert.equal(world.screen, "ben 1");
  assert.deepEqual(world.installed, ["ben 1: 360p 540p (current)"]);
  const { version, state, errors, shown } = world.keeper.report();
  assert.deepEqual([version, state, errors], [1, "installed", []]);
  assert.deepEqual(shown, { id: "ben", tier: "360p" });
  const codes = world.happenings.map(({ code }) => code);
  assert.deepEqual(codes, ["CONTENT_INSTALLED", "CONTENT_COMMITTED"]);
});

test("without a version the newest comes, and a newer one when it is published", async () => {
  const own = await Shop.open(startMs);
  await own.publish("ben", "1", startMs);
  const world = await ContentWorld.start({ shop: own });
  await world.desire(1, { id: "ben" });
  await kept(world);
  await own.publish("ben", "2", world.clock.wallMs());
  world.stepMs = 10_000;
  await world.run(9 * hourMs, () => world.screen === "ben 2");
  world.stepMs = 500;
  await world.run(2 * minuteMs);
  assert.deepEqual(world.installed, ["ben 1: 360p 540p (previous)", "ben 2: 360p 540p (current)"]);
  assert.equal(world.avatar?.state, "committed");
});

test("a release that the stage refuses is taken back for good; the one before plays", async () => {
  const world = await ContentWorld.start({ shop });
  await world.desire(1, first);
  await kept(world);
  world.refused.add("2");
  await world.desire(2, second);
  await world.run(2 * minuteMs);
  assert.equal(world.screen, "ben 1");
  assert.equal(world.states.at(-1), "rolled_back AVATAR_REFUSED");
  const { state, poisoned } = world.keeper.report();
  assert.equal(state, "failed");
  assert.deepEqual(
    poisoned.map(({ version, code }) => `${version} ${code}`),
    ["2 AVATAR_REFUSED"],
  );
  world.refused.clear();
  world.stepMs = 10_000;
  const again = await world.restart();
  again.stepMs = 10_000;
  await again.run(8 * hourMs);
  assert.equal(again.screen, "ben 1");
  await again.desire(3, second);
  await again.run(10 * minuteMs);
  assert.equal(again.screen, "ben 1", "poisoned whatever the number of the set");
});

test("a first release that fails leaves what the program brings", async () => {
  const world = await ContentWorld.start({ shop });
  world.refused.add("1");
  await world.desire(1, first);
  await world.run(minuteMs);
  assert.equal(world.screen, "anna");
  assert.deepEqual(world.installed, []);
});

test("what fails on the screen within its probation is taken back", async () => {
  const world = await ContentWorld.start({ shop });
  await world.desire(1, first);
  await kept(world);
  await world.desire(2, second);
  await world.run(minuteMs, () => world.screen === "ben 2");
  await world.run(30_000);
  assert.equal(await world.keeper.failed(second, "STAGE_LOST", "it is gone"), true);
  await world.run(5_000);
  assert.equal(world.screen, "ben 1");
});

test("a release under which no pictures come is taken back within its probation", async () => {
  const world = await ContentWorld.start({ shop });
  await world.desire(1, first);
  await kept(world);
  await world.desire(2, second);
  await world.run(minuteMs, () => world.screen === "ben 2");
  world.isFrozen = true;
  await world.run(10_000);
  assert.equal(world.screen, "ben 1");
  assert.equal(world.states.at(-1), "rolled_back PROBATION_FAILED");
});

test("a program that dies again and again of a release goes back to the one before", async () => {
  let world = await ContentWorld.start({ shop });
  await world.desire(1, first);
  await kept(world);
  await world.desire(2, second);
  await world.run(minuteMs, () => world.screen === "ben 2");
  for (let start = 0; start < 2; start++) {
    world = await world.restart();
    await world.run(10_000);
  }
  assert.equal(world.screen, "ben 1");
  assert.equal(world.keeper.report().poisoned[0]?.code, "CRASH_LOOP");
});

test("a board without the time waits with a code of its own, and goes on with it", async () => {
  const world = await ContentWorld.start({ shop });
  world.knowsTime = false;
  await world.desire(1, first);
  await world.run(minuteMs);
  assert.equal(world.states.at(-1), "waiting TRUST_NO_CLOCK");
  assert.equal(world.keeper.report().state, "waiting");
  world.knowsTime = true;
  await world.run(5 * minuteMs);
  assert.equal(world.avatar?.state, "committed");
});

test("what the repository has not is rejected at its place in the set", async () => {
  const world = await ContentWorld.start({ shop });
  await world.desire(1, first, { id: "dora" }, { id: "cleo", version: "7" });
  await world.run(2 * minuteMs);
  const { avatars, state } = world.keeper.report();
  assert.equal(state, "failed");
  const told = avatars.map(({ state, errors }) => [state, errors[0]?.code, errors[0]?.path]);
  assert.deepEqual(told, [
    ["committed", undefined, undefined],
    ["rejected", "RELEASE_ABSENT", "/avatars/1/id"],
    ["rejected", "RELEASE_ABSENT", "/avatars/2/id"],
  ]);
  const pinned = { ...first, sha256: "0".repeat(64) };
  await world.desire(2, pinned);
  await world.run(minuteMs);
  assert.equal(world.states.at(-1), "rejected RELEASE_DIFFERS");
  assert.equal(world.screen, "ben 1");
});

test("a file that is spoilt on the server never shows, and comes when it is mended", async () => {
  const own = await Shop.open(startMs);
  await own.publish("ben", "1", startMs);
  await own.publish("ben", "2", startMs);
  const world = await ContentWorld.start({ shop: own });
  await world.desire(1, first);
  await kept(world);
  own.spoil("ben", "2", "540p.tier", true);
  await world.desire(2, second);
  await world.run(2 * minuteMs);
  assert.equal(world.states.at(-1), "waiting DOWNLOAD_WRONG_HASH");
  assert.equal(world.screen, "ben 1");
  own.spoil("ben", "2", "540p.tier", false);
  await world.run(10 * minuteMs);
  assert.equal(world.screen, "ben 2");
});

test("a file that the medium lost is brought again", async () => {
  const world = await ContentWorld.start({ shop });
  await world.desire(1, first);
  await kept(world);
  const [lost] = (world.shelf.current("ben") as Placed).files.filter(({ tier }) => tier === "360p");
  world.depot.damage(lost?.sha256 ?? "", undefined);
  const again = await world.restart();
  assert.equal(again.avatar?.errors[0]?.code, "FILES_DAMAGED");
  await again.run(minuteMs);
  assert.equal(await again.depot.sizeOf(lost?.sha256 ?? ""), lost?.bytes);
  assert.deepEqual(again.avatar?.errors, []);
  assert.deepEqual(
    again.happenings.map(({ code }) => code),
    ["CONTENT_DAMAGED"],
  );
});

test("quiet hours begin nothing", async () => {
  const world = await ContentWorld.start({ shop });
  world.isQuiet = true;
  const { asked } = shop.fetch.told;
  await world.desire(1, first);
  await world.run(hourMs / 12);
  assert.equal(world.states.at(-1), "waiting QUIET_HOURS");
  assert.equal(shop.fetch.told.asked, asked);
  world.isQuiet = false;
  await world.run(2 * minuteMs);
  assert.equal(world.avatar?.state, "committed");
});

test("what nobody desires goes, but not what is on the screen", async () => {
  const world = await ContentWorld.start({ shop });
  await world.desire(1, first, { id: "cleo" });
  await world.run(2 * minuteMs);
  assert.deepEqual(world.installed, ["ben 1: 360p 540p (current)", "cleo 1: 360p 540p (current)"]);
  const whole = (await world.depot.objects()).length;
  await world.desire(2, { id: "dora" });
  await world.run(500);
  assert.match(world.installed.join(), /ben/, "it was on the screen");
  await world.run(2 * minuteMs);
  assert.equal(world.screen, "anna");
  assert.deepEqual(world.installed, []);
  assert.equal((await world.depot.objects()).length, 0, `${whole} objects were there`);
});

test("a set that comes while another is brought is not taken for it", async () => {
  for (let turns = 0; turns < 12; turns++) {
    const world = await ContentWorld.start({ shop });
    world.stepMs = 1;
    await world.desire(1, first);
    await world.run(turns);
    await world.desire(2, second);
    world.stepMs = 500;
    await world.run(2 * minuteMs);
    assert.equal(world.screen, "ben 2", `after ${turns} turns`);
  }
});

test("sets follow by rising versions, and a refused one leaves the one before", async () => {
  const world = await ContentWorld.start({ shop });
  await world.desire(2, first);
  await kept(world);
  await world.desire(1, second);
  assert.deepEqual(refusal(world), [1, "rejected", "VERSION_NOT_HIGHER"]);
  await world.desire(2, second);
  assert.deepEqual(refusal(world), [2, "rejected", "VERSION_CONFLICT"]);
  await world.desire(2, first);
  assert.deepEqual(refusal(world), [2, "installed", undefined]);
  assert.equal(world.screen, "ben 1");
});

test("a technician takes a release back until the next set comes", async () => {
  const world = await ContentWorld.start({ shop });
  await assert.rejects(
    world.keeper.rollBack("ben"),
    /Cannot roll back ben: no release of it is installed/,
  );
  await world.desire(1, first);
  await kept(world);
  await assert.rejects(world.keeper.rollBack("ben"), /the release installed is the first/);
  await world.desire(2, second);
  await world.run(2 * minuteMs);
  await world.keeper.rollBack("ben");
  await world.run(2 * minuteMs);
  assert.equal(world.screen, "ben 1");
  await world.desire(3, second);
  await world.run(2 * minuteMs);
  assert.equal(world.screen, "ben 2");
});

async function kept(world: ContentWorld): Promise<void> {
  await world.run(2 * minuteMs);
  assert.equal(world.avatar?.state, "committed");
}

function refusal(world: ContentWorld) {
  const { version, state, errors } = world.keeper.report();
  return [version, state, errors[0]?.code];
}
