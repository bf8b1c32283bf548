import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { contendForQuotas } from "../../../scripts/bench/quotas.ts";
import { monthsLater } from "../../support/calendar.ts";
import { freshUrls } from "../../support/databases.ts";
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

  test(`${kind}: two accepts at once of one task, and of two tasks, use one quota once`, async () => {
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
      const book = new Book();
      for (const step of story) await play(house, book, step);
      const states = (await house.studio.quotas.list(house.act("customer"), undefined, all)).map(
        ({ state }) => state,
      );
      assert.deepEqual(states.sort(), book.states(house.nowMs).sort());
    }),
    { numRuns: 60 },
  );
});

const dayMs = 24 * 3_600_000;
const all = { limit: 200 };

type Type = "instant" | "studio";
type Target = "client" | "cloud";

const types = fc.constantFrom<Type>("instant", "studio");
const targets = fc.constantFrom<Target>("client", "cloud");

interface Step {
  readonly do: "buy" | "accept" | "wait" | "edge";
  readonly type: Type;
  readonly target: Target;
  readonly days: number;
  /** Of `edge`: how far from the moment at which the next quota ends to be reusable. */
  readonly offMs: number;
}

/** The rule as the vendor's page has it, over a plain list: what is valid when, and what is used. */
class Book {
  readonly #quotas: { type: Type; uses: { target: Target; atMs: number }[] }[] = [];

  buy(type: Type): void {
    this.#quotas.push({ type, uses: [] });
  }

  /** The forms by which one of its quotas is valid now. */
  valid(type: Type, target: Target, nowMs: number): readonly number[] {
    const own = this.#quotas.filter((quota) => quota.type === type);
    const unused = own.some(({ uses }) => uses.length === 0);
    const reusable = target === "client" && own.some((quota) => reuses(quota, nowMs));
    return [...(reusable ? [2] : []), ...(unused ? [1] : [])];
  }

  use(type: Type, target: Target, form: number, nowMs: number): void {
    const fitting = this.#quotas
      .filter((quota) => quota.type === type)
      .filter((quota) => (form === 1 ? quota.uses.length === 0 : reuses(quota, nowMs)))
      .sort((a, b) => (a.uses[0]?.atMs ?? 0) - (b.uses[0]?.atMs ?? 0));
    fitting[0]?.uses.push({ target, atMs: nowMs });
  }

  /** When the next quota ends to be valid by form 2. */
  nextEdgeMs(nowMs: number): number | undefined {
    const open = this.#quotas.filter((quota) => reuses(quota, nowMs));
    const edges = open.map(({ uses }) => monthsLater(uses[0]?.atMs ?? 0, 6, zone));
    return edges.sort((a, b) => a - b)[0];
  }

  states(nowMs: number): string[] {
    return this.#quotas.map((quota) => {
      const [first, second] = quota.uses;
      if (!first) return "unused";
      if (second || first.target === "client") return "spent";
      return reuses(quota, nowMs) ? "reusable" : "expired";
    });
  }
}

function reuses({ uses }: { uses: readonly { target: Target; atMs: number }[] }, nowMs: number) {
  const [first, second] = uses;
  if (first?.target !== "cloud" || second) return false;
  return nowMs < monthsLater(first.atMs, 6, zone);
}

async function play(house: House, book: Book, step: Step): Promise<void> {
  switch (step.do) {
    case "buy":
      await house.buy(`avatar-generic-${step.type}`);
      return book.buy(step.type);
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

async function accept(house: House, book: Book, { type, target }: Step): Promise<void> {
  // For the cloud a quota must be there when it is submitted; that is another rule.
  if (target === "cloud" && !book.valid(type, target, house.nowMs).includes(1)) return;
  const { id } = await house.trained("generic", type, target);
  const valid = book.valid(type, target, house.nowMs);
  const outcome = await house.studio.acceptance.accept(house.act("customer"), id);
  if (valid.length === 0) {
    refused(outcome, "NO_QUOTA");
    return;
  }
  const { form } = value(outcome);
  assert.equal(form, valid[0]);
  book.use(type, target, form, house.nowMs);
}

async function withCloud(house: House): Promise<void> {
  await house.buy("avatar-generic-studio");
  await house.buy("cloud-hours-100");
}
