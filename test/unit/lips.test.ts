import assert from "node:assert/strict";
import { test } from "node:test";
import { closedMouth, type MouthShape, visemeIndex } from "../../runtime/mouth/shape.ts";
import { type Viseme, visemes } from "../../runtime/mouth/viseme.ts";
import { chooseLips, closed, lipTable } from "../../runtime/stage/lips.ts";

const patches = [
  { name: "PP", amount: 1, opening: 0.1 },
  { name: "aa", amount: 1, opening: 1 },
  { name: "aa", amount: 0.333, opening: 0.35 },
  { name: "aa", amount: 0.667, opening: 0.6 },
  { name: "E", amount: 0.333, opening: 0.2 },
  { name: "E", amount: 1, opening: 0.7 },
  { name: "SS", amount: 0.333, opening: 0.05 },
  { name: "SS", amount: 1, opening: 0.12 },
  { name: "unit-17", amount: 1, opening: 0.3 },
];
const table = lipTable(patches);

test("chooseLips() draws no patch in silence", () => {
  assert.equal(chooseLips(table, undefined), closed);
  assert.equal(chooseLips(table, closedMouth), closed);
});

test("chooseLips() opens a vowel as far as the jaw is open", () => {
  const amounts = [0.1, 0.3, 0.7, 0.9].map((opening) => {
    const patch = patches[chooseLips(table, shape({ aa: 1 }, opening))];
    return patch?.amount ?? 0;
  });
  assert.deepEqual(amounts, [0, 0.333, 0.667, 1]);
});

test("chooseLips() measures an opening against the shape's own", () => {
  assert.deepEqual(patches[chooseLips(table, shape({ E: 1 }, 0.7))], patches[5]);
  assert.deepEqual(patches[chooseLips(table, shape({ E: 0.6, aa: 0.4 }, 0.9))], patches[5]);
});

test("chooseLips() closes the lips of p b m although the jaw is not open", () => {
  assert.equal(chooseLips(table, shape({ PP: 0.9, aa: 0.1 }, 0.02)), 0);
});

test("chooseLips() makes a lip shape as far as it stands out from silence", () => {
  assert.deepEqual(patches[chooseLips(table, shape({ SS: 0.3, sil: 0.7 }, 0.1))], patches[6]);
  assert.deepEqual(patches[chooseLips(table, shape({ SS: 0.9, sil: 0.1 }, 0.1))], patches[7]);
  assert.equal(chooseLips(table, shape({ SS: 0.05, sil: 0.95 }, 0.1)), closed);
});

test("chooseLips() keeps the mouth closed for a viseme that the package lacks", () => {
  assert.equal(chooseLips(table, shape({ TH: 1 }, 0.5)), closed);
});

function shape(parts: Partial<Record<Viseme, number>>, opening: number): MouthShape {
  const weights = new Float32Array(visemes.length);
  for (const [viseme, weight] of Object.entries(parts)) {
    weights[visemeIndex[viseme as Viseme]] = weight;
  }
  return { weights, opening };
}
