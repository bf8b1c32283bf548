import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { tierNames } from "../../config/tiers.ts";
import { closedMouth } from "../../runtime/mouth/shape.ts";
import { measure } from "../../runtime/tier/profile.ts";
import { judge } from "../../runtime/tier/verdict.ts";

const costs = (...speakingMs: readonly number[]) =>
  speakingMs.map((ms, at) => ({ tier: tierNames[at]!, idleMsP95: ms / 2, speakingMsP95: ms }));

test("judge() takes the highest tier that fits, and says what the next one needs", () => {
  const verdict = judge(costs(2, 5, 12, 30));
  assert.equal(verdict.tier, "720p");
  assert.match(verdict.reasons.at(-1) ?? "", /^1080p: .*30\.0 ms.*1\.5 times as fast/);
});

test("judge() finds a board too weak for the lowest tier", () => {
  const verdict = judge(costs(25, 50, 100, 200));
  assert.equal(verdict.tier, null);
  assert.equal(verdict.reasons.length, 1);
});

test("judge() leaves out what configuration does not allow", () => {
  assert.equal(judge(costs(1, 2, 3, 4), ["360p", "540p"]).tier, "540p");
});

test("judge() never picks a tier over budget, nor one above a tier that is", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.1, max: 100, noNaN: true })), (speaking) => {
      const { tier, budgetMs } = judge(costs(...speaking.slice(0, 4)));
      const index = tier === null ? -1 : tierNames.indexOf(tier);
      for (const ms of speaking.slice(0, index + 1)) assert(ms <= budgetMs);
    }),
  );
});

test("measure() tells idle and speaking frames apart", () => {
  let nowMs = 0;
  const show = (_frame: number, mouth: unknown): void => {
    nowMs += mouth ? 3 : 1;
  };
  const cost = measure({ tier: "360p", show }, [closedMouth], { monotonicMs: () => nowMs }, 100);
  assert.deepEqual(cost, { tier: "360p", idleMsP95: 1, speakingMsP95: 3 });
});
