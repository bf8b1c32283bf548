import { readFileSync } from "node:fs";
import { join } from "node:path";
import { framesPerSecond, type Tier, tiers } from "../../config/tiers.ts";
import type { AvatarTier } from "../../runtime/avatar/tier.ts";
import type { LipSync } from "../../runtime/stage/lip-sync.ts";
import { hearTrack } from "../avatar/hear-track.ts";
import {
  type Box,
  correlation,
  lipGap,
  mean,
  type Pixels,
  psnr,
  sharpness,
  ssim,
} from "./likeness.ts";
import { LipPlayer } from "./lip-player.ts";
import { takeFrames } from "./take-frames.ts";

/** How near rendered mouths come to the true ones; the mouth region is 172 x 128 px at 720p. */
export interface Closeness {
  /** dB, mean of the frames. */
  readonly psnr: number;
  readonly ssim: number;
  readonly openingCorrelation: number;
  /** Share of frames with closed lips in which the rendered ones are closed too. */
  readonly closedRecall: number;
  /** Detail of the mouth region against the true frames'. */
  readonly sharpness: number;
  /**
   * The step at the patch's edge: mean absolute difference in levels, on the 4 px within it,
   * between the frame with its patch and the same frame without.
   */
  readonly seam: number;
  /** Mean absolute difference from the true frames, levels, on the 4 px around the patch. */
  readonly around: number;
  /** Pixels that differ from the idle loop in frames that are silent for 200 ms. */
  readonly silentPixels: number;
}

/** The end of the demo's take, which no build has seen. */
export class HeldOutTake {
  readonly #material: string;
  readonly #tier: Tier;
  readonly #places: readonly (readonly [x: number, y: number])[];
  readonly #first: number;
  readonly #last: number;

  /** `material`: the folder of the footage. */
  constructor(material: string, tier: Tier) {
    this.#material = material;
    this.#tier = tier;
    const { frames } = json(join(material, "meta.json")).takes.take;
    this.#first = frames - heldOutSeconds * framesPerSecond;
    this.#last = frames;
    const poses: Record<string, readonly [number, number]>[] = json(
      join(material, "landmarks.json"),
    ).frames;
    const scale = tiers[tier].width / json(join(material, "meta.json")).size[0];
    this.#places = poses.map(({ mouth_left: left, mouth_right: right }) => [
      (scale * (left![0] + right![0])) / 2,
      (scale * (left![1] + right![1])) / 2,
    ]);
  }

  /** Renders what was held out with the kiosk's own stage, and compares every `stride`-th frame. */
  async measure(tier: AvatarTier, lips: LipSync, stride: number): Promise<Closeness> {
    const track = await hearTrack(join(this.#material, "take/take.wav"));
    const player = new LipPlayer(tier, lips, track);
    const tally = new Tally(this.#places, tiers[this.#tier].width);
    let frame = this.#first;
    const film = join(this.#material, "take/take.mp4");
    for await (const bytes of takeFrames(film, this.#first, tiers[this.#tier])) {
      const shown = await player.show(frame);
      if (frame % stride === 0)
        tally.add(frame, { bytes, width: tier.width, step: 3 }, shown, player);
      frame++;
    }
    if (frame !== this.#last) throw new Error(`Cannot compare: the take ends at frame ${frame}`);
    return tally.closeness();
  }
}

/** Compares frame by frame. */
class Tally {
  readonly #places: readonly (readonly [x: number, y: number])[];
  /** Pixels of this tier to one of 720p. */
  readonly #scale: number;
  readonly #psnrs: number[] = [];
  readonly #ssims: number[] = [];
  readonly #gaps: { readonly due: number; readonly shown: number; readonly rest: number }[] = [];
  readonly #details = { due: 0, shown: 0 };
  readonly #seams: number[] = [];
  readonly #arounds: number[] = [];
  readonly #rings = new Map<number, Rings>();
  #silentPixels = 0;

  constructor(places: readonly (readonly [x: number, y: number])[], width: number) {
    this.#places = places;
    this.#scale = width / tiers["720p"].width;
  }

  add(frame: number, due: Pixels, shown: Pixels, player: LipPlayer): void {
    const pose = frame % this.#places.length;
    const region = this.#box(pose, [-86, -64, 172, 128]);
    const middle = this.#box(pose, [-20, -32, 40, 93]);
    this.#psnrs.push(psnr(due, shown, region));
    this.#ssims.push(ssim(due, shown, region));
    this.#details.due += sharpness(due, region);
    this.#details.shown += sharpness(shown, region);
    const still = player.still(frame);
    const rings = this.#rings.get(pose) ?? ringsOf(still, player.marked(pose));
    this.#rings.set(pose, rings);
    this.#seams.push(apart(still, shown, rings.within));
    this.#arounds.push(apart(due, shown, rings.around));
    const gap = (picture: Pixels) =>
      lipGap(picture, middle, tonguePixels * this.#scale) / this.#scale;
    this.#gaps.push({ due: gap(due), shown: gap(shown), rest: gap(still) });
    if (player.silentFrames > silentFrames) this.#silentPixels += differing(still, shown);
  }

  closeness(): Closeness {
    const due = this.#gaps.map((gap) => gap.due);
    const shown = this.#gaps.map((gap) => gap.shown);
    const shut = this.#gaps.filter((gap) => gap.due < gap.rest + closedPixels);
    const met = shut.filter((gap) => gap.shown < gap.rest + closedPixels);
    return {
      psnr: mean(this.#psnrs),
      ssim: mean(this.#ssims),
      openingCorrelation: correlation(due, shown),
      closedRecall: met.length / shut.length,
      sharpness: this.#details.shown / this.#details.due,
      seam: mean(this.#seams),
      around: mean(this.#arounds),
      silentPixels: this.#silentPixels,
    };
  }

  /** Around the middle of the mouth; left, top, width, height in pixels of 720p. */
  #box(pose: number, [left, top, width, height]: readonly [number, number, number, number]): Box {
    const [x, y] = this.#places[pose]!;
    const scale = this.#scale;
    return {
      left: Math.round(x + left * scale),
      top: Math.round(y + top * scale),
      width: Math.round(width * scale),
      height: Math.round(height * scale),
    };
  }
}

/** Pixels on both sides of a patch's edge. */
interface Rings {
  readonly within: readonly number[];
  readonly around: readonly number[];
}

/** Pixels within 4 px of the edge: those that a patch touches, and those that it does not. */
function ringsOf(without: Pixels, marked: Pixels): Rings {
  const { width } = without;
  const pixels = without.bytes.length / without.step;
  const touched = new Uint8Array(pixels);
  const one = new Uint32Array(without.bytes.slice().buffer);
  const other = new Uint32Array(marked.bytes.buffer);
  for (let at = 0; at < pixels; at++) touched[at] = one[at] === other[at] ? 0 : 1;
  const rings = { within: [] as number[], around: [] as number[] };
  for (let at = ringPixels * width; at < pixels - ringPixels * width; at++) {
    if (!isNearEdge(touched, at, width)) continue;
    (touched[at] === 1 ? rings.within : rings.around).push(at);
  }
  return rings;
}

/** Mean absolute difference of the colours of some pixels, in levels. */
function apart(one: Pixels, other: Pixels, pixels: readonly number[]): number {
  let sum = 0;
  for (const pixel of pixels) {
    const [a, b] = [pixel * one.step, pixel * other.step];
    for (let channel = 0; channel < 3; channel++) {
      sum += Math.abs(one.bytes[a + channel]! - other.bytes[b + channel]!);
    }
  }
  return sum / (3 * pixels.length);
}

/** Whether of this pixel and those up to 4 px straight on, some are touched and some not. */
function isNearEdge(touched: Uint8Array, at: number, width: number): boolean {
  const own = touched[at]!;
  for (let step = 1; step <= ringPixels; step++) {
    const sides = [at - step, at + step, at - step * width, at + step * width];
    if (sides.some((side) => touched[side] !== own)) return true;
  }
  return false;
}

function differing(one: Pixels, other: Pixels): number {
  let count = 0;
  for (let at = 0; at < one.bytes.length; at += 4) {
    const same = [0, 1, 2].every(
      (channel) => one.bytes[at + channel] === other.bytes[at + channel],
    );
    if (!same) count++;
  }
  return count;
}

function json(file: string) {
  return JSON.parse(readFileSync(file, "utf8"));
}

const heldOutSeconds = 15;
const ringPixels = 4;
/** 200 ms: from then on nothing moves but the loop. */
const silentFrames = 5;
/** What lies between teeth above and below it, and is no gap, in pixels of 720p. */
const tonguePixels = 8;
/** Lips are closed when they are this much further apart than at rest, in pixels of 720p. */
const closedPixels = 1;
