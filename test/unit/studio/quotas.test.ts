import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { contendForQuotas } from "../../../scripts/bench/quotas.ts";
import { monthsLater } from "../../support/calendar.ts";
import { freshUrls } from "../../support/databases.ts";
import { QuotaBook, type Target, type Type } from "../../support/quota-book.ts";
import { type House, openHouse, refused, rowCounts, value } from "../../support/studio.ts";

const urls = await freshUrls();
const zone = "Europe/Berlin";

for (const [kind, url] of Object.entries(urls)) {
  test(`${kind}: acceptance without a quota is refused, and nothing is changed`, async () => {
    await using house = await openHouse(await url());
    const { id } = await house.trained("generic", "studio", "client");
    // Of another kind, of another type, of another account's: none of these counts.
    await house.buy("avatar-exclusive-studio");
    await house.buy("avatar-generic-instant");
    const before = await rowCounts(house.database);
    const outcome = await house.studio.acceptance.accept(house.act("customer"), id);
    const refusal = refused(outcome, "NO_QUOTA");
    assert.deepEqual(
      refusal.missing?.map(({ what, skus }) => [what, skus]),
      [["quota", ["avatar-generic-studio"]]],
    );
    assert.match(refusal.message, /^Cannot accept Ben: .* Avatar Generic, Studio Lip-Sync is due$/);
    assert.deepEqual(await rowCounts(house.database), before);
    const task = value(await house.studio.tasks.get(house.act("customer"), id));
    assert.deepEqual([task.stage, task.status], ["CONFIRM", "waiting"]);
  });

  test(`${kind}: form 2 serves one client-rendered training within six months`, async () => {
    await using house = await openHouse(await url());
    await withCloud(house);
    const first = await house.trained("generic", "studio", "cloud");
    const used = value(await house.studio.acceptance.accept(house.act("customer"), first.id));
    assert.equal(used.form, 1);
    await house.clock.advance(100 * dayMs);
    const second = await house.trained("generic", "studio", "client");
    const again = value(await house.studio.acceptance.accept(house.act("customer"), second.id));
    assert.deepEqual([again.form, again.quotaId], [2, used.quotaId]);
    const third = await house.trained("generic", "studio", "client");
    refused(await house.studio.acceptance.accept(house.act("customer"), third.id), "NO_QUOTA");
  });

  test(`${kind}: form 2 does not serve a second cloud-rendered training`, async () => {
    await using house = await openHouse(await url());
    await withCloud(house);
    const one = await house.trained("generic", "studio", "cloud");
    await house.buy("avatar-generic-studio");
    const two = await house.trained("generic", "studio", "cloud");
    const three = await house.submit("generic", "studio", "cloud");
    await house.approve(three.id);
    await house.train();
    const accept = (id: string) => house.studio.acceptance.accept(house.act("customer"), id);
    assert.equal(value(await accept(one.id)).form, 1);
    assert.equal(value(await accept(two.id)).form, 1);
    refused(await accept(three.id), "NO_QUOTA");
  });

  test(`${kind}: of quotas that form 2 allows, the one that ends first is used`, async () => {
    await using house = await openHouse(await url());
    await withCloud(house);
    await house.buy("avatar-generic-studio", 2);
    const used: string[] = [];
    const accept = async (target: "cloud" | "client") => {
      const { id } = await house.trained("generic", "studio", target);
      await house.clock.advance(5 * dayMs);
      const outcome = await house.studio.acceptance.accept(house.act("customer"), id);
      return value(outcome);
    };
    used.push((await accept("cloud")).quotaId, (await accept("cloud")).quotaId);
    const again = [await accept("client"), await accept("client"), await accept("client")];
    assert.deepEqual(
      again.map(({ form }) => form),
      [2, 2, 1],
    );
    assert.deepEqual([again[0]?.quotaId, again[1]?.quotaId], used);
  });

  test(`${kind}: form 2 ends by itself at the edge of six months`, async () => {
    await using house = await openHouse(await url());
    await withCloud(house);
    const first = await house.trained("generic", "studio", "cloud");
    const acceptedMs = house.nowMs;
    const cloud = value(await house.studio.acceptance.accept(house.act("customer"), first.id));
    const second = await house.trained("generic", "studio", "client");
    const edgeMs = monthsLater(acceptedMs, 6, zone);
    await house.clock.advance(edgeMs - acceptedMs);
    const [expired] = await house.studio.quotas.list(house.act("customer"));
    assert.deepEqual([expired?.state, expired?.reusableUntilMs], ["expired", edgeMs]);
    refused(await house.studio.acceptance.accept(house.act("customer"), second.id), "NO_QUOTA");
    const justBefore = { ...house.act("customer"), nowMs: edgeMs - 1 };
    const again = value(await house.studio.acceptance.accept(justBefore, second.id));
    assert.deepEqual([again.form, again.quotaId], [2, cloud.quotaId]);
  });

  test(`${kind}: accepts at once of one task, and of two, use one quota once`, async () => {
    await using house = await openHouse(await url());
    const one = await house.trained("generic", "studio", "client");
    const two = await house.trained("generic", "studio", "client");
    await house.buy("avatar-generic-studio");
    const ids = [one.id, one.id, two.id, two.id];
    const outcomes = await Promise.all(
      ids.map((id) => house.studio.acceptance.accept(house.act("customer"), id)),
    );
    assert.equal(outcomes.filter((outcome) => "quotaId" in outcome).length, 1);
    assert.equal((await house.studio.catalogue.list(house.act("customer"))).length, 1);
    const [quota] = await house.studio.quotas.list(house.act("customer"));
    assert.deepEqual([quota?.state, quota?.uses.length], ["spent", 1]);
  });

  test(`${kind}: the tables themselves refuse a second use, whatever a program does`, async () => {
    await using house = await openHouse(await url());
    const { id } = await house.trained("generic", "studio", "client");
    const other = await house.trained("generic", "studio", "client");
    await house.buy("avatar-generic-studio");
    const { quotaId } = value(await house.studio.acceptance.accept(house.act("customer"), id));
    const insert = (form: number, task: string, target: string) =>
      house.database.query(`INSERT INTO quota_uses VALUES ($1, $2, $3, $4, 0, NULL, 'somebody')`, [
        quotaId,
        form,
        task,
        target,
      ]);
    await assert.rejects(insert(1, other.id, "client"), { code: "unique" });
    await assert.rejects(insert(2, id, "client"), { code: "unique" });
    await assert.rejects(insert(2, other.id, "cloud"), { code: "constraint" });
    const gone = house.database.query("DELETE FROM quota_uses");
    await assert.rejects(gone, { code: "append-only" });
    const undone = house.database.query("UPDATE quota_uses SET form = 2");
    await assert.rejects(undone, { code: "append-only" });
  });

  for (const quotas of [1, 7, 300]) {
    test(`${kind}: 1,000 accepts at once for ${quotas} quotas spend none twice`, async () => {
      const contention = await contendForQuotas(await url(), {
        ...{ accepts: 1_000, quotas, mixed: quotas !== 1 },
      });
      assert.equal(contention.doubleSpent, 0);
      // Each quota serves one acceptance, and a second one where the first was for the cloud.
      assert.equal(contention.granted, quotas + contention.grantedAgain);
      assert(contention.grantedAgain <= quotas);
    });
  }
}

test("acceptances agree with the rule as it is written, whatever happens before", async () => {
  const step: fc.Arbitrary<Step> = fc.record({
    do: fc.constantFrom("buy", "accept", "accept", "wait", "edge"),
    type: types,
    target: targets,
    days: fc.integer({ min: 1, max: 120 }),
    offMs: fc.constantFrom(-1, 0, 1),
  });
  const stories = fc.array(step, { minLength: 5, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      await using house = await openHouse("sqlite::memory:", zone);
      await house.buy("cloud-hours-100");
      const book = new QuotaBook(zone);
      for (const step of story) await play(house, book, step);
      const quotas = await house.studio.quotas.list(house.act("customer"), undefined, all);
      const states = Object.fromEntries(quotas.map(({ id, state }) => [id, state]));
      assert.deepEqual(states, book.states(house.nowMs));
    }),
    { numRuns: 60 },
  );
});

const dayMs = 24 * 3_600_000;
const all = { limit: 200 };

const types = fc.constantFrom<Type>("instant", "instant", "instant", "studio");
const targets = fc.constantFrom<Target>("client", "cloud");

interface Step {
  readonly do: "buy" | "accept" | "wait" | "edge";
  readonly type: Type;
  readonly target: Target;
  readonly days: number;
  /** Of `edge`: how far from the moment at which the next quota ends to be reusable. */
  readonly offMs: number;
}

async function play(house: House, book: QuotaBook, step: Step): Promise<void> {
  switch (step.do) {
    case "buy": {
      const order = await house.buy(`avatar-generic-${step.type}`);
      const bought = await house.studio.quotas.list(house.act("customer"), undefined, all);
      const quota = bought.find(({ orderId }) => orderId === order.id);
      return book.buy(quota?.id ?? "", step.type);
    }
    case "wait":
      return house.clock.advance(step.days * dayMs);
    case "edge": {
      const edgeMs = book.nextEdgeMs(house.nowMs);
      return house.clock.advance(Math.max((edgeMs ?? house.nowMs) + step.offMs - house.nowMs, 0));
    }
    case "accept":
      return accept(house, book, step);
  }
}

async function accept(house: House, book: QuotaBook, { type, target }: Step): Promise<void> {
  const due = book.due(type, target, house.nowMs);
  // For the cloud a quota must be there when it is submitted; that is another rule.
  if (target === "cloud" && !due) return;
  const { id } = await house.trained("generic", type, target);
  const outcome = await house.studio.acceptance.accept(house.act("customer"), id);
  if (!due) {
    refused(outcome, "NO_QUOTA");
    return;
  }
  const { form, quotaId } = value(outcome);
  assert.deepEqual({ id: quotaId, form }, due);
  book.use(quotaId, target, house.nowMs);
}

async function withCloud(house: House): Promise<void> {
  await house.buy("avatar-generic-studio");
  await house.buy("cloud-hours-100");
}
