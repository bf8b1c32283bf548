import assert from "node:assert/strict";
import { onEveryDatabase } from "../../support/databases.ts";
import { refused, value } from "../../support/studio.ts";

const check = await onEveryDatabase();
const newcomer = { name: "Eve", passwordHash: "hash", language: "zh", role: "customer" } as const;

check("the studio is founded once", async (house) => {
  const first = { accountName: "Second", timeZone: "UTC", email: "x@x.example", name: "X" };
  const again = await house.studio.people.found({ ...first, passwordHash: "hash" }, house.nowMs);
  refused(again, "TAKEN");
});

check("only an administrator opens accounts and adds people", async (house) => {
  const { people } = house.studio;
  const { accountId } = house.actors.customer;
  const eve = { ...newcomer, accountId, email: "eve@firm.example" };
  refused(await people.add(house.act("customer"), eve), "FORBIDDEN");
  const account = { name: "New", timeZone: "Asia/Tokyo" };
  refused(await people.openAccount(house.act("delivery"), account), "FORBIDDEN");
  assert.equal(value(await people.add(house.act("administrator"), eve)).language, "zh");
  refused(await people.add(house.act("administrator"), { ...eve, accountId: "none" }), "UNKNOWN");
  const twin = { ...eve, email: " EVE@firm.example" };
  assert.equal(refused(await people.add(house.act("administrator"), twin), "TAKEN").path, "/email");
});

check("an account has a name of its own and a time zone that there is", async (house) => {
  const open = (name: string, timeZone: string) =>
    house.studio.people.openAccount(house.act("administrator"), { name, timeZone });
  assert.equal(refused(await open("New", "Berlin"), "INVALID").path, "/timeZone");
  assert.equal(refused(await open("Firm", "UTC"), "TAKEN").path, "/name");
});

check("a session is found by its token's hash until it ends", async (house) => {
  const { people, sessions } = house.studio;
  const { userId } = house.actors.customer;
  const session = { userId, csrf: "c", kind: "browser", expiresMs: house.nowMs + 1_000 } as const;
  for (const tokenHash of ["one", "two", "three"]) {
    await sessions.begin({ ...session, tokenHash }, house.nowMs);
  }
  const found = await sessions.of("one", house.nowMs);
  assert.deepEqual([found?.csrf, found?.person.id, found?.kind], ["c", userId, "browser"]);
  assert.equal(await sessions.of("four", house.nowMs), undefined);
  assert.equal(await sessions.of("one", house.nowMs + 1_000), undefined);
  await sessions.end("one");
  assert.equal(await sessions.of("one", house.nowMs), undefined);
  value(await people.setPassword(house.act("customer"), userId, "other hash"));
  assert.equal(await sessions.of("two", house.nowMs), undefined);
  assert.equal((await people.byEmail("Carl@Firm.example"))?.passwordHash, "other hash");
});

check("who is disabled is out at once and stays out", async (house) => {
  const { people, sessions } = house.studio;
  const { customer, administrator } = house.actors;
  const session = { userId: customer.userId, csrf: "c", kind: "api", tokenHash: "t" } as const;
  await sessions.begin({ ...session, expiresMs: house.nowMs + 1_000 }, house.nowMs);
  refused(await people.setDisabled(house.act("delivery"), customer.userId, true), "FORBIDDEN");
  const oneself = people.setDisabled(house.act("administrator"), administrator.userId, true);
  refused(await oneself, "FORBIDDEN");
  value(await people.setDisabled(house.act("administrator"), customer.userId, true));
  assert.equal(await sessions.of("t", house.nowMs), undefined);
  assert.equal(await people.byEmail("carl@firm.example"), undefined);
});

check("nobody changes others but an administrator", async (house) => {
  const { people } = house.studio;
  const { customer, delivery } = house.actors;
  refused(await people.setPassword(house.act("customer"), delivery.userId, "h"), "FORBIDDEN");
  refused(await people.setLanguage(house.act("delivery"), customer.userId, "zh"), "FORBIDDEN");
  const changed = await people.setLanguage(house.act("customer"), customer.userId, "zh");
  assert.equal(value(changed).language, "zh");
});

check("the audit log says who did what, to the account that it concerns", async (house) => {
  const { audit } = house.studio;
  const order = await house.buy("device-licence");
  const entries = await audit.list(house.act("customer"), { subject: order.id });
  assert.deepEqual(
    entries.map(({ action, by }) => [action, by]),
    [
      ["order.confirm", house.actors.administrator.userId],
      ["order.place", house.actors.customer.userId],
    ],
  );
  await audit.note(house.act("administrator"), "login.failed", "ada", { from: "::1" });
  const own = await audit.list(house.act("customer"));
  assert(!own.some(({ action }) => action === "login.failed"));
  const [failed] = await audit.list(house.act("administrator"), { subject: "ada" });
  assert.deepEqual(failed?.detail, { from: "::1" });
});

check("sessions that are over leave no rows", async (house) => {
  const { userId } = house.actors.customer;
  const session = { userId, csrf: "c", kind: "api", tokenHash: "t" } as const;
  await house.studio.sessions.begin({ ...session, expiresMs: house.nowMs + 5 }, house.nowMs);
  await house.studio.tend(house.nowMs + 6);
  assert.deepEqual(await house.database.query("SELECT token_hash FROM sessions"), []);
});
