import assert from "node:assert/strict";
import { test } from "node:test";
import { refuseArchives } from "../../scripts/bench/archives.ts";
import { tearContent } from "../../scripts/bench/content-torn.ts";
import { resume } from "../../scripts/bench/resume.ts";

test("a power cut at any moment of install and switch leaves the old or the new", async () => {
  const { cuts, ...trouble } = await tearContent(250);
  assert.equal(cuts, 250);
  assert.deepEqual(trouble, { unreadable: 0, neither: 0, stuck: 0 });
});

test("malicious archives as files: none is taken, none writes outside staging", () => {
  const { count, refused, wrong, outside } = refuseArchives();
  assert.ok(count >= 200);
  assert.deepEqual([refused, wrong, outside], [count, [], []]);
});

test("a download over a line that is cut, by processes that end, is right", async () => {
  const wish = { bytes: 3_000_000, cuts: 12, cutsPerStart: 4, seed: 3 };
  const { isRight, cuts, starts } = await resume(wish);
  assert.deepEqual([isRight, cuts, starts], [true, 12, 4]);
});
