import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseConfig } from "../../config/config.ts";
import { tierNames } from "../../config/tiers.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { closedMouth } from "../../runtime/mouth/shape.ts";
import { circumstancesOf } from "../../runtime/tier/circumstances.ts";
import { isOn, keepVerdict, lastVerdict, settledTier } from "../../runtime/tier/kept.ts";
import { measure } from "../../runtime/tier/profile.ts";
import { type BoardMeasure, judge } from "../../runtime/tier/verdict.ts";
import { settleTier } from "../../runtime/wiring/judged.ts";

const steps = { fetch: 1, blend: 1, mouth: 1, present: 1 };
const board: BoardMeasure = {
  ...{ cores: 4, oneMbPerS: 4_000, sharedMbPerS: 2_000 },
  ...{ temperatureC: 50, frequencyShare: 1 },
};
const lists = { allow: [], deny: [] };
const costs = (...speakingMs: readonly number[]) =>
  speakingMs.map((ms, at) => ({
    ...{ tier: tierNames[at]!, idleMsP50: ms / 2, idleMsP95: ms / 2, steps },
    ...{ speakingMsP50: ms, speakingMsP95: ms * 1.2 },
  }));

test("judge() takes the highest tier that fits, and says what the next one needs", () => {
  const verdict = judge(costs(2, 5, 12, 30), board);
  assert.equal(verdict.tier, "720p");
  assert.equal(verdict.reserve, 0.7);
  assert.equal(verdict.next, "1080p needs a core 1.5 times as fast");
  assert.ok(verdict.reasons.some((reason) => /^1080p: .*30\.0 ms.*1\.5 times/.test(reason)));
});

test("judge() finds a board too weak for the lowest tier", () => {
  const verdict = judge(costs(25, 50, 100, 200), board);
  assert.equal(verdict.tier, null);
  assert.equal(verdict.reserve, 0);
  assert.match(verdict.next ?? "", /^360p needs a core/);
});

test("judge() leaves out what configuration keeps out or does not let in", () => {
  const cheap = costs(1, 2, 3, 4);
  assert.equal(judge(cheap, board, { ...lists, allow: ["360p", "540p"] }).tier, "540p");
  assert.equal(judge(cheap, board, { ...lists, deny: ["1080p"] }).tier, "720p");
  assert.match(judge(cheap, board, { ...lists, deny: ["1080p"] }).next ?? "", /left out/);
});

test("judge() never picks a tier over budget, nor one above a tier that is", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.1, max: 100, noNaN: true })), (speaking) => {
      const { tier, budgetMs } = judge(costs(...speaking.slice(0, 4)), board);
      const index = tier === null ? -1 : tierNames.indexOf(tier);
      for (const ms of speaking.slice(0, index + 1)) assert(ms <= budgetMs);
    }),
  );
});

test("judge() keeps an earlier verdict while costs waver around the budget", () => {
  for (const before of ["540p", "720p"] as const) {
    for (const ms of [18, 19, 20, 21, 22]) {
      assert.equal(judge(costs(2, 5, ms, 60), board, lists, before).tier, before);
    }
  }
  assert.equal(judge(costs(2, 5, 24, 60), board, lists, "720p").tier, "540p");
  assert.equal(judge(costs(2, 5, 16, 60), board, lists, "540p").tier, "720p");
});

test("judge() leaves a hot board more room", () => {
  assert.equal(judge(costs(2, 5, 18), board).tier, "720p");
  assert.equal(judge(costs(2, 5, 18), { ...board, temperatureC: 80 }).tier, "540p");
});

test("measure() tells idle and speaking frames apart", async () => {
  let nowMs = 0;
  const show = (_frame: number, mouth: unknown): void => {
    nowMs += mouth ? 3 : 1;
  };
  const cost = await measure(
    { tier: "360p", show },
    [closedMouth],
    { monotonicMs: () => nowMs },
    100,
  );
  const [idle, speaking] = [cost.idleMsP50, cost.speakingMsP95];
  assert.deepEqual([cost.tier, idle, speaking], ["360p", 1, 3]);
});

const processor = { model: "Cortex-A76", cores: 4, memoryMb: 7_900 };
const here = circumstancesOf(processor, Uint8Array.of(1), "1.0.0");

function keptNow() {
  return { on: here, atMs: 1, lists, verdict: judge(costs(2, 30), board) };
}

test("a kept verdict is found again, and no half of one", async () => {
  const disk = new MemoryDisk();
  assert.equal(await lastVerdict(disk), undefined);
  await keepVerdict(disk, keptNow());
  assert.deepEqual(await lastVerdict(disk), keptNow());
  const torn = await disk.read("tier.verdict");
  await disk.replace("tier.verdict", torn!.subarray(0, 100));
  assert.equal(await lastVerdict(disk), undefined);
});

test("a verdict is one on this board, package and program, and on no other", () => {
  const kept = keptNow();
  assert.ok(
    isOn(kept, circumstancesOf({ ...processor, memoryMb: 7_800 }, Uint8Array.of(1), "1.0.0")),
  );
  assert.ok(!isOn(kept, circumstancesOf({ ...processor, cores: 2 }, Uint8Array.of(1), "1.0.0")));
  assert.ok(!isOn(kept, circumstancesOf(processor, Uint8Array.of(2), "1.0.0")));
  assert.ok(!isOn(kept, circumstancesOf(processor, Uint8Array.of(1), "1.0.1")));
});

test("settledTier() is the wish, the verdict's, or the lowest", () => {
  assert.equal(settledTier("1080p", keptNow()), "1080p");
  assert.equal(settledTier("auto", keptNow()), "360p");
  assert.equal(settledTier("auto", { ...keptNow(), verdict: judge(costs(90), board) }), "360p");
  assert.equal(settledTier("auto", undefined), "720p");
});

test("settleTier() has the board judged once, and not while the tier is named", async () => {
  const disk = new MemoryDisk();
  let judged = 0;
  const judgeNow = async (): Promise<void> => {
    judged++;
    await keepVerdict(disk, keptNow());
  };
  const trace = new TraceRing();
  const court = { disk, trace, circumstances: async () => here, judge: judgeNow };
  const named = parseConfig({ avatar: { tier: "1080p" } }, "a test");
  const auto = parseConfig({ avatar: { tier: "auto" } }, "a test");
  assert.equal((await settleTier(named, court)).config.avatar.tier, "1080p");
  assert.equal(judged, 0);
  for (let start = 0; start < 3; start++) {
    assert.equal((await settleTier(auto, court)).config.avatar.tier, "360p");
  }
  assert.equal(judged, 1);
  const other = { ...here, board: "another" };
  await settleTier(auto, { ...court, circumstances: async () => other });
  assert.equal(judged, 2);
});

test("settleTier() shows something where judging fails, and says why", async () => {
  const trace = new TraceRing();
  const court = {
    ...{ disk: new MemoryDisk(), trace, circumstances: async () => here },
    judge: () => Promise.reject(new Error("no display")),
  };
  const { config, verdict } = await settleTier(
    parseConfig({ avatar: { tier: "auto" } }, "a test"),
    court,
  );
  assert.equal(config.avatar.tier, "720p");
  assert.equal(verdict, undefined);
  assert.ok(
    trace.recent().some(({ kind, reason }) => kind === "judging-failed" && reason === "no display"),
  );
});
