import { mosaicTiles, type Pixels, tilePixels } from "../../drivers/pixels/pixels.ts";
import type { Brushes } from "../../runtime/stage/projector.ts";
import { percentileOf } from "./figure-line.ts";

/** Milliseconds of processor time since the process began. */
export function spentMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Where the time of a frame goes: its picture, its background, its mouth, the screen. */
export type Step = "fetch" | "blend" | "mouth" | "present";

const stepNames = ["fetch", "blend", "mouth", "present"] as const;

/** Adds up what each step of a frame takes, frame by frame. */
export class Ledger {
  #frame: Record<Step, number> = { fetch: 0, blend: 0, mouth: 0, present: 0 };
  #frames: Record<Step, number>[] = [];

  spend(step: Step, ms: number): void {
    this.#frame[step] += ms;
  }

  /** The frame is over; one that does not count is forgotten. */
  turn(counts = true): void {
    if (counts) this.#frames.push(this.#frame);
    this.#frame = { fetch: 0, blend: 0, mouth: 0, present: 0 };
  }

  clear(): void {
    this.#frames = [];
  }

  costs(): Record<Step, { p50: number; p95: number }> {
    const cost = (step: Step) => {
      const values = this.#frames.map((frame) => frame[step]);
      return { p50: percentileOf(values, 0.5), p95: percentileOf(values, 0.95) };
    };
    return Object.fromEntries(stepNames.map((step) => [step, cost(step)])) as ReturnType<
      Ledger["costs"]
    >;
  }
}

/**
 * The same brushes, whose every stroke goes into the ledger. What is decoded and neither as wide as
 * a frame of `frameWidth` pixels nor as a mosaic of tiles is a mouth.
 */
export function watched(
  { pictures, pixels }: Brushes,
  ledger: Ledger,
  frameWidth: number,
): Brushes {
  const mosaicWidth = mosaicTiles * tilePixels;
  const decoding =
    (decode: Brushes["pictures"]["decodeFrame"]): Brushes["pictures"]["decodeFrame"] =>
    (file, width, height, into) => {
      const startMs = spentMs();
      decode(file, width, height, into);
      const isFrame = width === frameWidth || width === mosaicWidth;
      ledger.spend(isFrame ? "fetch" : "mouth", spentMs() - startMs);
    };
  const timing =
    <A extends unknown[]>(step: Step, work: (...args: A) => void) =>
    (...args: A): void => {
      const startMs = spentMs();
      work(...args);
      ledger.spend(step, spentMs() - startMs);
    };
  const under = <K extends Exclude<keyof Pixels, "name">>(step: Step, name: K) =>
    timing<Parameters<Pixels[K]>>(step, (...args) =>
      (pixels[name] as (...args: Parameters<Pixels[K]>) => void).apply(pixels, args),
    );
  return {
    pictures: {
      decodeFrame: decoding(pictures.decodeFrame),
      decodeOpacity: decoding(pictures.decodeOpacity),
    },
    pixels: {
      name: pixels.name,
      copy: under("blend", "copy"),
      lay: under("blend", "lay"),
      sample: under("blend", "sample"),
      halve: under("blend", "halve"),
      bend: under("mouth", "bend"),
      scatter: under("fetch", "scatter"),
      mix: under("blend", "mix"),
    },
  };
}
