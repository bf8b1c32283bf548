import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { LocalVault } from "../../drivers/vault/local.ts";
import { checkRepository } from "../../runtime/studio/repo/check.ts";
import { knownPlace } from "../../scripts/studio/place.ts";
import { Shop } from "../../scripts/studio/work/shop.ts";
import { sweepWork } from "../../scripts/studio/work/sweep.ts";
import { openHouse, value } from "../support/studio.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-shop-"));
after(() => rmSync(folder, { recursive: true }));

const dayMs = 24 * 3600_000;

test("workers that begin at once make one repository, with keys for its owner alone", async () => {
  const shops = [1, 2].map(() => new Shop(join(folder, "served"), [join(folder, "keys")]));
  await Promise.all(shops.map((shop) => shop.found(Date.now())));
  const report = await checkRepository(knownPlace(join(folder, "served")), Date.now());
  assert.deepEqual(report.faults, []);
  assert.equal(statSync(join(folder, "keys/targets.pem")).mode & 0o777, 0o600);
});

test("the timestamp is signed anew once a day", async () => {
  const shop = new Shop(join(folder, "served"), [join(folder, "keys")]);
  const file = join(folder, "served/metadata/timestamp.json");
  const version = (): number => JSON.parse(readFileSync(file, "utf8")).signed.version;
  const before = version();
  await shop.renew(Date.now());
  assert.equal(version(), before);
  const yesterday = (Date.now() - dayMs - 1_000) / 1_000;
  utimesSync(file, yesterday, yesterday);
  await shop.renew(Date.now());
  assert.equal(version(), before + 1);
});

test("what is left of a build goes when its task has ended", async () => {
  await using house = await openHouse("sqlite::memory:");
  const { studio } = house;
  const [ended, open] = [
    await house.submit("generic", "instant", "client"),
    await house.submit("generic", "instant", "client"),
  ];
  const workFolder = join(folder, "work");
  const vault = new LocalVault(join(folder, "files"));
  const places = { workFolder, buildsFolder: join(folder, "builds"), vault, threads: 1 };
  const bench = { studio, nowMs: () => house.nowMs, licence: "CC0-1.0", ...places };
  assert.deepEqual(await sweepWork(bench), [], "there may be none");
  for (const { id } of [ended, open])
    mkdirSync(join(workFolder, id, "frames"), { recursive: true });
  value(await studio.tasks.cancel(house.act("customer"), ended.id));
  assert.deepEqual(await sweepWork(bench), [ended.id]);
  assert.deepEqual(
    [ended, open].map(({ id }) => existsSync(join(workFolder, id))),
    [false, true],
  );
});
