import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parseConfig, withTier } from "../../config/config.ts";
import { tiers } from "../../config/tiers.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { nativePixels } from "../../drivers/pixels/native.ts";
import { only } from "../../runtime/mouth/shape.ts";
import { Changed } from "../../runtime/stage/changed.ts";
import { newCanvas } from "../../runtime/stage/raster.ts";
import { openScene } from "../../runtime/stage/scene.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const native = resolve("build/native");
const size = tiers["360p"];
const display = openDisplay(native, "memory", size);
const { scene } = await openScene(withTier(parseConfig({}, "a test"), "360p"), size, {
  trace: { note: () => {} },
  pictures: sharpPictures(),
  pixels: nativePixels(native),
  inference: new OnnxInference(),
  files: { read: readIfThere, openFile: openIfThere },
  avatars: [resolve("config/avatars")],
});
const changed = new Changed(size);
const canvas = { ...newCanvas(size.width, size.height), changed };
const wide = { weights: only("aa"), opening: 1 };
const round = { weights: only("ou"), opening: 0.5 };

test("frames in steady state allocate no pixels, and keep nothing", () => {
  for (let frame = 0; frame < 600; frame++) show(frame);
  collect();
  const before = process.memoryUsage();
  const frames = 300;
  for (let frame = 0; frame < frames; frame++) show(frame);
  const after = process.memoryUsage();
  const buffers = after.external + after.arrayBuffers - before.external - before.arrayBuffers;
  assert.ok(buffers < 64 * 1024, `${buffers} bytes of buffers in ${frames} frames`);
  collect();
  const kept = process.memoryUsage().heapUsed - before.heapUsed;
  assert.ok(kept < 64 * 1024, `${kept} bytes are kept after ${frames} frames`);
});

test("a picture that does not change is not touched", () => {
  show(0);
  show(0);
  const touched: number[] = [];
  scene.paint(canvas, 0, undefined);
  for (const [tile, mark] of changed.marks.entries()) if (mark !== 0) touched.push(tile);
  assert.deepEqual(touched, []);
});

function show(frame: number): void {
  const mouth = frame % 2 === 0 ? undefined : frame % 4 === 1 ? wide : round;
  scene.paint(canvas, frame, mouth);
  display.show({ pixels: canvas.pixels, text: [], changed: changed.marks });
  changed.next();
}
