import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { systemAct } from "../../runtime/studio/act.ts";
import { RunningCloud } from "../../scripts/bench/cloud.ts";
import { openHouse, value } from "../support/studio.ts";
import { until } from "../support/until.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-cloud-"));
after(() => rmSync(folder, { recursive: true }));

test("hours are used by the second, also over a crash, and end the session at zero", async () => {
  await using house = await openHouse(`sqlite:${join(folder, "studio.sqlite")}`);
  const { accountId } = house.actors.customer;
  const { hours } = house.studio;
  await house.buy("cloud-hours-100");
  const act = systemAct(accountId, house.nowMs);
  const left = async () => value(await hours.balance(act, accountId)).leftSeconds;
  const daySeconds = 24 * 3600;
  for (let seq = 1; (await left()) > 12; seq++) {
    const seconds = Math.min((await left()) - 12, daySeconds);
    value(await hours.consume(act, { accountId, sessionId: "before", seq, seconds }));
  }
  const flags = ["--studio", folder, "--account", accountId, "--state", join(folder, "cloud")];

  const first = await RunningCloud.start(flags);
  await first.ask("POST", "/api/v1/sessions", { user: "ada" });
  await sleep(2_500);
  await first.kill();
  assert.equal(await left(), 12, "nothing was told yet");

  await using second = await RunningCloud.start(flags);
  const used = 12 - (await left());
  assert.ok(used >= 1 && used <= 4, `${used} s of a session that lived 2.5 s and a little`);
  const session = await second.session("ada");
  await until(() => session.closed !== undefined, "the end of the hours");
  const told = session.told.filter(({ event }) => event === "hours");
  assert.equal(told.at(-1)?.percent, 100);
  const { body } = await second.ask("GET", session.path);
  assert.deepEqual([body.state, body.reason], ["closed", "spent"]);
  await until(async () => (await left()) === 0, "the last seconds to be told");
  const refused = await second.ask("POST", "/api/v1/sessions", { user: "bob" });
  assert.equal(refused.status, 402);
});
