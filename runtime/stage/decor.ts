import type { Config } from "../../config/config.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { Display, TextLine } from "../../drivers/display/display.ts";
import type { Pictures } from "../../drivers/picture/picture.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { Canvas } from "./canvas.ts";
import type { Box, Layout } from "./layout.ts";
import { paintQr } from "./qr.ts";
import { newCanvas } from "./raster.ts";
import { Sticker } from "./sticker.ts";

/** What decor is made with. */
export interface DecorParts {
  readonly trace: Trace;
  readonly pictures: Pick<Pictures, "fit">;
  readonly files: Pick<Disk, "read">;
}

/** Logo, code and clock: what stands before the avatar and does not move. */
export class Decor {
  readonly #stickers: readonly Sticker[];
  readonly #place: Layout["clock"];
  readonly #colour: TextLine["colour"];
  #clock = "";
  #lines: readonly TextLine[] = [];

  constructor(stickers: readonly Sticker[], place: Layout["clock"], ink: string) {
    this.#stickers = stickers;
    this.#place = place;
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
      Number.parseInt(ink.slice(at, at + 2), 16),
    );
    this.#colour = [red, green, blue, 255];
  }

  /** Paints what the scene painted over; all of it on a canvas that keeps nothing. */
  paint(canvas: Canvas): void {
    for (const sticker of this.#stickers) sticker.paint(canvas);
  }

  /** The lines to set on the picture; `time` as `14:05`, or `""`. */
  lines(time: string, display: Pick<Display, "measure">): readonly TextLine[] {
    if (time === this.#clock) return this.#lines;
    this.#clock = time;
    const { x, y, width, height, alignsRight } = this.#place;
    const left = alignsRight ? x + width - display.measure(time, height) : x;
    const line = { text: time, x: Math.round(left), y, sizePx: height, colour: this.#colour };
    this.#lines = time === "" ? [] : [line];
    return this.#lines;
  }
}

/** Opens what the configuration names; a part that cannot be had is reported and left out. */
export async function openDecor(
  scene: Config["scene"],
  layout: Layout,
  parts: DecorParts,
): Promise<Decor> {
  const wished = [
    ["logo", () => openLogo(scene.logo, layout.logo, parts)],
    ["code", async () => openCode(scene.code, layout.code)],
  ] as const;
  const stickers: Sticker[] = [];
  for (const [what, open] of wished) {
    try {
      const sticker = await open();
      if (sticker) stickers.push(sticker);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      parts.trace.note({ area: "stage", kind: `${what}-refused`, reason });
    }
  }
  return new Decor(stickers, layout.clock, scene.ink);
}

async function openLogo(
  name: string | undefined,
  box: Box,
  { files, pictures }: DecorParts,
): Promise<Sticker | undefined> {
  if (name === undefined) return undefined;
  const file = await files.read(name);
  if (file === undefined) throw new Error(`Cannot show logo ${name}: there is no such file`);
  try {
    return new Sticker(await pictures.fit(file, box.width, box.height), box);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const due = "a PNG, SVG, WebP or JPEG picture is due";
    throw new Error(`Cannot show logo ${name}: ${reason}, ${due}`, { cause });
  }
}

/** White around a code is part of it: scanners need it. */
function openCode(text: string | undefined, box: Layout["code"]): Sticker | undefined {
  if (text === undefined) return undefined;
  if (box.width < codePxMin) {
    throw new Error(`Cannot show code: it has ${box.width} pixels, ${codePxMin} or more are due`);
  }
  const picture = newCanvas(box.width, box.height);
  const side = paintQr(picture, text, { left: 0, top: 0, sidePx: box.width });
  const whole = newCanvas(side, side);
  for (let row = 0; row < side; row++) {
    const from = row * box.width * 4;
    whole.pixels.set(picture.pixels.subarray(from, from + side * 4), row * side * 4);
  }
  const x = box.alignsRight ? box.x + box.width - side : box.x;
  return new Sticker(whole, { x, y: box.y + box.height - side });
}

/** A module of one pixel is read by no camera: 77 modules are those of 300 letters. */
const codePxMin = 80;
