import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { EvdevInput } from "../../drivers/input/evdev.ts";
import type { InputEvent } from "../../drivers/input/input.ts";
import { keyName } from "../../drivers/input/keys.ts";
import { ScriptedInput } from "../../drivers/input/scripted.ts";
import { until } from "../support/until.ts";

const helperPath = "build/native/bin/evdev";

/** Event types and codes of linux/input-event-codes.h. */
const [syn, key, abs] = [0, 1, 3];
const [btnTouch, absX, absY] = [0x14a, 0, 1];

test("keys and fingers of the kernel's own records arrive by name and place", async () => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-input-"));
  execFileSync("mkfifo", [join(folder, "event0")]);
  const pipe = openSync(join(folder, "event0"), "r+");
  const heard: InputEvent[] = [];
  const troubles: string[] = [];
  {
    const onTrouble = (reason: string) => void troubles.push(reason);
    await using input = new EvdevInput({ helperPath, folder, onTrouble });
    input.onEvent((event) => heard.push(event));
    await until(() => heard.length === 1, "the device");
    // A panel that does not tell its range counts from 0 to 4095.
    for (const [type, code, value] of [
      [key, 66, 1],
      [key, 66, 0],
      [key, 30, 1],
      [key, 700, 1],
      [key, btnTouch, 1],
      [abs, absX, 1024],
      [abs, absY, 4095],
      [syn, 0, 0],
    ] as const) {
      writeSync(pipe, record(type, code, value));
    }
    await until(() => heard.length === 5, "the finger");
    rmSync(join(folder, "event0"));
    closeSync(pipe);
    await until(() => heard.length === 6, "the device's end");
  }
  assert.deepEqual(heard, [
    { kind: "device", name: "event0", there: true },
    { kind: "key", name: "F8" },
    { kind: "key", name: "A" },
    { kind: "key", name: "700" },
    { kind: "touch", x: 0.25, y: 1 },
    { kind: "device", name: "event0", there: false },
  ]);
  assert.deepEqual(troubles, []);
  rmSync(folder, { recursive: true });
});

test("a board without devices is quiet, one without the program says so", async () => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-input-"));
  const troubles: string[] = [];
  const onTrouble = (reason: string) => void troubles.push(reason);
  {
    await using _input = new EvdevInput({ helperPath, folder, onTrouble });
  }
  assert.deepEqual(troubles, []);
  await using _none = new EvdevInput({ helperPath: "build/native/bin/none", folder, onTrouble });
  await until(() => troubles.length > 0, "the reason");
  assert.match(troubles[0] ?? "", /ENOENT/);
  rmSync(folder, { recursive: true });
});

test("a script plays what it is told to", async () => {
  const heard: InputEvent[] = [];
  const input = new ScriptedInput();
  input.onEvent((event) => heard.push(event));
  input.play({ kind: "key", name: "F8" });
  await input[Symbol.asyncDispose]();
  input.play({ kind: "key", name: "A" });
  assert.deepEqual(heard, [{ kind: "key", name: "F8" }]);
});

test("keyName() knows the rows of a keyboard", () => {
  const codes = [1, 16, 25, 30, 38, 44, 57, 59, 68, 88, 102, 111, 113, 116, 999];
  assert.equal(
    codes.map(keyName).join(" "),
    "ESC Q P A L Z SPACE F1 F10 F12 HOME DELETE MUTE POWER 999",
  );
});

/** `struct input_event` of a 64 bit kernel. */
function record(type: number, code: number, value: number): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt16LE(type, 16);
  bytes.writeUInt16LE(code, 18);
  bytes.writeInt32LE(value, 20);
  return bytes;
}
