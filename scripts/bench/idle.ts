import { join } from "node:path";
import { type Tier, tiers } from "../../config/tiers.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { plainPixels } from "../../drivers/pixels/plain.ts";
import { AvatarError } from "../../runtime/avatar/error.ts";
import { Library } from "../../runtime/avatar/library.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { paintBackground } from "../../runtime/stage/background.ts";
import { Figure } from "../../runtime/stage/figure.ts";
import { PicturedLips } from "../../runtime/stage/lips.ts";
import { Portrait } from "../../runtime/stage/portrait.ts";

const shipped = join(import.meta.dirname, "../../config/avatars");

/** Luma of every frame of the demo avatar's idle loop, before the default background. */
export async function idleFrames(tier: Tier): Promise<readonly Uint8Array[]> {
  const library = new Library((id) => new LocalDisk(join(shipped, id)), new TraceRing());
  const opened = await library.open("anna", tier);
  if (opened instanceof AvatarError) throw opened;
  const pictures = sharpPictures();
  const size = tiers[tier];
  const files = { read: async () => undefined };
  const background = await paintBackground({ colour: "#E2E5EA" }, size, { files, pictures });
  const figure = new Figure(opened.figure, { pictures, pixels: plainPixels() });
  const portrait = new Portrait(figure, new PicturedLips(figure.mouths), background, {
    x: 0.5,
    y: 1,
    zoom: 1,
  });
  const canvas = { ...size, pixels: new Uint8Array(size.width * size.height * 4) };
  return Array.from({ length: figure.frames }, (_, frame) => {
    portrait.paint(canvas, frame, undefined);
    return lumaOf(canvas.pixels);
  });
}

/** Full-range luma of RGBA pixels (ITU-R BT.709), as a decoded film has it. */
function lumaOf(pixels: Uint8Array): Uint8Array {
  const luma = new Uint8Array(pixels.length / 4);
  for (let at = 0; at < luma.length; at++) {
    const [red, green, blue] = [pixels[at * 4]!, pixels[at * 4 + 1]!, pixels[at * 4 + 2]!];
    luma[at] = Math.round(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  }
  return luma;
}
