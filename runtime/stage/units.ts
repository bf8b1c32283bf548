import type { Pictures } from "../../drivers/picture/picture.ts";
import type { Raster } from "../../drivers/pixels/pixels.ts";
import type { Instant } from "../avatar/instant.ts";
import type { MouthSet } from "../avatar/tier.ts";
import { visemeIndex } from "../mouth/shape.ts";
import { Ear } from "./ear.ts";
import type { LipSync } from "./lip-sync.ts";
import { isQuiet, type Moment, shifted } from "./moment.ts";
import { newCanvas, rasterOver } from "./raster.ts";

type Decoders = Pick<Pictures, "decodeFrame" | "decodeOpacity">;

/**
 * The instant lip-sync: unit selection (Hunt and Black 1996) among recorded mouths. For each frame
 * the one is taken whose code is nearest to what the ear tells, and which differs from the one
 * before as the ear's codes do: a mouth that is held does not flicker between neighbours. Where
 * lips are to meet (p b m, a pause), open mouths cost extra. The way through an utterance depends
 * on the utterance alone, also when pictures are skipped.
 */
export class Units implements LipSync {
  readonly #instant: Instant;
  readonly #size: Pick<MouthSet, "width" | "height">;
  readonly #decoders: Decoders;
  readonly #ear: Ear;
  /** The code that the ear told for the frame before. */
  readonly #before: Float32Array;
  readonly #opacity: Uint8Array;
  /** Decoded units, most recently used last. */
  readonly #kept = new Map<number, Raster>();
  #speech: Moment | undefined;
  #frame = -1;
  /** The unit of `#frame`; -1 where nothing is said. */
  #unit = -1;

  constructor(instant: Instant, mouth: MouthSet, decoders: Decoders) {
    this.#instant = instant;
    this.#size = mouth;
    this.#decoders = decoders;
    this.#ear = new Ear(instant);
    this.#before = new Float32Array(instant.codes);
    this.#opacity = new Uint8Array(mouth.width * mouth.height);
  }

  patchAt(moment: Moment): Raster | undefined {
    const isNew = moment !== this.#speech || moment.frame < this.#frame;
    const skipped = isNew ? 0 : Math.min(moment.frame - this.#frame - 1, skippedMax);
    if (isNew) this.#unit = -1;
    if (isNew || moment.frame > this.#frame) {
      for (let ago = skipped; ago >= 0; ago--) this.#step(shifted(moment, -ago));
    }
    this.#speech = moment;
    this.#frame = moment.frame;
    return this.#unit < 0 ? undefined : this.#decoded(this.#unit);
  }

  async prepare(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}

  #step(moment: Moment): void {
    if (isQuiet(moment)) {
      this.#unit = -1;
      return;
    }
    this.#ear.listen(moment);
    this.#unit = this.#choose(moment);
    this.#before.set(this.#ear.code);
  }

  #choose({ weights, opening }: Moment): number {
    const { codes, openings } = this.#instant;
    const meets = opening === 0 || weights[visemeIndex.PP]! >= closureShare;
    const shut = meets ? openCost : 0;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let unit = 0; unit < openings.length; unit++) {
      const cost = this.#cost(unit * codes, this.#unit * codes) + shut * openings[unit]!;
      if (cost >= least) continue;
      least = cost;
      best = unit;
    }
    return best;
  }

  /** Of taking the unit at `to` after the one at `from`, which is negative for none. */
  #cost(to: number, from: number): number {
    const { codes, units } = this.#instant;
    const wanted = this.#ear.code;
    let far = 0;
    let rough = 0;
    for (let at = 0; at < codes; at++) {
      const apart = units[to + at]! - wanted[at]!;
      far += apart * apart;
      if (from < 0) continue;
      const moved = apart - (units[from + at]! - this.#before[at]!);
      rough += moved * moved;
    }
    return far + joinWeight * rough;
  }

  #decoded(unit: number): Raster {
    const found = this.#kept.get(unit) ?? this.#decode(unit);
    this.#kept.delete(unit);
    this.#kept.set(unit, found);
    return found;
  }

  #decode(unit: number): Raster {
    const { patches, opacities } = this.#instant;
    const { width, height } = this.#size;
    const canvas = this.#room();
    this.#decoders.decodeFrame(patches[unit]!.read(), width, height, canvas.pixels);
    const file = opacities[unit];
    if (file) {
      this.#decoders.decodeOpacity(file.read(), width, height, this.#opacity);
      const { pixels } = canvas;
      for (let at = 0; at < this.#opacity.length; at++) pixels[at * 4 + 3] = this.#opacity[at]!;
    }
    return rasterOver(canvas);
  }

  /** A canvas for one more unit: new ones up to a bound, then that of the oldest. */
  #room(): ReturnType<typeof newCanvas> {
    const { width, height } = this.#size;
    const [oldest] = this.#kept;
    if (this.#kept.size < keptMax || oldest === undefined) return newCanvas(width, height);
    this.#kept.delete(oldest[0]);
    return { pixels: new Uint8Array(oldest[1].words.buffer), width, height };
  }
}

/** Decoded units that are kept: some 3 MB at 720p. */
const keptMax = 16;
/** Skipped frames that are made up for; after more of them the join no longer matters. */
const skippedMax = 10;
/** A jerk costs this share of a wrong mouth: more makes the mouth lazy. */
const joinWeight = 0.35;
/** From this share of PP on lips should touch ... */
const closureShare = 0.4;
/** ... and a mouth costs this much for each pixel (540p) that it is open. */
const openCost = 0.25;
