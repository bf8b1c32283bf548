import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Typeface } from "../../drivers/display/typeface.ts";

const openSans = Typeface.read(
  "/usr/share/fonts/truetype/open-sans/OpenSans-Semibold.ttf",
  "fonts-open-sans",
);
const droid = Typeface.read(
  "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
  "fonts-droid-fallback",
);

test("Typeface knows which characters a font has", () => {
  for (const character of "AzÄß€Łğш\ufffd") assert.ok(openSans.covers(point(character)), character);
  for (const character of "漢あ가\u{1f600}\uffff") assert.ok(!openSans.covers(point(character)));
  for (const character of "漢字楼請请あカ。") assert.ok(droid.covers(point(character)), character);
  for (const character of "한\u{1f600}\u{10ffff}") assert.ok(!droid.covers(point(character)));
});

test("Typeface knows a font's proportions", () => {
  assert.deepEqual([openSans.unitsPerEm, openSans.ascent, openSans.descent], [2048, 2189, 600]);
});

test("Typeface.read() names the package that has a font", () => {
  assert.throws(() => Typeface.read("/nowhere/font.ttf", "fonts-nowhere"), {
    message: "Cannot set text: /nowhere/font.ttf is missing, the package fonts-nowhere has it",
  });
});

test("Typeface refuses what is no TrueType font", () => {
  const file = "/usr/share/fonts/truetype/open-sans/OpenSans-Semibold.ttf";
  assert.ok(readFileSync(file).equals(openSans.bytes()));
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-font-"));
  const other = join(folder, "none.ttf");
  writeFileSync(other, new Uint8Array(64));
  assert.throws(() => Typeface.read(other, "none"), /Cannot read font: table head is missing/);
  rmSync(folder, { recursive: true });
});

function point(character: string): number {
  return character.codePointAt(0)!;
}
