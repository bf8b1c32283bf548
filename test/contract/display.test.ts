import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chooseDisplay } from "../../drivers/display/choose.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { displaySuite } from "./display.ts";

const native = fileURLToPath(new URL("../../build/native", import.meta.url));
const size = { width: 320, height: 200 };
const display = openDisplay(native, "memory", size);
after(() => display[Symbol.dispose]());

displaySuite("memory", display);

test("openDisplay() has the size asked for, and says what it is", () => {
  assert.deepEqual([display.name, display.width, display.height], ["memory", 320, 200]);
});

test("openDisplay() refuses a second flavour in one process", () => {
  assert.throws(() => openDisplay(native, "window", size), {
    message: "Cannot open window: this process has loaded raylib for memory",
  });
});

test(
  "chooseDisplay() takes memory when there is nothing else, and says why",
  noScreen(),
  async () => {
    const choice = await chooseDisplay(native, "auto", size);
    assert.deepEqual([choice.flavour, choice.width, choice.height], ["memory", 320, 200]);
    const tried = choice.refused.map(({ flavour }) => flavour);
    assert.deepEqual(tried, ["drm-gles", "drm-sw", "window"]);
    assert.ok(choice.refused.every(({ reason }) => reason.length > 10));
  },
);

test("chooseDisplay() takes DRM without a screen, and waits for one", noScreen(), async () => {
  const choice = await chooseDisplay(native, "drm", size);
  assert.deepEqual([choice.flavour, choice.width, choice.height], ["drm-sw", 320, 200]);
  assert.deepEqual(choice.refused, [
    { flavour: "drm-gles", reason: "there is no graphics card (/dev/dri/card*)" },
  ]);
});

test("chooseDisplay() says what is missing for a GPU and for a window", noScreen(), async () => {
  await assert.rejects(chooseDisplay(native, "drm-gles", size), {
    message: 'Cannot open display "drm-gles": there is no graphics card (/dev/dri/card*)',
  });
  await assert.rejects(chooseDisplay(native, "window", size), {
    message: 'Cannot open display "window": neither DISPLAY nor WAYLAND_DISPLAY is set',
  });
});

function noScreen(): { skip: string | false } {
  const screen =
    existsSync("/dev/dri") || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  return { skip: screen ? "this machine has a screen" : false };
}
