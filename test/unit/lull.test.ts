import assert from "node:assert/strict";
import { test } from "node:test";
import { Lull } from "../../runtime/wiring/lull.ts";

test("work that would cut somebody off waits until nobody speaks, and holds the next", async () => {
  const lull = new Lull();
  lull.look(true);
  let began = false;
  const claim = lull.claim(false).then((held) => {
    began = true;
    return held;
  });
  assert(lull.claimed);
  lull.look(true);
  await Promise.resolve();
  assert(!began);
  lull.look(false);
  const held = await claim;
  assert(began && lull.claimed, "quiet while it works");
  held[Symbol.dispose]();
  held[Symbol.dispose]();
  assert(!lull.claimed);
});

test("work that is forced goes at once", async () => {
  const lull = new Lull();
  lull.look(true);
  using _held = await lull.claim(true);
  assert(lull.claimed);
});
