import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { MouthShape } from "../../runtime/mouth/shape.ts";
import { MouthTrack } from "../../runtime/mouth/track.ts";
import { type Viseme, visemes } from "../../runtime/mouth/viseme.ts";
import type { SpeechPart } from "../../runtime/speech/utterance.ts";

const frame = 1920;
const ms = 48;

/** A phoneme of an invented utterance; `level` is the peak of its tone. */
interface Sound {
  readonly ipa: string;
  readonly lengthMs: number;
  readonly level?: number;
}

describe("mouth track", () => {
  test("frame f is the mouth of samples f * 1920 on: neither early nor late", () => {
    const track = trackOf([pause(400), vowel(400), pause(400)]);
    assert.deepEqual(runs(track), ["sil 10", "aa 10", "sil 10"]);
    assert.equal(main(track.shapeAt(10 * frame - 1)), "sil");
    assert.equal(main(track.shapeAt(10 * frame)), "aa");
    assert.equal(main(track.shapeAt(20 * frame - 1)), "aa");
  });

  test("the mouth is closed before and behind the sound", () => {
    const track = trackOf([vowel(400)]);
    for (const sample of [-1, -frame, 10 * frame, 1e9]) {
      assert.equal(main(track.shapeAt(sample)), "sil");
      assert.equal(track.shapeAt(sample).opening, 0);
    }
  });

  test("looking up gives the same object each time", () => {
    const track = trackOf([vowel(400)]);
    assert.equal(track.shapeAt(3 * frame), track.shapeAt(3 * frame + 7));
  });

  test("lips meet for p b m, however short, and the lip stays under the teeth for f v", () => {
    for (const [ipa, viseme, share] of [
      ["b", "PP", 0.9],
      ["m", "PP", 0.9],
      ["v", "FF", 0.8],
    ] as const) {
      for (const offsetMs of [0, 7, 13, 20, 29, 36]) {
        const track = trackOf([
          vowel(200 + offsetMs),
          { ipa, lengthMs: 15, level: 3_000 },
          vowel(200),
        ]);
        const best = Math.max(...shapes(track).map((shape) => weight(shape, viseme)));
        assert.ok(best >= share - 1e-6, `${ipa} at ${offsetMs} ms: ${best}`);
        const shut = shapes(track).find((shape) => weight(shape, viseme) === best)!;
        if (viseme === "PP") assert.ok(shut.opening <= 0.04, `opening is ${shut.opening}`);
      }
    }
  });

  test("the silence before a burst belongs to the stop", () => {
    const part = partOf([vowel(200), { ipa: "p", lengthMs: 20, level: 6_000 }, vowel(200)]);
    const closure = 80 * ms;
    const pcm = new Int16Array(part.pcm.length + closure);
    pcm.set(part.pcm.subarray(0, 200 * ms));
    pcm.set(part.pcm.subarray(200 * ms), 200 * ms + closure);
    const phonemes = part.phonemes.map((phoneme, index) =>
      index === 0 ? phoneme : { ...phoneme, atSample: phoneme.atSample + closure },
    );
    const track = new MouthTrack();
    track.append({ ...part, pcm, phonemes });
    for (const f of [5, 6]) assert.equal(main(track.shapeAt(f * frame)), "PP", `frame ${f}`);
  });

  test("rounding begins in the consonant, about 80 ms before the vowel", () => {
    const track = trackOf([
      vowel(240),
      { ipa: "s", lengthMs: 240, level: 4_000 },
      { ipa: "u", lengthMs: 240, level: 8_000 },
    ]);
    const rounding = shapes(track).map((shape) => weight(shape, "ou"));
    assert.ok(rounding[10]! > 0.1 && rounding[11]! > 0.2, `${rounding}`);
    assert.equal(rounding[8], 0);
    assert.equal(main(track.shapeAt(11 * frame)), "SS");
    assert.equal(main(track.shapeAt(12 * frame)), "ou");
  });

  test("rounding does not open closed lips", () => {
    const track = trackOf([
      vowel(240),
      { ipa: "m", lengthMs: 120, level: 4_000 },
      { ipa: "u", lengthMs: 240, level: 8_000 },
    ]);
    assert.ok(weight(track.shapeAt(7 * frame), "ou") < 0.01);
  });

  test("a loud vowel opens the mouth wider than a soft one", () => {
    const track = trackOf([
      { ipa: "a", lengthMs: 400, level: 12_000 },
      pause(200),
      { ipa: "a", lengthMs: 400, level: 1_500 },
    ]);
    const loud = track.shapeAt(6 * frame).opening;
    const soft = track.shapeAt(20 * frame).opening;
    assert.ok(loud > 0.9 && soft < 0.75 * loud && soft > 0.3, `${loud}, ${soft}`);
  });

  test("sound without phonemes moves the mouth, and only while it lasts", () => {
    const part = partOf([pause(400), vowel(400), pause(400)]);
    const track = new MouthTrack();
    track.deafen();
    track.append({ ...part, phonemes: [] });
    const open = shapes(track)
      .map(({ opening }) => (opening > 0.1 ? "o" : "."))
      .join("");
    assert.match(open, /^\.{10}o{10}.{0,2}\.{8}$/);
  });

  test("the last frame comes with the end", () => {
    const track = new MouthTrack();
    track.append(partOf([vowel(410)]));
    assert.equal(track.length, 10);
    track.end();
    assert.equal(track.length, 11);
    assert.equal(main(track.shapeAt(10 * frame)), "aa");
  });
});

describe("mouth track, any utterance", () => {
  const ipa = fc.constantFrom(
    "",
    "p",
    "m",
    "f",
    "t",
    "s",
    "k",
    "a",
    "ə",
    "oʊ",
    "u",
    "h",
    "ʔ",
    "tʃ",
  );
  const level = fc.constantFrom(0, 50, 1_000, 9_000);
  const sound = fc.record({ ipa, lengthMs: fc.integer({ min: 1, max: 250 }), level });
  const utterance = fc.array(sound, { minLength: 1, maxLength: 12 });

  test("shapes are whole, and never change once they are there", () => {
    fc.assert(
      fc.property(fc.array(utterance, { minLength: 1, maxLength: 4 }), (parts) => {
        const track = new MouthTrack();
        const seen: string[] = [];
        let atSample = 0;
        for (const sounds of parts) {
          const part = partOf(sounds, atSample);
          track.append(part);
          atSample += part.pcm.length;
          assert.equal(track.length, Math.floor((atSample + frame / 2) / frame));
          for (let f = 0; f < track.length; f++) {
            const shape = track.shapeAt(f * frame);
            assertWhole(shape);
            const text = JSON.stringify([...shape.weights, shape.opening]);
            seen[f] ??= text;
            assert.equal(text, seen[f], `frame ${f} was rewritten`);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test("nothing moves in silence, whatever the phonemes say", () => {
    fc.assert(
      fc.property(utterance, (sounds) => {
        const track = trackOf(sounds.map((each) => ({ ...each, level: 0 })));
        for (const { opening } of shapes(track)) assert.equal(opening, 0);
      }),
      { numRuns: 60 },
    );
  });

  test("120 ms after the sound ends the mouth is closed", () => {
    fc.assert(
      fc.property(utterance, (sounds) => {
        const track = trackOf([...sounds, { ipa: "a", lengthMs: 400, level: 0 }]);
        const soundMs = sounds.reduce((sum, { lengthMs }) => sum + lengthMs, 0);
        const closed = Math.ceil(((soundMs + 120) * ms) / frame);
        for (let f = closed; f < track.length; f++) {
          assert.equal(track.shapeAt(f * frame).opening, 0, `frame ${f}`);
          assert.equal(main(track.shapeAt(f * frame)), "sil");
        }
      }),
      { numRuns: 60 },
    );
  });
});

function pause(lengthMs: number): Sound {
  return { ipa: "", lengthMs, level: 0 };
}

function vowel(lengthMs: number): Sound {
  return { ipa: "a", lengthMs, level: 9_000 };
}

function partOf(sounds: readonly Sound[], atSample = 0): SpeechPart {
  const lengths = sounds.map(({ lengthMs }) => Math.round(lengthMs * ms));
  const pcm = new Int16Array(lengths.reduce((sum, length) => sum + length, 0));
  const phonemes: { atSample: number; ipa: string }[] = [];
  let at = 0;
  for (const [index, { ipa, level = 0 }] of sounds.entries()) {
    phonemes.push({ atSample: atSample + at, ipa });
    const end = at + lengths[index]!;
    for (; at < end; at++) pcm[at] = level * Math.sin((2 * Math.PI * 500 * at) / 48_000);
  }
  return { atSample, pcm, phonemes, words: [], cues: [] };
}

function trackOf(sounds: readonly Sound[]): MouthTrack {
  const track = new MouthTrack();
  track.append(partOf(sounds));
  track.end();
  return track;
}

function shapes(track: MouthTrack): MouthShape[] {
  return Array.from({ length: track.length }, (_, f) => track.shapeAt(f * frame));
}

function weight(shape: MouthShape, viseme: Viseme): number {
  return shape.weights[visemes.indexOf(viseme)]!;
}

function main({ weights }: MouthShape): Viseme {
  return visemes[weights.indexOf(Math.max(...weights))]!;
}

/** The visemes of a track and for how many frames each: `["sil 10", "aa 10"]`. */
function runs(track: MouthTrack): string[] {
  const found: { viseme: Viseme; frames: number }[] = [];
  for (const shape of shapes(track)) {
    const last = found.at(-1);
    if (last?.viseme === main(shape)) last.frames++;
    else found.push({ viseme: main(shape), frames: 1 });
  }
  return found.map(({ viseme, frames }) => `${viseme} ${frames}`);
}

function assertWhole({ weights, opening }: MouthShape): void {
  const sum = weights.reduce((total, each) => total + each, 0);
  assert.ok(Math.abs(sum - 1) < 1e-4, `weights add up to ${sum}`);
  assert.ok(weights.every((each) => each >= 0 && each <= 1 + 1e-6));
  assert.ok(opening >= 0 && opening <= 1);
}
