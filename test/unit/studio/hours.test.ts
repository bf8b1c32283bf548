import assert from "node:assert/strict";
import { systemAct } from "../../../runtime/studio/act.ts";
import { onEveryDatabase } from "../../support/databases.ts";
import { type House, refused, value } from "../../support/studio.ts";

const check = await onEveryDatabase();
const packageSeconds = 100 * 3600;

check("seconds are taken off what was bought, to the last one", async (house) => {
  await house.buy("cloud-hours-100");
  const most = packageSeconds - 5;
  for (let seq = 0; seq < 4; seq++) value(await use(house, seq, 86_400));
  const fifth = value(await use(house, 4, most - 4 * 86_400));
  assert.equal(fifth.balance.leftSeconds, 5);
  const last = value(await use(house, 5, 8));
  assert.equal(last.takenSeconds, 5);
  assert.deepEqual(last.balance, {
    grantedSeconds: packageSeconds,
    usedSeconds: packageSeconds,
    leftSeconds: 0,
  });
  assert.equal(value(await use(house, 6, 1)).takenSeconds, 0);
});

check("what a session tells twice is used once", async (house) => {
  await house.buy("cloud-hours-100");
  const first = value(await use(house, 1, 10));
  assert.deepEqual(value(await use(house, 1, 10)), first);
  refused(await use(house, 1, 11), "INVALID");
  assert.equal(value(await house.studio.hours.balance(house.act("customer"))).usedSeconds, 10);
});

check("sessions at once, each telling twice, use exactly what they told", async (house) => {
  await house.buy("cloud-hours-100");
  const told = Array.from({ length: 60 }, (_, index) => index % 30);
  await Promise.all(told.map((seq) => use(house, seq, 7)));
  assert.equal(value(await house.studio.hours.balance(house.act("customer"))).usedSeconds, 210);
});

check("only the studio meters, in whole seconds, and strangers see no balance", async (house) => {
  const { hours } = house.studio;
  const { accountId } = house.actors.customer;
  const part = { accountId, sessionId: "s", seq: 0, seconds: 1 };
  refused(await hours.consume(house.act("customer"), part), "FORBIDDEN");
  refused(await use(house, 0, 0.5), "INVALID");
  refused(await use(house, 0, -1), "INVALID");
  refused(await hours.balance(house.act("customer"), "other"), "UNKNOWN");
});

function use(house: House, seq: number, seconds: number) {
  const { accountId } = house.actors.customer;
  const part = { accountId, sessionId: "session", seq, seconds };
  return house.studio.hours.consume(systemAct(accountId, house.nowMs), part);
}
