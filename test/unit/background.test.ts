import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { paintBackground } from "../../runtime/stage/background.ts";

const size = { width: 6, height: 5 };
const files = new MemoryDisk();
const parts = { files, pictures: sharpPictures() };

test("paintBackground() fills with a colour", async () => {
  const { pixels } = await paintBackground({ colour: "#0a80ff" }, size, parts);
  for (let at = 0; at < pixels.length; at += 4) {
    assert.deepEqual([...pixels.subarray(at, at + 4)], [10, 128, 255, 255]);
  }
});

test("paintBackground() runs a gradient from the first row to the last", async () => {
  const { pixels } = await paintBackground({ gradient: ["#000000", "#ff8040"] }, size, parts);
  const rows = [0, 1, 2, 3, 4].map((row) => [...pixels.subarray(row * 24, row * 24 + 3)]);
  assert.deepEqual(rows[0], [0, 0, 0]);
  assert.deepEqual(rows[2], [128, 64, 32]);
  assert.deepEqual(rows[4], [255, 128, 64]);
});

test("paintBackground() covers the canvas with a picture", async () => {
  const red = Uint8Array.from({ length: 9 * 4 }, (_, at) => [200, 30, 40, 255][at % 4]!);
  await files.replace("wall.png", await parts.pictures.png(red, 3, 3));
  const { pixels } = await paintBackground({ image: "wall.png" }, size, parts);
  assert.equal(pixels.length, 6 * 5 * 4);
  assert.deepEqual([...pixels.subarray(0, 4)], [200, 30, 40, 255]);
});

test("paintBackground() names the picture that is missing or none", async () => {
  const missing = "Cannot show background sky.png: there is no such file";
  await assert.rejects(paintBackground({ image: "sky.png" }, size, parts), { message: missing });
  await files.replace("note.txt", Buffer.from("hello"));
  const message = /^Cannot show background note.txt: .*, a JPEG, PNG or WebP picture is due$/;
  await assert.rejects(paintBackground({ image: "note.txt" }, size, parts), { message });
});
