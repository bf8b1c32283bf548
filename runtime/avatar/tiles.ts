import Type from "typebox";
import { limits } from "../../config/limits.ts";
import { mosaicTiles, tilePixels, tilesAcross } from "../../drivers/pixels/pixels.ts";
import { checkDocument } from "./document.ts";
import { demand } from "./error.ts";
import { span } from "./layout.ts";
import { demandJpeg } from "./picture.ts";
import type { Slices } from "./slices.ts";
import type { Stretch } from "./stretch.ts";

/** Frames kept as what changes from one to the next; FORMAT.md tells the bytes. */
export interface TileFrames {
  readonly kind: "tiles";
  readonly count: number;
  /** Leads from the frame before, the first from the last; undefined where no way leads. */
  readonly steps: readonly (TileStep | undefined)[];
  /** Frames that are kept whole, by their number. */
  readonly keys: ReadonlyMap<number, TileStep>;
  /** The most tiles of one step or key, those with colours and those with opacities. */
  readonly room: { readonly coloured: number; readonly mixed: number };
}

/** Tiles of one picture: which, of what kind, and two mosaics that hold them in order. */
export interface TileStep {
  readonly numbers: Uint16Array;
  readonly kinds: Uint8Array;
  readonly colours: TileMosaic;
  readonly opacities: TileMosaic;
}

/** A JPEG of `tiles` tiles, `mosaicTiles` side by side. */
export interface TileMosaic {
  readonly tiles: number;
  readonly file: Stretch;
}

/** Frames of encoding `tiles`: blobs of steps and of frames that are kept whole. */
const tileFramesSchema = Type.Object({
  encoding: Type.Literal("tiles"),
  steps: Type.Array(span, { minItems: 1, maxItems: limits.avatarFramesMax }),
  keys: Type.Array(Type.Tuple([Type.Integer({ minimum: 0 }), span]), {
    minItems: 1,
    maxItems: limits.avatarFramesMax,
  }),
});

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Reads the frames of a clip, which `what` names in errors; throws AvatarError. */
export function* readTileFrames(
  what: string,
  layout: object,
  blobs: Stretch,
  size: Size,
): Slices<TileFrames> {
  const index = checkDocument(what, layout, tileFramesSchema);
  const steps: (TileStep | undefined)[] = [];
  for (const [frame, place] of index.steps.entries()) {
    const name = `step ${frame} of ${what}`;
    steps.push(place[1] === 0 ? undefined : readStep(name, blobs.cut(name, place), size));
    if (frame % sliceSteps === 0) yield;
  }
  const keys = new Map<number, TileStep>();
  for (const [frame, place] of index.keys) {
    const name = `key ${frame} of ${what}`;
    demand(frame < steps.length, () => `${name} is beyond its ${steps.length} frames`);
    keys.set(frame, readStep(name, blobs.cut(name, place), size));
    yield;
  }
  const missing = steps.findIndex((step, frame) => frame > 0 && step === undefined);
  demand(missing < 0, () => `no step leads to frame ${missing} of ${what}`);
  demand(keys.has(0), () => `frame 0 of ${what} is not kept whole`);
  const all = [...steps.filter((step) => step !== undefined), ...keys.values()];
  const room = {
    coloured: Math.max(...all.map(({ colours }) => colours.tiles)),
    mixed: Math.max(...all.map(({ opacities }) => opacities.tiles)),
  };
  return { kind: "tiles", count: steps.length, steps, keys, room };
}

/** Steps of a slice: some milliseconds on a slow board. */
const sliceSteps = 4;

function readStep(what: string, blob: Stretch, { width, height }: Size): TileStep {
  const count = blob.bytes < 2 ? 0 : view(blob.read(2)).getUint16(0, true);
  const headBytes = 2 + count * 3 + 8;
  demand(headBytes <= blob.bytes, () => `${what} has ${blob.bytes} bytes, ${headBytes} are due`);
  const bytes = blob.read(headBytes);
  const head = view(bytes);
  // By index: `from`, `filter` and iterators leave twenty times as much garbage as they make.
  const numbers = new Uint16Array(count);
  for (let at = 0; at < count; at++) numbers[at] = head.getUint16(2 + at * 2, true);
  const kinds = bytes.slice(2 + count * 2, 2 + count * 3);
  const tiles = tilesAcross(width) * tilesAcross(height);
  const order = numbers.every((number, at) => number < tiles && number > (numbers[at - 1] ?? -1));
  demand(order, () => `${what} names tiles out of order or beyond the ${tiles} there are`);
  demand(
    kinds.every((kind) => kind <= 2),
    () => `${what} has a tile of a kind above 2`,
  );
  const [colourBytes, opacityBytes] = [
    head.getUint32(headBytes - 8, true),
    head.getUint32(headBytes - 4, true),
  ];
  const due = headBytes + colourBytes + opacityBytes;
  demand(due === blob.bytes, () => `${what} has ${blob.bytes} bytes, ${due} are due`);
  let coloured = 0;
  let mixed = 0;
  for (let at = 0; at < count; at++) {
    if (kinds[at] !== 0) coloured++;
    if (kinds[at] === 2) mixed++;
  }
  const [colours, opacities] = [
    blob.cut(what, [headBytes, colourBytes]),
    blob.cut(what, [headBytes + colourBytes, opacityBytes]),
  ];
  return {
    numbers,
    kinds,
    colours: readMosaic(`${what}, colours`, colours, coloured),
    opacities: readMosaic(`${what}, opacities`, opacities, mixed),
  };
}

function readMosaic(what: string, file: Stretch, tiles: number): TileMosaic {
  const none = `${what} hold ${file.bytes} bytes for no tile`;
  demand(tiles > 0 || file.bytes === 0, () => none);
  if (tiles > 0) {
    const rows = Math.ceil(tiles / mosaicTiles);
    demandJpeg(what, file, mosaicTiles * tilePixels, rows * tilePixels);
  }
  return { tiles, file };
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
