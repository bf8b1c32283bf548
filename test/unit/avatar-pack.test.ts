import assert from "node:assert/strict";
import { test } from "node:test";
import { packedTier } from "./packed-tier.ts";
import { tierOf } from "./tier-file.ts";

const file = await packedTier();

test("packTier() writes clips that readTier() reads", () => {
  const { idle, actions } = tierOf(file);
  assert.equal(idle.count, 2);
  const nod = actions.get("nod");
  assert.ok(nod);
  assert.equal(nod.count, 3);
  assert.deepEqual(
    [nod.enter, nod.leave, nod.hold],
    [
      [0, 1.5],
      [0.5, 2],
      [1, 2],
    ],
  );
  assert.equal(nod.frames.kind, "tiles");
});

test("packTier() gives the same bytes for the same pixels", async () => {
  assert.deepEqual(await packedTier(), file);
});
