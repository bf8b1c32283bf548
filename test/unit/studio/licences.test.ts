import assert from "node:assert/strict";
import { grant, type Shelf } from "../../../runtime/studio/licence/grant.ts";
import { onEveryDatabase } from "../../support/databases.ts";
import { type House, refused, value } from "../../support/studio.ts";

const check = await onEveryDatabase();

check("a device takes a seat by the pool's code, and keeps it", async (house) => {
  const { licences } = house.studio;
  await house.buy("device-licence", 2);
  const [pool] = await licences.pools(house.act("customer"));
  assert.match(pool?.code ?? "", /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
  assert("lease" in (await activate(house, pool?.code ?? "", 1)));
  assert("lease" in (await activate(house, pool?.code ?? "", 1, 2)));
  const seats = value(await licences.seats(house.act("customer"), pool?.id ?? ""));
  assert.deepEqual(
    seats.map(({ deviceKey, nonce }) => [deviceKey, nonce]),
    [[keyOf(1), 2]],
  );
  assert.equal((await licences.pools(house.act("customer")))[0]?.seatsTaken, 1);
});

check("never more seats are taken than there are, however many ask at once", async (house) => {
  const { licences } = house.studio;
  await house.buy("device-licence", 5);
  const [pool] = await licences.pools(house.act("customer"));
  const asks = Array.from({ length: 25 }, (_, index) => activate(house, pool?.code ?? "", index));
  const outcomes = await Promise.all(asks);
  assert.equal(outcomes.filter((outcome) => "lease" in outcome).length, 5);
  const refusals = outcomes.filter((outcome) => "code" in outcome);
  assert(refusals.every(({ code }) => code === "NO_SEAT"));
  assert.equal((await licences.pools(house.act("customer")))[0]?.seatsTaken, 5);
});

check("a new code takes the place of the old one; a renewal goes by the pool", async (house) => {
  const { licences } = house.studio;
  await house.buy("device-licence");
  const [pool] = await licences.pools(house.act("customer"));
  const old = pool?.code ?? "";
  const { code, id } = value(await licences.newCode(house.act("customer"), pool?.id ?? ""));
  assert.notEqual(code, old);
  assert.equal(codeOf(await activate(house, old, 1)), "WRONG_CODE");
  assert("lease" in (await activate(house, code, 1)));
  const renewed = await licences.settle({ pool: id }, decide(house, 1, 2));
  assert("lease" in renewed);
});

check("a released seat is not given again to its device", async (house) => {
  const { licences } = house.studio;
  await house.buy("device-licence");
  const [pool] = await licences.pools(house.act("customer"));
  const { code = "", id = "" } = pool ?? {};
  await activate(house, code, 1);
  refused(await licences.releaseSeat(house.act("customer"), id, keyOf(2)), "UNKNOWN");
  assert.equal(await licences.releaseSeat(house.act("customer"), id, keyOf(1)), true);
  assert.equal(codeOf(await activate(house, code, 1, 2)), "RELEASED");
});

check("a pool may be for one application alone", async (house) => {
  const { licences } = house.studio;
  await house.buy("device-licence");
  const [pool] = await licences.pools(house.act("customer"));
  const { code = "", id = "" } = pool ?? {};
  refused(await licences.setApplication(house.act("customer"), id, "A b"), "INVALID");
  const tied = value(await licences.setApplication(house.act("customer"), id, "museum"));
  assert.equal(tied.application, "museum");
  assert.equal(codeOf(await activate(house, code, 1)), "OTHER_APPLICATION");
  value(await licences.setApplication(house.act("customer"), id, null));
  assert("lease" in (await activate(house, code, 1)));
});

check("test licences are for ten devices and thirty days", async (house) => {
  const { licences } = house.studio;
  const { accountId } = house.actors.customer;
  refused(await licences.grantTest(house.act("customer"), accountId), "FORBIDDEN");
  value(await licences.grantTest(house.act("administrator"), accountId));
  const [pool] = await licences.pools(house.act("customer"));
  assert.deepEqual([pool?.kind, pool?.seats], ["test", 10]);
  assert.equal(pool?.untilMs, house.nowMs + 30 * 24 * 3_600_000);
});

check("a stranger finds no pool", async (house) => {
  const { licences } = house.studio;
  await house.buy("device-licence");
  const [pool] = await licences.pools(house.act("customer"));
  const stranger = { actor: { ...house.actors.customer, accountId: "other" }, nowMs: house.nowMs };
  assert.deepEqual(await licences.pools(stranger), []);
  refused(await licences.newCode(stranger, pool?.id ?? ""), "UNKNOWN");
  refused(await licences.seats(stranger, pool?.id ?? ""), "UNKNOWN");
});

function activate(house: House, code: string, device: number, nonce = 1) {
  return house.studio.licences.settle({ activation: code }, decide(house, device, nonce));
}

/** What LICENCE's desk decides for a device's request. */
function decide(house: House, device: number, nonce: number) {
  const request = {
    ...{ device: keyOf(device), name: `device-${device}`, application: null, nonce },
    ...{ atMs: null, code: null, pool: null, format: "frontdesk-licence-request", version: 1 },
  } as unknown as Parameters<typeof grant>[1];
  const wrong = { code: "WRONG_CODE", message: "Cannot give a licence" } as const;
  return (shelf: Shelf | undefined) =>
    shelf ? grant(shelf, request, house.nowMs, `lease-${device}-${nonce}`) : wrong;
}

function keyOf(device: number): string {
  return `${"A".repeat(40)}${String(device).padStart(3, "0")}=`;
}

function codeOf(outcome: object): unknown {
  return "code" in outcome ? outcome.code : undefined;
}
