import qrcode from "qrcode-generator";
import type { Canvas } from "./canvas.ts";

/** Modules of light around a code (ISO/IEC 18004, 5.3.8). */
const quietModules = 4;

/** Where a code goes and how wide it may be, in pixels. */
interface Place {
  readonly left: number;
  readonly top: number;
  readonly sidePx: number;
}

/** Paints `text` as a QR code with its quiet zone; returns its real side. */
export function paintQr(canvas: Canvas, text: string, { left, top, sidePx }: Place): number {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  const scale = Math.max(1, Math.floor(sidePx / (count + 2 * quietModules)));
  const side = scale * (count + 2 * quietModules);
  const words = new Uint32Array(canvas.pixels.buffer, canvas.pixels.byteOffset);
  for (let y = 0; y < side; y++) {
    const row = Math.floor(y / scale) - quietModules;
    for (let x = 0; x < side; x++) {
      const column = Math.floor(x / scale) - quietModules;
      const inside = row >= 0 && column >= 0 && row < count && column < count;
      const dark = inside && code.isDark(row, column);
      words[(top + y) * canvas.width + left + x] = dark ? 0xff000000 : 0xffffffff;
    }
  }
  return side;
}
