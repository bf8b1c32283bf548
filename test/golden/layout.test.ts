import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { parseConfig, withTier } from "../../config/config.ts";
import { SilentAudio } from "../../drivers/audio/silent.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { nativePixels } from "../../drivers/pixels/native.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import type { FromStage } from "../../runtime/stage/messages.ts";
import { Show } from "../../runtime/stage/show.ts";
import { assertGolden } from "./golden.ts";

const native = resolve("build/native");
const folder = mkdtempSync(join(tmpdir(), "frontdesk-layout-"));
const logo = join(folder, "logo.svg");
writeFileSync(
  logo,
  `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100" viewBox="0 0 300 100">
  <circle cx="50" cy="50" r="46" fill="#1f6f5c"/><path d="M30 52l14 16 28-34" stroke="#fff"
  stroke-width="10" fill="none"/><rect x="112" y="30" width="180" height="40" rx="12"
  fill="#1f6f5c" fill-opacity="0.6"/></svg>`,
);
const portrait = { width: 360, height: 640 };
const landscape = { width: 640, height: 360 };
const display = openDisplay(native, "memory", portrait);
after(() => {
  display[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const theme = {
  background: { gradient: ["#dfe8f2", "#f4efe6"] },
  logo,
  clock: true,
  code: "https://example.org/floor/2",
};
const caption = "Welcome! The museum shop is on your left, behind the stairs.";

test("full, portrait: logo and clock at the top, code above the captions", async () => {
  await look("layout-full-portrait", portrait, theme);
});

test("full, landscape, with captions on a band", async () => {
  await look("layout-full-landscape", landscape, { ...theme, captionStyle: "band" });
});

test("avatar on the left, landscape, large outlined captions", async () => {
  const style = { captionStyle: "outline", captionSize: 1.3 };
  await look("layout-left-landscape", landscape, { ...theme, layout: "left", ...style });
});

test("avatar on the right, landscape, with a wide safe area", async () => {
  const scene = { ...theme, layout: "right", safeArea: 0.1, ink: "#7a1f3d" };
  await look("layout-right-landscape", landscape, scene);
});

test("avatar on the right, portrait", async () => {
  await look("layout-right-portrait", portrait, { ...theme, layout: "right", zoom: 0.7 });
});

test("a theme is changed while the show goes on, and leaves nothing behind", async () => {
  const scene = { ...theme, layout: "right" };
  await look("layout-right-landscape-hot", landscape, scene, { background: { colour: "#20304f" } });
});

test("a logo that is missing or no picture is reported and left out", async () => {
  const { trace } = await show(portrait, { logo: join(folder, "none.png"), clock: true });
  const broken = join(folder, "broken.png");
  writeFileSync(broken, "no picture");
  const second = await show(portrait, { logo: broken });
  const reasons = [trace, second.trace].map((one) => {
    const [event] = one.recent();
    return `${event?.kind} ${String(event?.reason).replace(folder, "")}`;
  });
  const missing = "logo-refused Cannot show logo /none.png: there is no such file";
  assert.equal(reasons[0], missing);
  assert.match(String(reasons[1]), /^logo-refused .* a PNG, SVG, WebP or JPEG picture is due$/);
});

/** The picture of a scene, `first` before it, with a caption and the time. */
async function look(
  name: string,
  size: { readonly width: number; readonly height: number },
  scene: object,
  first: object = scene,
): Promise<void> {
  await show(size, scene, first);
  const rgba = new Uint8Array(size.width * size.height * 4);
  display.read(rgba);
  await assertGolden(name, rgba, size.width, size.height);
}

async function show(
  size: { readonly width: number; readonly height: number },
  scene: object,
  first: object = scene,
): Promise<{ trace: TraceRing }> {
  assert.ok(display.resize(size));
  const clock = new ManualClock();
  const trace = new TraceRing();
  const config = withTier(parseConfig({ scene: first }, "a test"), "360p");
  const place = {
    trace,
    pictures: sharpPictures(),
    pixels: nativePixels(native),
    inference: new OnnxInference(),
    files: { read: readIfThere, openFile: openIfThere },
    avatars: [resolve("config/avatars")],
  };
  const facts = {
    ...{ display: display.name, displaysRefused: [], audio: "silent", audioRefused: [] },
    ...{ tier: "360p", ...size, framesPerSecond: 25 },
  };
  const screen = { display, audio: new SilentAudio(clock) };
  const house = { config, screen, place, facts };
  const onStage = await Show.open(house, (_message: FromStage) => {});
  onStage.turn(clock.monotonicMs());
  const apply = { kind: "apply", volume: 1, rests: false } as const;
  if (first !== scene) {
    onStage.receive({ ...apply, scene: parseConfig({ scene }, "a test").scene });
    await new Promise((done) => setTimeout(done, 3_000));
  } else onStage.receive({ ...apply, scene: config.scene });
  onStage.receive({ kind: "clock", text: "14:05" });
  onStage.receive({ kind: "begin", generation: 1, caption });
  await clock.advance(40);
  onStage.turn(clock.monotonicMs());
  return { trace };
}
