import type { Display } from "../../drivers/display/display.ts";
import type { Pictures } from "../../drivers/picture/picture.ts";
import type { Screenshot } from "./messages.ts";

/** Best first: quality, then share of the size. */
const attempts = [
  [85, 1],
  [70, 1],
  [50, 1],
  [70, 0.5],
  [50, 0.25],
] as const;

/** What is shown now, as the best JPEG whose base64 has at most `charsMax` characters. */
export async function takeScreenshot(
  display: Display,
  pictures: Pictures,
  { charsMax, share: wished }: { readonly charsMax: number; readonly share?: number },
): Promise<Screenshot> {
  const { width, height } = display;
  const rgba = new Uint8Array(width * height * 4);
  try {
    display.read(rgba);
    if (wished !== undefined && wished < 1) return await preview(rgba, display, pictures, wished);
    const due = wished === undefined ? attempts : attempts.slice(0, 1);
    for (const [quality, share] of due) {
      const file = await pictures.jpeg(rgba, { width, height }, quality, share);
      const jpeg = Buffer.from(file).toString("base64");
      if (jpeg.length <= charsMax) return { jpeg, width, height };
    }
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
  return { reason: `the smallest picture has more than ${charsMax} characters` };
}

/** A small picture at little cost: every nth pixel of every nth row, for somebody who looks on. */
async function preview(
  rgba: Uint8Array,
  { width, height }: Display,
  pictures: Pictures,
  share: number,
): Promise<Screenshot> {
  const step = Math.max(1, Math.round(1 / share));
  const size = { width: Math.floor(width / step), height: Math.floor(height / step) };
  const source = new Uint32Array(rgba.buffer);
  const thin = new Uint32Array(size.width * size.height);
  for (let y = 0, at = 0; y < size.height; y++) {
    const row = y * step * width;
    for (let x = 0; x < size.width; x++) thin[at++] = source[row + x * step]!;
  }
  const file = await pictures.jpeg(new Uint8Array(thin.buffer), size, 70, 1);
  return { jpeg: Buffer.from(file).toString("base64"), ...size };
}
