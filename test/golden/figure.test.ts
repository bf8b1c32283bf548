import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { plainPixels } from "../../drivers/pixels/plain.ts";
import { Library } from "../../runtime/avatar/library.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { closedMouth, type MouthShape, only } from "../../runtime/mouth/shape.ts";
import type { Viseme } from "../../runtime/mouth/viseme.ts";
import { paintBackground } from "../../runtime/stage/background.ts";
import type { Canvas } from "../../runtime/stage/canvas.ts";
import { Figure, type Pose } from "../../runtime/stage/figure.ts";
import { closed } from "../../runtime/stage/lips.ts";
import { held } from "../../runtime/stage/moment.ts";
import { openLipSync } from "../../runtime/stage/open-lips.ts";
import { newCanvas } from "../../runtime/stage/raster.ts";
import { assertGolden } from "./golden.ts";

const pictures = sharpPictures();
const folder = fileURLToPath(new URL("../../config/avatars/anna", import.meta.url));
const rules = { signers: [], lipsync: "instant" as const };
const library = new Library(() => new LocalDisk(folder), new TraceRing(), rules);
const opened = await library.open("anna", "360p");
assert.ok(!(opened instanceof Error), `${opened}`);
const figure = new Figure(opened.figure, { pictures, pixels: plainPixels() });
const lips = await openLipSync(opened, { pictures, inference: new OnnxInference() });
const whole = { x: 0, y: 0, zoom: 1 };

test("figure, idle, before a colour", async () => {
  await look("figure-idle-colour", { loopFrame: 0, mouth: closed }, { colour: "#1f6f5c" });
});

test("figure, idle, before a gradient", async () => {
  const gradient = { gradient: ["#20304f", "#f0d9b5"] as [string, string] };
  await look("figure-idle-gradient", { loopFrame: 75, mouth: closed }, gradient);
});

test("figure, mouth wide open", async () => {
  await look("figure-aa", { loopFrame: 30, mouth: await saying("aa", 0.9) }, { colour: "#ffffff" });
});

test("figure, mouth round", async () => {
  await look(
    "figure-ou",
    { loopFrame: 125, mouth: await saying("ou", 0.4) },
    { colour: "#000000" },
  );
});

test("figure, zoomed and cut off at the edges", async () => {
  const pose = { loopFrame: 100, mouth: await saying("E", 0.5) };
  const canvas = await draw(pose, { colour: "#7a1f3d" }, { x: -150.5, y: -120, zoom: 1.6 });
  await assertGolden("figure-zoomed", canvas.pixels, canvas.width, canvas.height);
});

test("figure, small, at the foot of the canvas", async () => {
  const pose = { loopFrame: 100, mouth: await saying("oh", 0.6) };
  const canvas = await draw(pose, { colour: "#d9e4ec" }, { x: 130, y: 400, zoom: 0.375 });
  await assertGolden("figure-small", canvas.pixels, canvas.width, canvas.height);
});

test("in silence no pixel differs from the idle loop", async () => {
  for (let loopFrame = 0; loopFrame < figure.frames; loopFrame += 15) {
    const mouth = await mouthOf(closedMouth);
    const silent = await draw({ loopFrame, mouth }, { colour: "#1f6f5c" }, whole);
    const idle = await draw({ loopFrame, mouth: closed }, { colour: "#1f6f5c" }, whole);
    assert.deepEqual(silent.pixels, idle.pixels);
  }
});

test("a mouth changes the lower face and nothing else", async () => {
  const idle = await draw({ loopFrame: 30, mouth: closed }, { colour: "#1f6f5c" }, whole);
  const open = await draw(
    { loopFrame: 30, mouth: await saying("aa", 0.9) },
    { colour: "#1f6f5c" },
    whole,
  );
  const rows = new Set<number>();
  for (let at = 0; at < idle.pixels.length; at++) {
    if (idle.pixels[at] !== open.pixels[at]) rows.add(Math.floor(at / 4 / idle.width));
  }
  assert.ok(Math.min(...rows) > 180, `a change in row ${Math.min(...rows)}, the nose ends at 200`);
  assert.ok(Math.max(...rows) < 300, `a change in row ${Math.max(...rows)}, the neck ends at 300`);
});

test("both ways of drawing give the same idle picture", async () => {
  assert.equal(await differing({ loopFrame: 60, mouth: closed }, 0), 0);
});

test("both ways of drawing give the same mouth, but for rounding at its outline", async () => {
  const pixels = figure.width * figure.height;
  assert.ok((await differing({ loopFrame: 60, mouth: await saying("aa", 0.9) }, 2)) < pixels / 500);
});

/** Channels that differ by more than `most` levels when the figure is drawn one row lower. */
async function differing(pose: Pose, most: number): Promise<number> {
  const inPlace = await draw(pose, { colour: "#20c040" }, whole);
  const moved = await draw(pose, { colour: "#20c040" }, { x: 0, y: 1, zoom: 1 });
  const row = figure.width * 4;
  let count = 0;
  for (let at = 0; at < inPlace.pixels.length - row; at++) {
    if (Math.abs(inPlace.pixels[at]! - moved.pixels[at + row]!) > most) count++;
  }
  return count;
}

async function look(
  name: string,
  pose: Pose,
  background: Parameters<typeof paintBackground>[0],
): Promise<void> {
  const canvas = await draw(pose, background, whole);
  await assertGolden(name, canvas.pixels, canvas.width, canvas.height);
}

async function draw(
  pose: Pose,
  background: Parameters<typeof paintBackground>[0],
  place: Parameters<Figure["draw"]>[3],
): Promise<Canvas> {
  const canvas = newCanvas(figure.width, figure.height);
  const files = { read: async () => undefined };
  figure.draw(canvas, await paintBackground(background, canvas, { files, pictures }), pose, place);
  return canvas;
}

function saying(viseme: Viseme, opening: number): Promise<Pose["mouth"]> {
  return mouthOf({ weights: only(viseme), opening });
}

/** What the lip-sync makes of a mouth that is held; it stays until the next one. */
async function mouthOf(shape: MouthShape): Promise<Pose["mouth"]> {
  await lips.prepare(held(shape));
  return lips.patchAt(held(shape)) ?? closed;
}
