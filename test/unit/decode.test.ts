import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoder } from "../../runtime/mouth/decode.ts";
import { lateSteps } from "../../runtime/mouth/listener.ts";
import { type Viseme, visemes } from "../../runtime/mouth/viseme.ts";

test("Decoder follows chances that are clear, step for step", () => {
  const said: Viseme[] = [..."aaabbbccc"].map((letter) => byLetter[letter]!);
  assert.deepEqual(decode(said.map((viseme) => chances(viseme, 0.9))), said);
});

test("Decoder does not flicker when two shapes are as likely", () => {
  const rows = Array.from({ length: 40 }, (_, step) =>
    step % 2 === 0 ? chances("ih", 0.35, "E", 0.3) : chances("E", 0.35, "ih", 0.3),
  );
  assert.equal(new Set(decode(rows)).size, 1);
});

test("Decoder keeps a closure that lasts one step and is sure", () => {
  const rows = [..."aaaapaaaa"].map((letter) => chances(byLetter[letter]!, 0.97));
  assert.deepEqual(
    decode(rows).map((viseme) => viseme === "PP"),
    [..."aaaapaaaa"].map((letter) => letter === "p"),
  );
});

test("Decoder trusts the late answer where the early one was wrong", () => {
  const late = [..."aaaabbbbaaaa"].map((letter) => chances(byLetter[letter]!, 0.9));
  const early = late.map((row, step) => (step === 5 ? chances("SS", 0.8) : row));
  assert.deepEqual(decode(late, early), decode(late));
});

test("Decoder starts afresh after reset()", () => {
  const decoder = new Decoder();
  const row = chances("ou", 0.9);
  for (let step = 0; step < 10; step++) decoder.push(row, row, 0);
  decoder.reset();
  assert.equal(decoder.push(row, row, 0), undefined);
});

const byLetter: Readonly<Record<string, Viseme>> = { a: "aa", b: "DD", c: "ou", p: "PP" };

/** 15 chances: `share` for one viseme, `otherShare` for another, the rest for all alike. */
function chances(one: Viseme, share: number, other: Viseme = one, otherShare = 0): Float32Array {
  const row = new Float32Array(visemes.length).fill((1 - share - otherShare) / visemes.length);
  row[visemes.indexOf(one)]! += share;
  row[visemes.indexOf(other)]! += otherShare;
  return row;
}

/** The settled visemes of all steps; silence follows the last one. */
function decode(late: readonly Float32Array[], early = late): Viseme[] {
  const decoder = new Decoder();
  const silence = chances("sil", 0.9);
  const settled: Viseme[] = [];
  for (let step = 0; step < late.length + lateSteps; step++) {
    const viseme = decoder.push(early[step] ?? silence, late[step - lateSteps] ?? silence, 0);
    if (viseme) settled.push(viseme);
  }
  return settled;
}
