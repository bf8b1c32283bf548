import assert from "node:assert/strict";
import { test } from "node:test";
import type { Board } from "../../drivers/board/board.ts";

/** What every board keeps to. */
export function boardContract(name: string, board: Board): void {
  test(`${name} tells of each folder it was asked about, in that order`, async () => {
    const folders = ["/var/lib/frontdesk", "/nowhere/at/all"];
    const facts = await board.facts(folders);
    assert.deepEqual(
      facts.storage.map(({ folder }) => folder),
      folders,
    );
  });

  test(`${name} says why it could not read something`, async () => {
    const facts = await board.facts([]);
    for (const { what, reason } of facts.unread) assert.ok(what !== "" && reason !== "");
    if (facts.service === undefined) assert.ok(facts.unread.some(({ what }) => what === "service"));
  });

  test(`${name} tells its strain at once, in shares and degrees`, () => {
    const { temperatureC, frequencyShare, availableShare } = board.strain();
    for (const share of [frequencyShare, availableShare]) {
      assert.ok(share === undefined || (share >= 0 && share <= 1), `${share}`);
    }
    assert.ok(temperatureC === undefined || (temperatureC > -60 && temperatureC < 150));
  });

  test(`${name} gives facts that a report can hold`, async () => {
    const facts = await board.facts(["/"]);
    assert.ok(facts.cores >= 1);
    assert.deepEqual(JSON.parse(JSON.stringify(facts)).graphics, plain(facts.graphics));
  });
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
