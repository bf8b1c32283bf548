import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { openBytes } from "../../drivers/disk/memory.ts";
import { AvatarError } from "../../runtime/avatar/error.ts";
import { readHead } from "../../runtime/avatar/head.ts";
import { sharedMagic, sharedSchema } from "../../runtime/avatar/layout.ts";
import { manifestSchema } from "../../runtime/avatar/manifest.ts";
import { type Parts, readAllParts } from "../../runtime/avatar/parts.ts";
import { Stretch } from "../../runtime/avatar/stretch.ts";
import { Blobs } from "../../scripts/avatar/blobs.ts";

const page = readFileSync(new URL("../../runtime/avatar/FORMAT.md", import.meta.url), "utf8");

test("the example of FORMAT.md is what the writer writes", () => {
  assert.deepEqual(Buffer.from(sharedFile([0.5, 2])), exampleOf(page));
});

test("the example of FORMAT.md is read as it is told there", () => {
  const parts = partsOf(exampleOf(page));
  assert.deepEqual(parts.shape("scale"), [1, 2]);
  assert.deepEqual([...parts.tensor("scale", "f32", [1, -1])], [0.5, 2]);
});

test("FORMAT.md names every field of the manifest", () => {
  for (const field of Object.keys(manifestSchema.properties)) {
    assert.ok(page.includes(`\`${field}\``), `${field} is not told`);
  }
});

test("Parts refuses a tensor of another type, shape or name, and what is no number", () => {
  const parts = partsOf(sharedFile([0.5, 2]));
  assert.throws(() => parts.tensor("scale", "i16", [1, 2]), fault(/f32 \[1, 2\], i16 \[1, 2\] is/));
  assert.throws(() => parts.tensor("scale", "f32", [2, 1]), fault(/f32 \[2, 1\] is due$/));
  assert.throws(() => parts.tensor("mean", "f32", [1]), fault(/mean is missing, there are scale$/));
  const wild = partsOf(sharedFile([0.5, Number.NaN]));
  assert.throws(() => wild.tensor("scale", "f32", [1, 2]), fault(/holds NaN at 1, numbers are/));
});

test("a tensor is the reader's own: what is read next does not change it", () => {
  const parts = partsOf(sharedFile([0.5, 2]));
  const first = parts.tensor("scale", "f32", [1, 2]);
  parts.tensor("scale", "f32", [1, 2]).fill(7);
  assert.deepEqual([...first], [0.5, 2]);
});

function partsOf(file: Uint8Array): Parts {
  const whole = Stretch.of(openBytes(file));
  const { index, blobs } = readHead("shared file", whole, sharedMagic, sharedSchema);
  const parts = readAllParts(index.parts, blobs).get("instant");
  assert.ok(parts);
  return parts;
}

function sharedFile(values: readonly [number, number]): Uint8Array {
  const floats = Buffer.alloc(8);
  values.forEach((value, at) => void floats.writeFloatLE(value, at * 4));
  const inner = new Blobs();
  const tensor = { type: "f32", shape: [1, 2], at: inner.add(floats), packed: false };
  const container = inner.file("FDPARTS\n", { tensors: { scale: tensor }, blobs: {} });
  const outer = new Blobs();
  return outer.file(sharedMagic, { parts: { instant: outer.add(container) } });
}

/** The bytes of the hex dump. */
function exampleOf(text: string): Buffer {
  const dump = /<!-- example: shared.part -->\n```\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  const rows = dump.trimEnd().split("\n");
  return Buffer.from(rows.map((row) => row.slice(6, 53).replaceAll(" ", "")).join(""), "hex");
}

function fault(message: RegExp) {
  return (error: unknown) => error instanceof AvatarError && message.test(error.fault);
}
