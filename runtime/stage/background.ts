import type { Background } from "../../config/config.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { Pictures } from "../../drivers/picture/picture.ts";
import type { Canvas } from "./canvas.ts";
import { newCanvas, rasterOver } from "./raster.ts";

/** What backgrounds are made with: reading of picture files by name, and decoding. */
export interface BackgroundParts {
  readonly files: Pick<Disk, "read">;
  readonly pictures: Pick<Pictures, "cover">;
}

/**
 * Paints a background of width x height pixels, once for many frames. Rejects with an error that
 * names the picture when it is missing or cannot be read.
 */
export async function paintBackground(
  background: Background,
  { width, height }: Pick<Canvas, "width" | "height">,
  parts: BackgroundParts,
): Promise<Canvas> {
  if ("colour" in background) return gradient(background.colour, background.colour, width, height);
  if ("gradient" in background) return gradient(...background.gradient, width, height);
  return { pixels: await picture(background.image, width, height, parts), width, height };
}

function gradient(top: string, foot: string, width: number, height: number): Canvas {
  const canvas = newCanvas(width, height);
  const { words } = rasterOver(canvas);
  const from = channels(top);
  const to = channels(foot);
  for (let y = 0; y < height; y++) {
    const share = height > 1 ? y / (height - 1) : 0;
    const [red, green, blue] = from.map((level, channel) =>
      Math.round(level + (to[channel]! - level) * share),
    ) as [number, number, number];
    words.fill((red | (green << 8) | (blue << 16) | 0xff000000) >>> 0, y * width, (y + 1) * width);
  }
  return canvas;
}

/** `#rrggbb`; the configuration's schema lets nothing else through. */
function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

async function picture(
  name: string,
  width: number,
  height: number,
  { files, pictures }: BackgroundParts,
): Promise<Uint8Array> {
  const file = await files.read(name);
  if (file === undefined) throw new Error(`Cannot show background ${name}: there is no such file`);
  try {
    return await pictures.cover(file, width, height);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const due = "a JPEG, PNG or WebP picture is due";
    throw new Error(`Cannot show background ${name}: ${reason}, ${due}`, { cause });
  }
}
