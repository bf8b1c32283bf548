import type { AvatarTier, Matte } from "../avatar/tier.ts";
import { overBackground } from "./overlay.ts";
import type { Raster } from "./raster.ts";

/** A picture of the figure over its flat backdrop, and the matte that says which pixels are its. */
export interface CutOut {
  readonly picture: Raster;
  readonly matte: Matte;
  readonly backdrop: AvatarTier["backdrop"];
}

/**
 * Gives the picture another background of the same size, in place: the figure's own pixels are not
 * touched, which makes this the fast way when the picture fills the canvas.
 */
export function changeBackground(figure: CutOut, frame: number, background: Raster): void {
  const { picture, matte, backdrop } = figure;
  const { words } = picture;
  const behind = background.words;
  let run = matte.firstRun[frame]!;
  let alpha = matte.firstAlpha[frame]!;
  for (let at = 0; at < words.length; run++) {
    const end = at + (matte.runs[run]! & lengthMask);
    const kind = matte.runs[run]! >> kindShift;
    if (kind === clear) for (; at < end; at++) words[at] = behind[at]!;
    if (kind === mixed) {
      for (; at < end; at++, alpha++) {
        words[at] = overBackground(words[at]!, behind[at]!, matte.alphas[alpha]!, backdrop);
      }
    }
    at = end;
  }
}

/** Writes the matte into the picture's alpha channel, for what needs it pixel by pixel. */
export function stampOpacity({ picture, matte }: CutOut, frame: number): void {
  const { words } = picture;
  let run = matte.firstRun[frame]!;
  let alpha = matte.firstAlpha[frame]!;
  for (let at = 0; at < words.length; run++) {
    const end = at + (matte.runs[run]! & lengthMask);
    const kind = matte.runs[run]! >> kindShift;
    if (kind === clear) for (; at < end; at++) words[at] = words[at]! & colourMask;
    if (kind === mixed) {
      for (; at < end; at++) {
        words[at] = (words[at]! & colourMask) | (matte.alphas[alpha++]! << 24);
      }
    }
    at = end;
  }
}

/** Runs as `runtime/avatar/layout.ts` packs them. */
const lengthMask = 0x3fff;
const kindShift = 14;
const clear = 0;
const mixed = 2;

const colourMask = 0x00ffffff;
