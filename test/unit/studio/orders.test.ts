import assert from "node:assert/strict";
import { skus } from "../../../config/skus.ts";
import { onEveryDatabase } from "../../support/databases.ts";
import { type House, refused, rowCounts, value } from "../../support/studio.ts";

const check = await onEveryDatabase();

check("an order gives nothing until an administrator confirms it", async (house) => {
  const { orders, quotas } = house.studio;
  const lines = [{ sku: "avatar-exclusive-studio", count: 3 }];
  const order = value(await orders.place(house.act("customer"), { lines }));
  assert.equal(order.state, "placed");
  assert.deepEqual(await quotas.list(house.act("customer")), []);
  refused(await orders.confirm(house.act("customer"), order.id), "FORBIDDEN");
  refused(await orders.confirm(house.act("delivery"), order.id), "FORBIDDEN");
  const confirmed = value(await orders.confirm(house.act("administrator"), order.id));
  assert.equal(confirmed.state, "confirmed");
  assert.equal(confirmed.decidedBy, house.actors.administrator.userId);
  const given = await quotas.list(house.act("customer"));
  assert.equal(given.length, 3);
  assert(given.every((quota) => quota.state === "unused" && quota.orderId === order.id));
  assert(given.every(({ kind, type }) => kind === "exclusive" && type === "studio"));
});

check("an order is decided once", async (house) => {
  const { orders, quotas } = house.studio;
  const order = await house.buy("avatar-photo-instant");
  refused(await orders.confirm(house.act("administrator"), order.id), "WRONG_STEP");
  refused(await orders.cancel(house.act("customer"), order.id), "WRONG_STEP");
  assert.equal((await quotas.list(house.act("customer"))).length, 1);
});

check("two confirmations at once give once", async (house) => {
  const { orders, quotas } = house.studio;
  const lines = [{ sku: "avatar-photo-instant", count: 2 }];
  const { id } = value(await orders.place(house.act("customer"), { lines }));
  const both = [1, 2].map(() => orders.confirm(house.act("administrator"), id));
  const outcomes = await Promise.all(both);
  assert.equal(outcomes.filter((outcome) => "state" in outcome).length, 1);
  assert.equal((await quotas.list(house.act("customer"))).length, 2);
});

check("a refused or cancelled order gives nothing, and says why", async (house) => {
  const { orders, quotas } = house.studio;
  const lines = [{ sku: "avatar-photo-instant", count: 2 }];
  const one = value(await orders.place(house.act("customer"), { lines }));
  const two = value(await orders.place(house.act("customer"), { lines }));
  const no = value(await orders.refuse(house.act("administrator"), one.id, "No such firm"));
  assert.deepEqual([no.state, no.reason], ["refused", "No such firm"]);
  const gone = value(await orders.cancel(house.act("customer"), two.id));
  assert.equal(gone.state, "cancelled");
  assert.deepEqual(await quotas.list(house.act("customer")), []);
});

check("every article of the purchase page gives what it says", async (house) => {
  const { hours, licences, orders, quotas } = house.studio;
  for (const { sku, grant } of skus.filter((one) => one.grant.kind !== "renewal")) {
    await house.buy(sku, 2);
    if (grant.kind !== "quota") continue;
    const all = await quotas.list(house.act("customer"));
    const same = all.filter(({ kind, type }) => kind === grant.avatar && type === grant.type);
    assert.equal(same.length, 2, sku);
  }
  const balance = value(await hours.balance(house.act("customer")));
  assert.equal(balance.leftSeconds, 2 * 100 * 3600);
  const [pool] = await licences.pools(house.act("customer"));
  assert.equal(pool?.seats, 2);
  // By the calendar of Berlin, where this test began at one in the morning.
  assert.equal(pool.untilMs, Date.UTC(2027, 0, 1));
  const lines = [{ sku: "device-renewal", count: 1, poolId: pool.id }];
  const renewal = value(await orders.place(house.act("customer"), { lines }));
  value(await orders.confirm(house.act("administrator"), renewal.id));
  const [renewed] = await licences.pools(house.act("customer"));
  assert.equal(renewed?.untilMs, Date.UTC(2028, 0, 1));
});

check("what is wrong with an order is told by its place, and nothing is kept", async (house) => {
  const before = await rowCounts(house.database);
  const place = (line: { sku: string; count: number; poolId?: string }) =>
    house.studio.orders.place(house.act("customer"), { lines: [line] });
  const path = async (line: Parameters<typeof place>[0]) =>
    refused(await place(line), "INVALID").path;
  assert.equal(await path({ sku: "golden-avatar", count: 1 }), "/lines/0/sku");
  assert.equal(await path({ sku: "device-licence", count: 0 }), "/lines/0/count");
  assert.equal(await path({ sku: "device-licence", count: 1.5 }), "/lines/0/count");
  assert.equal(await path({ sku: "device-renewal", count: 1 }), "/lines/0/poolId");
  refused(await place({ sku: "device-renewal", count: 1, poolId: "none" }), "UNKNOWN");
  const lines = [{ sku: "device-licence", count: 1 }];
  const nobody = { lines, accountId: "nobody" };
  refused(await house.studio.orders.place(house.act("delivery"), nobody), "UNKNOWN");
  assert.deepEqual(await rowCounts(house.database), before);
});

check("a customer neither sees nor touches what belongs to another", async (house) => {
  const { orders, people } = house.studio;
  const order = await house.buy("avatar-photo-instant");
  const stranger = await otherCustomer(house);
  assert.deepEqual(await orders.list(stranger), []);
  refused(await orders.get(stranger, order.id), "UNKNOWN");
  refused(await orders.cancel(stranger, order.id), "UNKNOWN");
  assert.equal((await people.accounts(stranger)).length, 1);
  const all = await orders.list(house.act("administrator"));
  assert.deepEqual(
    all.map(({ id }) => id),
    [order.id],
  );
});

check("the hook hears of a confirmed order, again until it has taken it", async (house) => {
  const { orders } = house.studio;
  const lines = [{ sku: "device-licence", count: 1 }];
  const bad = { lines, note: "hook fails" };
  const failing = value(await orders.place(house.act("customer"), bad));
  const good = await house.buy("device-licence");
  value(await orders.confirm(house.act("administrator"), failing.id));
  await house.studio.tend(house.nowMs);
  assert.deepEqual(
    house.hooked.map(({ id }) => id),
    [good.id],
  );
  assert.equal(house.trace.count("studio.hook-failed"), 1);
  await house.studio.tend(house.nowMs);
  assert.equal(house.trace.count("studio.hook-failed"), 1);
  for (let round = 0; round < 10; round++) {
    await house.clock.advance(600_000);
    await house.studio.tend(house.nowMs);
  }
  assert.equal(house.trace.count("studio.hook-failed"), 5);
  const [dead] = await house.studio.queue.list(house.act("administrator"), { state: "dead" });
  assert.equal(dead?.subject, failing.id);
  assert.match(dead.error, /nobody listens/);
});

check("lists come in pieces, newest first", async (house) => {
  const { orders } = house.studio;
  const ids: string[] = [];
  for (let index = 0; index < 5; index++) {
    await house.clock.advance(10);
    ids.unshift((await house.buy("device-licence")).id);
  }
  const first = await orders.list(house.act("customer"), {}, { limit: 2 });
  const next = await orders.list(
    house.act("customer"),
    {},
    { limit: 2, before: first[1]?.id ?? "" },
  );
  assert.deepEqual(
    [...first, ...next].map(({ id }) => id),
    ids.slice(0, 4),
  );
});

check("the ledgers take new rows only", async (house) => {
  await house.buy("avatar-photo-instant");
  const changes = ["DELETE FROM quotas", "UPDATE quotas SET kind = 'generic'", "DELETE FROM audit"];
  for (const change of changes) {
    await assert.rejects(house.database.query(change), { code: "append-only" }, change);
  }
});

async function otherCustomer(house: House) {
  const { people } = house.studio;
  const by = house.act("administrator");
  const account = value(await people.openAccount(by, { name: "Other", timeZone: "Asia/Tokyo" }));
  const eve = { accountId: account.id, email: "eve@other.example", name: "Eve" };
  const role = "customer";
  const added = await people.add(by, { ...eve, role, passwordHash: "hash", language: "en" });
  const { id: userId, accountId } = value(added);
  return { actor: { userId, role, accountId }, nowMs: house.nowMs } as const;
}
