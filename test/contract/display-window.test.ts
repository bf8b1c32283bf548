import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chooseDisplay } from "../../drivers/display/choose.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { displaySuite } from "./display.ts";

const native = fileURLToPath(new URL("../../build/native", import.meta.url));
const size = { width: 320, height: 200 };

if (existsSync("/usr/bin/Xvfb")) await onXvfb();
else test("window", { skip: "Xvfb is not installed" }, () => {});

async function onXvfb(): Promise<void> {
  const server = spawn(
    "Xvfb",
    ["-displayfd", "3", "-screen", "0", "800x600x24", "-nolisten", "tcp"],
    { stdio: ["ignore", "ignore", "ignore", "pipe"] },
  );
  const [number] = await once(server.stdio[3]!, "data");
  process.env.DISPLAY = `:${String(number).trim()}`;
  delete process.env.WAYLAND_DISPLAY;
  const choice = await chooseDisplay(native, "window", size);
  const display = openDisplay(native, choice.flavour, choice);
  after(() => {
    display[Symbol.dispose]();
    server.kill();
  });

  test("chooseDisplay() finds the window", () => {
    assert.deepEqual(choice, { flavour: "window", ...size, refused: [] });
  });

  test("chooseDisplay() says when no desktop answers", async () => {
    const own = process.env.DISPLAY;
    process.env.DISPLAY = ":4711";
    try {
      await assert.rejects(chooseDisplay(native, "window", size), {
        message: 'Cannot open display "window": the desktop does not answer, or has no OpenGL ES 2',
      });
    } finally {
      process.env.DISPLAY = own;
    }
  });

  displaySuite("window", display);
}
