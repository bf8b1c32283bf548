import type { Raster } from "../../drivers/pixels/pixels.ts";
import type { Matte } from "../avatar/tier.ts";

/** Writes the matte of a frame into the picture's alpha channel. */
export function stampOpacity({ words }: Raster, matte: Matte, frame: number): void {
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
