import type { Canvas } from "./canvas.ts";
import type { Box } from "./layout.ts";

/** Opacity of the bar behind a text; white on it keeps a contrast over 7:1 (WCAG 2.2, 1.4.6). */
const barOpacity = 0.72;

/** Darkens a box with rounded corners. */
export function dimBar({ pixels, width, changed }: Canvas, box: Box): void {
  changed?.cover(box.x, box.y, box.width, box.height);
  const radius = Math.round(box.height / 5);
  const keep = Math.round(256 * (1 - barOpacity));
  for (let row = 0; row < box.height; row++) {
    const inset = cornerInset(row, box.height, radius);
    const from = ((box.y + row) * width + box.x + inset) * 4;
    const until = ((box.y + row) * width + box.x + box.width - inset) * 4;
    for (let at = from; at < until; at += 4) {
      pixels[at] = (pixels[at]! * keep) >> 8;
      pixels[at + 1] = (pixels[at + 1]! * keep) >> 8;
      pixels[at + 2] = (pixels[at + 2]! * keep) >> 8;
    }
  }
}

function cornerInset(row: number, height: number, radius: number): number {
  const depth = radius - Math.min(row, height - 1 - row) - 0.5;
  if (depth <= 0) return 0;
  return Math.round(radius - Math.sqrt(radius * radius - depth * depth));
}
