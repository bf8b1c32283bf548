import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Tones } from "../../runtime/mouth/tones.ts";
import { noises, sampled, vowel } from "../support/noises.ts";

const rateHz = 16_000;

describe("several tones at once", () => {
  for (const [name, shares] of Object.entries({
    "a major triad": [1, 1.25, 1.5],
    "a minor triad": [1, 1.2, 1.5],
    "a seventh": [1, 1.25, 1.5, 1.78],
    "a triad of equal temperament": [1, 2 ** (4 / 12), 2 ** (7 / 12)],
  })) {
    test(`are told in ${name}`, () => {
      for (const root of [131, 175, 196, 220, 262]) {
        const chord = (at: number) =>
          0.08 * shares.reduce((sum, share) => sum + Math.sin(2 * Math.PI * root * share * at), 0);
        assert.deepEqual(severalIn(sampled(chord, 1, rateHz)), allOf(true), `root ${root} Hz`);
      }
    });
  }

  test("are not told in a voice, noise, knocks or silence", () => {
    assert.deepEqual(severalIn(vowel(1, rateHz)), allOf(false));
    for (const name of ["silence", "hiss", "breath"]) {
      assert.deepEqual(severalIn(sampled(noises[name]!, 1, rateHz)), allOf(false), name);
    }
  });

  test("are told alike however the sound comes in", () => {
    const sound = sampled(noises.music!, 1, rateHz);
    const whole = severalIn(sound);
    const sizes = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(fc.property(sizes, (lengths) => assert.deepEqual(severalIn(sound, lengths), whole)));
  });

  test("are forgotten by reset()", () => {
    const tones = new Tones();
    tones.push(sampled(noises.hum!, 1, rateHz));
    assert(tones.severalAt(10));
    tones.reset();
    assert(!tones.severalAt(0));
  });
});

/** The answer for each 20 ms of the middle of a second. */
function severalIn(sound: Int16Array, lengths: readonly number[] = []): boolean[] {
  const tones = new Tones();
  let at = 0;
  for (const length of [...lengths, sound.length]) {
    tones.push(sound.subarray(at, at + length));
    at += length;
  }
  return middle.map((step) => tones.severalAt(step));
}

const middle = Array.from({ length: 30 }, (_, at) => at + 10);

function allOf(answer: boolean): boolean[] {
  return middle.map(() => answer);
}
