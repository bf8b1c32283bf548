import assert from "node:assert/strict";
import { test } from "node:test";
import { nameAvatar } from "../../../runtime/studio/task/avatar-id.ts";
import { type Place, steps, stepsFrom } from "../../../runtime/studio/task/steps.ts";
import type { Stage, Status } from "../../../runtime/studio/task/task.ts";

test("steps name stages and states that are there, and the end is the end", () => {
  for (const { from, to } of Object.values(steps)) {
    for (const place of [...from, to]) assert(places.has(place), place);
    assert(!from.some((place: string) => place.startsWith("END")));
  }
});

test("stepsFrom() gives each role what it may do", () => {
  const at = { stage: "CONFIRM", status: "waiting" } as const;
  assert.deepEqual(stepsFrom(at, "customer"), ["accept", "reject", "cancel"]);
  assert.deepEqual(stepsFrom(at, "delivery"), ["cancel"]);
  assert.deepEqual(stepsFrom({ stage: "END", status: "accepted" }, "administrator"), []);
});

test("nameAvatar() keeps what is Latin of a name, and tells twins apart", () => {
  assert.equal(nameAvatar("Zoë Müller!", "01KAVWH9ZZ0000000000000042"), "zoe-muller-00000042");
  assert.equal(nameAvatar("小雅", "01KAVWH9ZZ0000000000000042"), "avatar-00000042");
  assert.match(nameAvatar("n".repeat(64), "01KAVWH9ZZ0000000000000042"), /^[a-z0-9-]{1,64}$/);
});

const inStage: Readonly<Record<Stage, readonly Status[]>> = {
  SUBMIT: ["open", "checking", "refused"],
  AUDIT: ["waiting"],
  PROCESS: ["queued", "running", "failed"],
  TRAIN: ["running", "failed", "waiting"],
  CONFIRM: ["waiting"],
  END: ["accepted", "cancelled"],
};
const places: ReadonlySet<string> = new Set<Place>(
  (Object.keys(inStage) as Stage[]).flatMap((stage) =>
    inStage[stage].map((status): Place => `${stage} ${status}`),
  ),
);
