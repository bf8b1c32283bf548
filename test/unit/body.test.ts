import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Act, Body, type Posture } from "../../runtime/stage/body.ts";

const loop = 100;
/** Of the idle loop: frame 40 is the one that `wave` begins and ends like. */
const near = (best: number) => Array.from({ length: loop }, (_, at) => Math.abs(at - best) / 2);

function act(name: string, more: Partial<Act> = {}): Act {
  return { name, count: 10, enter: near(40), leave: near(70), hold: undefined, ...more };
}

function body(...acts: readonly Act[]): Body<Act> {
  return new Body(loop, new Map(acts.map((one) => [one.name, one])));
}

/** The postures of frames `from` up to `until`. */
function run(of: Body<Act>, from: number, until: number, isTalking = false): Posture[] {
  return Array.from({ length: until - from }, (_, at) => of.at(from + at, isTalking));
}

const brief = ({ action, frame, isJump }: Posture) =>
  `${action?.name ?? "idle"} ${frame}${isJump ? " jump" : ""}`;

test("without actions the idle loop goes round", () => {
  const postures = run(body(), 95, 105).map(brief);
  assert.deepEqual(postures.slice(3, 7), ["idle 98", "idle 99", "idle 0", "idle 1"]);
});

test("an action begins at the frame most like its first, and leaves to the most like", () => {
  const one = body(act("wave"));
  run(one, 0, 33);
  assert.equal(one.act("wave", 33), true);
  const postures = run(one, 33, 55).map(brief);
  assert.deepEqual(postures.slice(0, 9), [
    ...["idle 33", "idle 34", "idle 35", "idle 36", "idle 37", "idle 38", "idle 39"],
    ...["wave 0", "wave 1"],
  ]);
  assert.deepEqual(postures.slice(16, 20), ["wave 9", "idle 70", "idle 71", "idle 72"]);
});

test("an action that nothing leads to begins within half a second, and is faded over", () => {
  const one = body(act("wave", { enter: near(90) }));
  run(one, 0, 10);
  one.act("wave", 10);
  const postures = run(one, 10, 30).map(brief);
  const begins = postures.findIndex((posture) => posture.startsWith("wave 0"));
  assert.ok(begins < 12, `after ${begins} frames`);
  assert.equal(postures[begins], "wave 0 jump");
});

test("an action that tells no distances begins at once", () => {
  const one = body(act("wave", { enter: [], leave: [] }));
  run(one, 0, 5);
  one.act("wave", 5);
  assert.deepEqual(run(one, 5, 17).map(brief).slice(0, 2), ["wave 0", "wave 1"]);
  assert.equal(one.act("dance", 20), false);
});

test("a pose is held until it is released, then goes to its end", () => {
  const one = body(act("listening", { hold: [3, 5], enter: [], leave: [] }));
  one.act("listening", 0, true);
  const held = run(one, 0, 30).map(brief);
  assert.deepEqual(held.slice(3, 10), [
    ...["listening 3", "listening 4", "listening 5", "listening 3", "listening 4", "listening 5"],
    "listening 3",
  ]);
  one.release();
  const after = run(one, 30, 50).map(brief);
  assert.ok(after.includes("listening 9") && after.at(-1)?.startsWith("idle"));
});

test("an action asked for during another one follows it, and is faded over", () => {
  const one = body(act("wave", { enter: [] }), act("nod", { enter: [] }));
  one.act("wave", 0);
  run(one, 0, 4);
  one.act("nod", 4);
  const postures = run(one, 4, 20).map(brief);
  assert.equal(postures[postures.indexOf("wave 9") + 1], "nod 0 jump");
});

test("blinks and variants come by chance, variants never while somebody talks", () => {
  const blink = act("blink", { enter: [], leave: [], count: 4 });
  const look = act("idle-look", { enter: [], leave: [], count: 50 });
  const begun = (postures: readonly Posture[], name: string) =>
    postures.filter(({ action, frame }) => action?.name === name && frame === 0).length;
  const quiet = run(body(blink, look), 0, 25 * 600);
  const blinks = begun(quiet, "blink");
  assert.ok(blinks > 80 && blinks < 250, `${blinks} blinks in ten minutes`);
  assert.ok(begun(quiet, "idle-look") >= 8);
  const talking = run(body(blink, look), 0, 25 * 600, true);
  assert.equal(begun(talking, "idle-look"), 0);
  assert.deepEqual(run(body(blink, look), 0, 5_000).map(brief), quiet.slice(0, 5_000).map(brief));
});

test("whatever is asked for and when: every frame is one of a clip, and none jumps unfaded", () => {
  const acts = [
    act("wave"),
    act("nod", { enter: near(10), hold: [2, 4] }),
    act("blink", { count: 3 }),
  ];
  const asking = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom("wave", "nod", "pose", "release")),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(asking, (wishes) => {
      const one = body(...acts);
      let at = 0;
      let before: Posture | undefined;
      for (const [frames, wish] of wishes) {
        if (wish === "release") one.release();
        else if (wish === "pose") one.act("nod", at, true);
        else one.act(wish, at);
        for (let frame = 0; frame < frames; frame++, at++) {
          const posture = one.at(at, false);
          assert.ok(posture.frame >= 0 && posture.frame < (posture.action?.count ?? loop));
          if (before && !posture.isJump) assert.ok(isNext(before, posture), brief(posture));
          before = posture;
        }
      }
    }),
  );
});

/** The next frame of a clip, a held one's first, or a change that is not seen. */
function isNext(before: Posture, now: Posture): boolean {
  if (before.action !== now.action) {
    if (now.action) return (now.action.enter[(before.frame + 1) % loop] ?? 0) <= 2;
    return (before.action?.leave[now.frame] ?? 0) <= 2;
  }
  if (!now.action) return now.frame === (before.frame + 1) % loop;
  return now.frame === before.frame + 1 || now.frame === now.action.hold?.[0];
}
