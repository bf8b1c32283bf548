import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { plainPixels } from "../../drivers/pixels/plain.ts";
import { Figure } from "../../runtime/stage/figure.ts";
import { closed } from "../../runtime/stage/lips.ts";
import { openLipSync } from "../../runtime/stage/open-lips.ts";
import { newCanvas } from "../../runtime/stage/raster.ts";
import { Babble } from "./babble.ts";
import { openDemo } from "./demo-avatar.ts";

/**
 * `node scripts/bench/lip-memory.ts idle|instant|studio`: prints the megabytes that a process of
 * its own holds after the demo avatar spoke six seconds at 720p, or stood there silent.
 */
const [kind = "idle"] = process.argv.slice(2);
const speech = new Babble();
using opened = await openDemo(kind === "studio" ? "studio" : "instant", "720p");
const tools = { pictures: sharpPictures(), inference: new OnnxInference() };
await using lips = kind === "idle" ? undefined : await openLipSync(opened, tools);
const figure = new Figure(opened.figure, { pictures: tools.pictures, pixels: plainPixels() });
const [canvas, background] = [figure, figure].map(({ width, height }) => newCanvas(width, height));

for (speech.frame = 0; speech.frame < 150; speech.frame++) {
  await lips?.prepare(speech);
  const mouth = lips?.patchAt(speech) ?? closed;
  figure.draw(canvas!, background!, { loopFrame: speech.frame, mouth }, { x: 0, y: 0, zoom: 1 });
}
process.stdout.write(`${process.memoryUsage().rss / 1e6}\n`);
