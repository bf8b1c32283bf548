import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Clip, type Score, type Segments, score } from "../../scripts/bench/score.ts";

/** Made-up clips and answers, with the numbers that the benchmark's `score.py` gives for them. */
const sample = JSON.parse(
  readFileSync(new URL("../golden/score-sample.json", import.meta.url), "utf8"),
) as {
  readonly truth: Record<string, Clip>;
  readonly cases: readonly {
    readonly name: string;
    readonly said: Record<string, Segments>;
    readonly expected: Partial<Record<keyof Score, number>>;
  }[];
};

for (const { name, said, expected } of sample.cases) {
  test(`score() gives the numbers of score.py for ${name}`, () => {
    const numbers = score(new Map(Object.entries(sample.truth)), new Map(Object.entries(said)));
    for (const [key, value] of Object.entries(expected)) {
      const measured = numbers[key as keyof Score];
      assert(Math.abs((measured ?? Number.NaN) - value) < 1e-9, `${key}: ${measured} is ${value}`);
    }
    assert.equal(numbers.acc15 === undefined, expected.acc15 === undefined);
  });
}

test("score() of the truth itself is perfect", () => {
  const clips = new Map(Object.entries(sample.truth));
  const numbers = score(clips, new Map([...clips].map(([id, { segments }]) => [id, segments])));
  assert.deepEqual(
    [numbers.acc15, numbers.coarse5, numbers.closureF1, numbers.onsetMedianMs, numbers.switchRate],
    [1, 1, 1, 0, 1],
  );
});
