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
    const due = wished === undefined ? attempts : ([[60, wished]] as const);
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
