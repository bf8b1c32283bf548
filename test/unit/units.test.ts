import assert from "node:assert/strict";
import { test } from "node:test";
import { openBytes } from "../../drivers/disk/memory.ts";
import type { Instant } from "../../runtime/avatar/instant.ts";
import { Stretch } from "../../runtime/avatar/stretch.ts";
import { closedMouth, type MouthShape, only } from "../../runtime/mouth/shape.ts";
import type { Moment } from "../../runtime/stage/moment.ts";
import { Units } from "../../runtime/stage/units.ts";

test("Units draws nothing while nothing is said", () => {
  const units = new Units(instant([0, 1]), mouth, decoders);
  assert.equal(units.patchAt(new Speech([closedMouth, closedMouth])), undefined);
});

test("Units takes the mouth whose code is nearest to what is heard", () => {
  const units = new Units(instant([0, 0.4, 1]), mouth, decoders);
  assert.deepEqual(shown(units, [0, 0.1, 0.5, 0.9, 0.9]), [0, 0, 1, 2, 2]);
});

test("Units keeps a mouth that is held although its neighbour is as near", () => {
  const units = new Units(instant([0.48, 0.52]), mouth, decoders);
  const chosen = shown(units, [0.499, 0.501, 0.499, 0.501, 0.499]);
  assert.deepEqual(chosen, [0, 0, 0, 0, 0]);
});

test("Units shows the same mouths when pictures are skipped", () => {
  const heard = [0.2, 0.8, 0.4, 0.6, 0.3, 0.9, 0.1];
  const whole = shown(new Units(instant([0, 0.3, 0.6, 1]), mouth, decoders), heard);
  const some = new Units(instant([0, 0.3, 0.6, 1]), mouth, decoders);
  const speech = new Speech(heard.map(opened));
  for (const frame of [0, 3, 6]) {
    speech.frame = frame;
    assert.equal(unitOf(some.patchAt(speech)), whole[frame]);
  }
});

test("Units closes the lips for p b m although an open mouth is a little nearer", () => {
  const { openings, ...rest } = instant([0.3, 0.6]);
  const units = new Units({ ...rest, openings: Float32Array.of(0, 20) }, mouth, decoders);
  const pressed = { weights: only("PP"), opening: 0.5 };
  assert.equal(unitOf(units.patchAt(new Speech([pressed, pressed]))), 0);
});

/** Codes of one number; the ear tells the opening of the frame that is shown. */
function instant(codes: readonly number[]): Instant {
  const window = { past: 0, ahead: 0, length: 16 };
  const scale = new Float32Array(32).map((_, at) => at % 2);
  const weights = new Float32Array(17);
  weights[15] = 1;
  return {
    window,
    scale,
    reach: 1,
    linear: 1,
    anchors: new Float32Array(0),
    weights,
    codes: 1,
    units: Float32Array.from(codes),
    openings: new Float32Array(codes.length),
    patches: codes.map((_, unit) => Stretch.of(openBytes(Uint8Array.of(unit)))),
    opacities: [],
  };
}

const mouth = { width: 2, height: 2, mask: new Uint8Array(4), shapes: [] };

/** Paints the number of the unit. */
const decoders = {
  decodeFrame: (jpeg: Uint8Array, _width: number, _height: number, rgba: Uint8Array) => {
    rgba.fill(jpeg[0]!);
  },
  decodeOpacity: () => {},
};

class Speech implements Moment {
  frame = 0;
  readonly known = Number.POSITIVE_INFINITY;
  readonly #shapes: readonly MouthShape[];

  constructor(shapes: readonly MouthShape[]) {
    this.#shapes = shapes;
  }

  get weights(): Float32Array {
    return this.near(0).weights;
  }

  get opening(): number {
    return this.near(0).opening;
  }

  near(frames: number): MouthShape {
    return this.#shapes[this.frame + frames] ?? closedMouth;
  }
}

function opened(opening: number): MouthShape {
  return opening === 0 ? closedMouth : { weights: only("aa"), opening };
}

/** The units of an utterance, frame by frame; -1 for none. */
function shown(units: Units, openings: readonly number[]): number[] {
  const speech = new Speech([...new Array(4).fill(closedMouth), ...openings.map(opened)]);
  return openings.map((_, frame) => {
    speech.frame = frame + 4;
    return unitOf(units.patchAt(speech));
  });
}

function unitOf(patch: ReturnType<Units["patchAt"]>): number {
  return patch === undefined ? -1 : patch.words[0]! & 255;
}
