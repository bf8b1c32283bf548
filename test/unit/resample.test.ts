import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Resampler } from "../../runtime/speech/resample.ts";

const rates = [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];

describe("resampler", () => {
  test("gives the same for any blocking of the input", () => {
    const anyRate = fc.constantFrom(...rates);
    const blocks = fc.array(fc.int16Array({ maxLength: 300 }), { maxLength: 8 });
    fc.assert(
      fc.property(anyRate, anyRate, blocks, (fromHz, toHz, pieces) => {
        const whole = Int16Array.from(pieces.flatMap((piece) => [...piece]));
        const once = convert(whole, fromHz, toHz);
        const stream = new Resampler(fromHz, toHz);
        const streamed = pieces.flatMap((piece) => [...stream.push(piece)]);
        assert.deepEqual(Int16Array.from([...streamed, ...stream.flush()]), once);
        assert.equal(once.length, Math.ceil((whole.length * toHz) / fromHz));
      }),
      { numRuns: 60 },
    );
  });

  test("keeps time: a click stays at its moment", () => {
    for (const fromHz of rates) {
      const click = new Int16Array(fromHz / 5);
      click[Math.round(fromHz / 10)] = 20_000;
      const converted = convert(click, fromHz, 48_000);
      const peak = converted.indexOf(Math.max(...converted));
      const atHz = (Math.round(fromHz / 10) / fromHz) * 48_000;
      assert.ok(Math.abs(peak - atHz) <= 1, `${fromHz} Hz: at ${peak}, should be ${atHz}`);
    }
  });

  test("a constant stays a constant", () => {
    const converted = convert(new Int16Array(4_000).fill(12_345), 22_050, 48_000);
    for (const sample of converted.subarray(200, -200)) assert.equal(sample, 12_345);
  });

  test("passes 0 to 9 kHz of a 22.05 kHz voice within 0.1 dB, its images 75 dB below", () => {
    for (const hz of [100, 1_000, 4_000, 8_000, 9_000]) {
      const converted = convert(sine(hz, 22_050), 22_050, 48_000);
      const level = toneDb(converted, hz, 48_000);
      assert.ok(Math.abs(level) < 0.1, `${hz} Hz passes with ${level.toFixed(2)} dB`);
      const image = 22_050 - hz;
      const mirrored = toneDb(converted, image, 48_000);
      assert.ok(
        mirrored < -75,
        `the image of ${hz} Hz at ${image} Hz has ${mirrored.toFixed(1)} dB`,
      );
    }
  });

  test("going down, what the lower rate cannot hold is 75 dB below", () => {
    for (const hz of [25_000, 30_000, 40_000]) {
      const converted = convert(sine(hz, 96_000), 96_000, 48_000);
      const alias = toneDb(converted, 48_000 - hz, 48_000);
      assert.ok(
        alias < -75,
        `${hz} Hz comes back at ${48_000 - hz} Hz with ${alias.toFixed(1)} dB`,
      );
    }
  });

  test("loud input is limited, not wrapped around", () => {
    const square = Int16Array.from({ length: 2_000 }, (_, at) => (at % 50 < 25 ? 32_767 : -32_768));
    const converted = convert(square, 22_050, 48_000);
    for (let at = 1; at < converted.length; at++) {
      assert.ok(Math.abs(converted[at]! - converted[at - 1]!) < 50_000, `jump at ${at}`);
    }
  });

  test("refuses rates out of range", () => {
    assert.throws(() => new Resampler(7_999, 48_000), /^RangeError: Cannot resample: rate is 7999/);
    assert.throws(() => new Resampler(22_050.5, 48_000), RangeError);
  });
});

function convert(pcm: Int16Array, fromHz: number, toHz: number): Int16Array {
  const resampler = new Resampler(fromHz, toHz);
  return Int16Array.from([...resampler.push(pcm), ...resampler.flush()]);
}

const amplitude = 20_000;

function sine(hz: number, rateHz: number): Int16Array {
  return Int16Array.from(
    { length: rateHz },
    (_, at) => amplitude * Math.sin((2 * Math.PI * hz * at) / rateHz),
  );
}

/** Level of one frequency against the sine put in, over the middle half second (Hann window). */
function toneDb(pcm: Int16Array, hz: number, rateHz: number): number {
  const length = rateHz / 2;
  const from = Math.floor((pcm.length - length) / 2);
  let real = 0;
  let imaginary = 0;
  for (let at = 0; at < length; at++) {
    const window = 1 - Math.cos((2 * Math.PI * at) / length);
    const angle = (2 * Math.PI * hz * at) / rateHz;
    real += pcm[from + at]! * window * Math.cos(angle);
    imaginary += pcm[from + at]! * window * Math.sin(angle);
  }
  return 20 * Math.log10((2 * Math.hypot(real, imaginary)) / length / amplitude);
}
