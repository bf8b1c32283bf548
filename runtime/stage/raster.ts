import type { Raster } from "../../drivers/pixels/pixels.ts";
import type { Canvas } from "./canvas.ts";

/** The same memory, seen as words; the canvas's pixels must start at a multiple of four bytes. */
export function rasterOver({ pixels, width, height }: Canvas): Raster {
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
  return { words, width, height };
}

export function newCanvas(width: number, height: number): Canvas {
  return { pixels: new Uint8Array(width * height * 4), width, height };
}
