import assert from "node:assert/strict";
import { targetOf } from "../../../runtime/studio/catalogue/assignments.ts";
import { onEveryDatabase } from "../../support/databases.ts";
import { type House, refused, value } from "../../support/studio.ts";

const check = await onEveryDatabase();
const release = {
  version: "1.0.0",
  sha256: "a".repeat(64),
  files: [{ name: "720p.tier", tier: "720p", bytes: 9, sha256: "b".repeat(64) }],
} as const;

check("an accepted avatar is published, and then for devices to fetch", async (house) => {
  const id = await accepted(house);
  const lobby = { avatarId: id, kind: "device", name: "lobby" } as const;
  refused(await house.studio.assignments.assign(house.act("customer"), lobby), "UNKNOWN");
  const avatar = await publish(house);
  assert.deepEqual(avatar.release, { ...release, publishedMs: house.nowMs });
  assert.deepEqual(value(await house.studio.catalogue.get(house.act("customer"), id)), avatar);
  assert.equal(
    (await house.studio.catalogue.list(house.act("customer"), { target: "cloud" })).length,
    0,
  );
});

check("an assignment is written by a worker, who sees all of that device", async (house) => {
  const { assignments } = house.studio;
  const avatarId = await accepted(house);
  await publish(house);
  const lobby = { avatarId, kind: "device", name: "lobby" } as const;
  const assigned = value(await assignments.assign(house.act("customer"), lobby));
  assert.equal(assigned.writtenMs, null);
  const work = await house.claim("assign");
  assert.deepEqual(targetOf(work), { kind: "device", name: "lobby" });
  const given = await assignments.of(work);
  assert.deepEqual(
    given.map((one) => one.avatarId),
    [avatarId],
  );
  value(await assignments.written(work, given, house.nowMs));
  refused(await assignments.written(work, given, house.nowMs), "LEASE_LOST");
  const [written] = await assignments.list(house.act("customer"), { name: "lobby" });
  assert.equal(written?.writtenMs, house.nowMs);
  value(await assignments.unassign(house.act("customer"), assigned.id));
  assert.deepEqual(await assignments.of(await house.claim("assign")), []);
});

check(
  "assigning it again changes nothing; bad names and others' devices are refused",
  async (house) => {
    const { assignments, people } = house.studio;
    const avatarId = await accepted(house);
    await publish(house);
    const lobby = { avatarId, kind: "device", name: "lobby" } as const;
    const one = value(await assignments.assign(house.act("customer"), lobby));
    const two = value(await assignments.assign(house.act("customer"), lobby));
    assert.equal(two.id, one.id);
    const bad = { ...lobby, name: "lobby/+" };
    refused(await assignments.assign(house.act("customer"), bad), "INVALID");
    const by = house.act("administrator");
    const other = value(await people.openAccount(by, { name: "Other", timeZone: "UTC" }));
    const stranger = {
      actor: { ...house.actors.customer, accountId: other.id },
      nowMs: house.nowMs,
    };
    refused(await assignments.assign(stranger, lobby), "UNKNOWN");
    refused(await assignments.unassign(stranger, one.id), "UNKNOWN");
    assert.deepEqual(await assignments.list(stranger), []);
  },
);

check("cloud rendering of an accepted avatar needs hours only", async (house) => {
  const { acceptance, scenario } = house.studio;
  await house.buy("avatar-generic-instant");
  await house.buy("cloud-hours-100");
  const { id } = await house.trained("generic", "instant", "cloud");
  const { avatar } = value(await acceptance.accept(house.act("customer"), id));
  assert.deepEqual(await scenario.cloud(house.act("customer"), { avatarId: avatar.id }), []);
  const [none] = await scenario.cloud(house.act("customer"), { avatarId: "other" });
  assert.equal(none?.what, "quota");
  const [quota] = await scenario.cloud(house.act("customer"), { kind: "generic", type: "instant" });
  assert.equal(quota?.what, "quota");
});

async function accepted(house: House): Promise<string> {
  await house.buy("avatar-generic-instant");
  const { id } = await house.trained("generic", "instant", "client");
  return value(await house.studio.acceptance.accept(house.act("customer"), id)).avatar.id;
}

async function publish(house: House) {
  const work = await house.claim("publish");
  return value(await house.studio.catalogue.published(work, release, house.nowMs));
}
