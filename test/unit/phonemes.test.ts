import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { isStop, shapesOf } from "../../runtime/mouth/phonemes.ts";

/** IPA, then viseme and share in percent. */
const table: readonly [ipa: string, shapes: string][] = [
  ["", "sil 100"],
  ["p", "PP 100"],
  ["b", "PP 100"],
  ["m", "PP 100"],
  ["f", "FF 100"],
  ["v", "FF 100"],
  ["θ", "TH 100"],
  ["ð", "TH 100"],
  ["ɾ", "DD 100"],
  ["ŋ", "kk 100"],
  ["x", "kk 100"],
  ["ʃ", "CH 100"],
  ["tʃ", "CH 100"],
  ["dʒ", "CH 100"],
  ["ʈʂʰ", "CH 100"],
  ["tɕ", "CH 100"],
  ["z", "SS 100"],
  ["ts", "DD 35 SS 65"],
  ["l", "nn 100"],
  ["n̩", "nn 100"],
  ["ɹ", "RR 100"],
  ["ɚ", "RR 100"],
  ["ə", "aa 100"],
  ["ʌ", "aa 100"],
  ["ɛ", "E 100"],
  ["iː", "ih 100"],
  ["j", "ih 100"],
  ["ɔ", "oh 100"],
  ["uː", "ou 100"],
  ["w", "ou 100"],
  ["eɪ", "E 60 ih 40"],
  ["aɪ", "aa 60 ih 40"],
  ["aʊ", "aa 60 ou 40"],
  ["oʊ", "oh 60 ou 40"],
  ["ɔɪ", "oh 60 ih 40"],
  ["ɛɹ", "E 60 RR 40"],
  ["aɪɚ", "aa 40 ih 30 RR 30"],
  ["oŋ", "oh 60 kk 40"],
  ["tʲ", "DD 100"],
  ["ɛ̃", "E 100"],
  ["h", "next 100"],
  ["ʔ", "previous 100"],
];

describe("phonemes", () => {
  for (const [ipa, shapes] of table) {
    test(`${ipa || "a pause"} looks like ${shapes}`, () => {
      const said = shapesOf(ipa).map(({ viseme, share }) => `${viseme} ${Math.round(share * 100)}`);
      assert.equal(said.join(" "), shapes);
    });
  }

  test("whatever comes, the shares make a whole", () => {
    const letter = fc.constantFrom(...table.flatMap(([ipa]) => [...ipa]), "?", "ʷ", "1");
    fc.assert(
      fc.property(fc.array(letter, { maxLength: 5 }), (letters) => {
        const sum = shapesOf(letters.join("")).reduce((total, { share }) => total + share, 0);
        assert.ok(Math.abs(sum - 1) < 1e-9);
      }),
    );
  });

  test("stops are those with a silent closure", () => {
    for (const ipa of ["p", "t", "k", "b", "tʃ", "ʈʂ"]) assert.ok(isStop(ipa), ipa);
    for (const ipa of ["m", "s", "a", "", "ʔ"]) assert.ok(!isStop(ipa), ipa);
  });
});
