import type { Canvas } from "./canvas.ts";

/** White, yellow, cyan, green, magenta, red, blue, black at 75 % (SMPTE EG 1), as ABGR. */
const bars = [
  0xffbfbfbf, 0xff00bfbf, 0xffbfbf00, 0xff00bf00, 0xffbf00bf, 0xff0000bf, 0xffbf0000, 0xff000000,
] as const;
const paper = 0xff20201c;
const line = 0xff707068;
const white = 0xffffffff;

/**
 * Colour bars above, a ramp of greys below, a frame of one pixel at the very edge and a grid of
 * squares between: cut-off edges, wrong proportions and lost colours are seen from afar. A flash
 * turns the top white.
 */
export function paintPattern({ pixels, width, height }: Canvas, flash: boolean): void {
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
  const barRows = Math.round(height * 0.12);
  const rampRows = Math.round(height * 0.06);
  const step = Math.round(Math.min(width, height) / 8);
  words.fill(paper);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    if (y < barRows) paintBars(words, row, width, flash);
    else if (y >= height - rampRows) paintRamp(words, row, width);
    else if (y % step === 0) words.fill(line, row, row + width);
    else for (let x = 0; x < width; x += step) words[row + x] = line;
    words[row] = white;
    words[row + width - 1] = white;
  }
  words.fill(white, 0, width);
  words.fill(white, (height - 1) * width);
}

function paintBars(words: Uint32Array, row: number, width: number, flash: boolean): void {
  for (let bar = 0; bar < bars.length; bar++) {
    const from = Math.round((bar * width) / bars.length);
    const until = Math.round(((bar + 1) * width) / bars.length);
    words.fill(flash ? white : bars[bar]!, row + from, row + until);
  }
}

/** Sixteen steps from black to white. */
function paintRamp(words: Uint32Array, row: number, width: number): void {
  for (let grey = 0; grey < 16; grey++) {
    const level = grey * 17;
    const from = Math.round((grey * width) / 16);
    const until = Math.round(((grey + 1) * width) / 16);
    words.fill((0xff000000 | (level << 16) | (level << 8) | level) >>> 0, row + from, row + until);
  }
}
