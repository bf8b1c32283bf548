import assert from "node:assert/strict";
import { test } from "node:test";
import { openBytes } from "../../drivers/disk/memory.ts";
import type { Inference, Network, Tensor } from "../../drivers/inference/inference.ts";
import { Stretch } from "../../runtime/avatar/stretch.ts";
import type { Studio } from "../../runtime/avatar/studio.ts";
import { closedMouth, only } from "../../runtime/mouth/shape.ts";
import { Generator } from "../../runtime/stage/generator.ts";
import type { Moment } from "../../runtime/stage/moment.ts";

test("Generator shows what it painted for the frame, pixel by pixel", async () => {
  await using generator = await Generator.open(studio, mouth, networks());
  const speech = new Speech();
  speech.frame = 3;
  await generator.prepare(speech);
  const patch = generator.patchAt(speech);
  assert.deepEqual([...new Uint8Array(patch!.words.buffer)], painted(3));
});

test("Generator has the next frame ready too", async () => {
  await using generator = await Generator.open(studio, mouth, networks());
  const speech = new Speech();
  await generator.prepare(speech);
  speech.frame = 1;
  assert.equal(generator.patchAt(speech)!.words[0]! & 255, 1);
  assert.equal(generator.late, 0);
});

test("Generator shows its newest mouth when a frame comes too early, and counts that", async () => {
  await using generator = await Generator.open(studio, mouth, networks());
  const speech = new Speech();
  await generator.prepare(speech);
  generator.patchAt(speech);
  speech.frame = 7;
  assert.equal(generator.patchAt(speech)!.words[0]! & 255, 0);
  assert.equal(generator.late, 1);
});

test("Generator paints nothing in silence", async () => {
  const made = networks();
  await using generator = await Generator.open(studio, mouth, made);
  const speech = new Speech(0);
  await generator.prepare(speech);
  assert.equal(generator.patchAt(speech), undefined);
  assert.equal(made.runs, 0);
});

test("Generator refuses networks that do not fit the mouth", async () => {
  const wide = { ...mouth, width: 6 };
  await assert.rejects(Generator.open(studio, wide, networks()), {
    message: "Cannot open avatar: tensor patch is 1 x 16 x 1 x 2, 1 x 16 x 1 x 3 is due",
  });
});

/** 4 x 2 pixels in two cells of 2 x 2. */
const mouth = { width: 4, height: 2, mask: new Uint8Array(8), shapes: [] };

const blob = (kind: number) => Stretch.of(openBytes(Uint8Array.of(kind)));
const studio: Studio = {
  window: { past: 0, ahead: 0, length: 16 },
  codes: 1,
  voice: blob(0),
  decoder: blob(1),
};

/** What the decoder below paints for a frame: plane, then cell, counted on from the frame. */
function painted(frame: number): number[] {
  const pixels: number[] = [];
  for (let y = 0; y < 2; y++) {
    for (let x = 0; x < 4; x++) {
      for (let channel = 0; channel < 4; channel++) {
        const plane = channel * 4 + y * 2 + (x % 2);
        pixels.push(frame + plane * 2 + Math.floor(x / 2));
      }
    }
  }
  return pixels;
}

/** Voice: the opening is the code. Decoder: counts on from a hundred times the code. */
function networks(): Inference & { runs: number } {
  const made = {
    runs: 0,
    open: async ([kind]: Uint8Array): Promise<Network> => {
      const isVoice = kind === 0;
      const given = tensor(isVoice ? [1, 16] : [1, 1]);
      const told = tensor(isVoice ? [1, 1] : [1, 16, 1, 2]);
      return {
        inputs: new Map([[isVoice ? "window" : "code", given]]),
        outputs: new Map([[isVoice ? "code" : "patch", told]]),
        run: async () => {
          made.runs++;
          if (isVoice) told.data[0] = given.data[15]!;
          else told.data.set(told.data.map((_, at) => given.data[0]! * 100 + at));
        },
        [Symbol.asyncDispose]: async () => {},
      };
    },
  };
  return made;
}

function tensor(shape: readonly number[]): Tensor {
  return { shape, data: new Float32Array(shape.reduce((product, side) => product * side, 1)) };
}

/** The opening is a hundredth of the frame's number, or what is told. */
class Speech implements Moment {
  frame = 0;
  readonly known = Number.POSITIVE_INFINITY;
  readonly #opening: number | undefined;

  constructor(opening?: number) {
    this.#opening = opening;
  }

  get weights(): Float32Array {
    return this.near(0).weights;
  }

  get opening(): number {
    return this.near(0).opening;
  }

  near(frames: number) {
    const opening = this.#opening ?? Math.max(0, this.frame + frames) / 100;
    return opening === 0 ? closedMouth : { weights: only("aa"), opening };
  }
}
