import qrcode from "qrcode-generator";
import sharp from "sharp";

/** Modules of light around a code (ISO/IEC 18004, 5.3.8). */
const quietModules = 4;
const modulePx = 8;

/** A text as a QR code for a terminal: two rows of modules in a line of half blocks. */
export function codeText(text: string): string {
  return codeOf(text).createASCII(1, quietModules);
}

/** The same as a PNG, to be printed or sent. */
export function codePng(text: string): Promise<Buffer> {
  const code = codeOf(text);
  const count = code.getModuleCount();
  const side = count + 2 * quietModules;
  const pixels = Buffer.alloc(side * side, 255);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      const at = (row + quietModules) * side + column + quietModules;
      if (code.isDark(row, column)) pixels[at] = 0;
    }
  }
  const raw = { width: side, height: side, channels: 1 } as const;
  const sidePx = side * modulePx;
  return sharp(pixels, { raw }).resize(sidePx, sidePx, { kernel: "nearest" }).png().toBuffer();
}

/** With the least correction: it is read from a screen or a clean page, and must fit. */
function codeOf(text: string): QRCode {
  const code = qrcode(0, "L");
  code.addData(text);
  code.make();
  return code;
}

type QRCode = ReturnType<typeof qrcode>;
