import assert from "node:assert/strict";
import { test } from "node:test";
import { openBytes } from "../../drivers/disk/memory.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { plainPixels } from "../../drivers/pixels/plain.ts";
import { AvatarError } from "../../runtime/avatar/error.ts";
import { atOnce } from "../../runtime/avatar/slices.ts";
import { Stretch } from "../../runtime/avatar/stretch.ts";
import type { AvatarTier, Clip } from "../../runtime/avatar/tier.ts";
import { readTileFrames } from "../../runtime/avatar/tiles.ts";
import { Projector } from "../../runtime/stage/projector.ts";
import { TileEncoder } from "../../scripts/avatar/tiles.ts";
import { smallDraft, tierFile, tierOf } from "./tier-file.ts";

const size = { width: 88, height: 70 };
const backdrop = [226, 229, 234] as const;
const count = 60;
const brushes = { pictures: sharpPictures(), pixels: plainPixels() };
const tier: AvatarTier = { ...tierOf(await tierFile(smallDraft())), ...size, backdrop };

test("Projector shows the same bytes of a frame, whichever way leads to it", async () => {
  const clip = await clipOf({ loops: true, deadBand: 4 });
  const onward = new Projector(tier, brushes);
  for (let frame = 0; frame < count; frame++) onward.show(clip, frame);
  for (const frame of [0, 1, 7, 25, 26, 49, 59, 30, 0]) {
    onward.show(clip, frame);
    const fresh = new Projector(tier, brushes);
    fresh.show(clip, frame);
    assert.deepEqual(onward.picture.words, fresh.picture.words, `frame ${frame}`);
  }
});

test("Projector keeps within what the footage shows", async () => {
  const projector = new Projector(tier, brushes);
  const clip = await clipOf({ loops: true, deadBand: 2 });
  for (let frame = 0; frame < count; frame++) {
    projector.show(clip, frame);
    const { rgb, alpha } = filmed(frame);
    let squares = 0;
    for (const [at, opacity] of alpha.entries()) {
      const word = projector.picture.words[at]!;
      const came = opacity === 0 && word >>> 24 < 8 ? rgb[at * 3]! : word & 255;
      squares += (came - rgb[at * 3]!) ** 2;
    }
    const levels = Math.sqrt(squares / alpha.length);
    assert.ok(levels < 4, `frame ${frame} is ${levels} levels off`);
  }
});

test("Projector marks the tiles of a step, and no others", async () => {
  const clip = await clipOf({ loops: true, deadBand: 2 });
  const projector = new Projector(tier, brushes);
  projector.show(clip, 0);
  for (let frame = 1; frame < count; frame++) {
    projector.changed.next();
    const before = projector.picture.words.slice();
    projector.show(clip, frame);
    const marked = projector.changed.marks.reduce((sum, mark) => sum + mark, 0);
    assert.ok(marked > 0 && marked < projector.changed.marks.length / 2, `${marked} marked`);
    for (const [at, word] of projector.picture.words.entries()) {
      const tile = Math.floor(at / size.width / 16) * 6 + Math.floor((at % size.width) / 16);
      if (projector.changed.marks[tile] === 0) assert.equal(word, before[at]);
    }
  }
});

test("an action has no way from its end to its beginning but its first frame", async () => {
  const clip = await clipOf({ loops: false, deadBand: 2 });
  const projector = new Projector(tier, brushes);
  projector.show(clip, count - 1);
  projector.show(clip, 0);
  const fresh = new Projector(tier, brushes);
  fresh.show(clip, 0);
  assert.deepEqual(projector.picture.words, fresh.picture.words);
});

test("readTileFrames() refuses what does not add up, and says so", async () => {
  const { steps, keys, file } = await packed({ loops: true, deadBand: 2 });
  const read = (layout: object, bytes = file) =>
    atOnce(
      readTileFrames("idle", { encoding: "tiles", steps, keys, ...layout }, stretch(bytes), size),
    );
  const fault = (work: () => void, text: RegExp) => {
    assert.throws(work, (error) => error instanceof AvatarError && text.test(error.message));
  };
  read({});
  fault(() => read({ keys: [[count, keys[0]![1]]] }), /key 60 of idle is beyond its 60 frames/);
  fault(() => read({ keys: keys.slice(1) }), /frame 0 of idle is not kept whole/);
  fault(() => read({ steps: steps.with(3, [0, 0]) }), /no step leads to frame 3/);
  fault(() => read({ steps: steps.with(3, [steps[3]![0], 9]) }), /step 3 of idle has 9 bytes/);
  fault(() => read({}, file.slice(0, 100)), /ends at byte/);
  const [at] = steps[1]!;
  const tiles = file[at]! + file[at + 1]! * 256;
  fault(() => read({}, changed(file, at + 2, 0xff)), /names tiles out of order or beyond/);
  fault(() => read({}, changed(file, at + 2 + tiles * 2, 3)), /a tile of a kind above 2/);
  fault(() => read({}, changed(file, at + 2 + tiles * 3 + 8, 0)), /is no JPEG/);
});

function changed(file: Uint8Array, at: number, byte: number): Uint8Array {
  const copy = Uint8Array.from(file);
  copy[at] = byte;
  return copy;
}

function stretch(bytes: Uint8Array): Stretch {
  return Stretch.of(openBytes(bytes));
}

interface Draft {
  readonly loops: boolean;
  readonly deadBand: number;
}

async function clipOf(draft: Draft): Promise<Clip> {
  const { steps, keys, file } = await packed(draft);
  const layout = { encoding: "tiles", steps, keys };
  const frames = atOnce(readTileFrames("idle", layout, stretch(file), size));
  return { name: "idle", count, frames, mesh: tier.idle.mesh };
}

type Spans = [offset: number, length: number][];

async function packed(draft: Draft): Promise<{
  steps: Spans;
  keys: [number, Spans[number]][];
  file: Uint8Array;
}> {
  const encoder = new TileEncoder({ ...size, quality: 90, ...draft });
  for (let frame = 0; frame < count; frame++) {
    const { rgb, alpha } = filmed(frame);
    await encoder.add(rgb, alpha);
  }
  const { steps, keys } = await encoder.finish();
  const parts: Uint8Array[] = [];
  let at = 0;
  const add = (blob: Uint8Array): Spans[number] => {
    parts.push(blob);
    at += blob.length;
    return [at - blob.length, blob.length];
  };
  const spans = steps.map(add);
  const whole = keys.map(([frame, blob]): [number, Spans[number]] => [frame, add(blob)]);
  return { steps: spans, keys: whole, file: Buffer.concat(parts) };
}

/** A soft disc that goes round in the picture, before a still block. */
function filmed(frame: number): { rgb: Uint8Array; alpha: Uint8Array } {
  const { width, height } = size;
  const rgb = new Uint8Array(width * height * 3);
  const alpha = new Uint8Array(width * height);
  const angle = (frame / count) * 2 * Math.PI;
  const [x, y] = [30 + 8 * Math.cos(angle), 28 + 8 * Math.sin(angle)];
  for (let at = 0; at < alpha.length; at++) {
    const [column, row] = [at % width, Math.floor(at / width)];
    const away = Math.hypot(column - x, row - y);
    const share = row > 50 ? 1 : Math.max(0, Math.min(1, (12 - away) / 3));
    alpha[at] = Math.round(share * 255);
    for (const [tone, level] of [80, 120 + (row % 40), 150].entries()) {
      rgb[at * 3 + tone] = Math.round(level * share + backdrop[tone]! * (1 - share));
    }
  }
  return { rgb, alpha };
}
