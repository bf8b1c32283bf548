import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { sharpPictures } from "../../drivers/picture/sharp.ts";

/**
 * Compares a picture with `test/golden/<name>.png`, pixel by pixel. A difference leaves what came,
 * and where it differs (white), in `out/`. `UPDATE_GOLDEN=1` takes what came as the new golden.
 */
export async function assertGolden(
  name: string,
  rgba: Uint8Array,
  width: number,
  height: number,
): Promise<void> {
  const golden = fileURLToPath(new URL(`${name}.png`, import.meta.url));
  const pictures = sharpPictures();
  if (process.env.UPDATE_GOLDEN === "1") {
    writeFileSync(golden, await pictures.png(rgba, width, height));
    return;
  }
  assert.ok(existsSync(golden), `${golden} is missing: UPDATE_GOLDEN=1 writes it`);
  const due = await sharp(readFileSync(golden)).ensureAlpha().raw().toBuffer();
  const changed = difference(due, rgba);
  if (changed.count === 0) return;
  const out = fileURLToPath(new URL("../../out/", import.meta.url));
  mkdirSync(out, { recursive: true });
  writeFileSync(`${out}${name}.actual.png`, await pictures.png(rgba, width, height));
  writeFileSync(`${out}${name}.diff.png`, await pictures.png(changed.map, width, height));
  assert.fail(`${changed.count} pixels differ from ${golden}, see out/${name}.actual.png`);
}

function difference(due: Uint8Array, came: Uint8Array): { count: number; map: Uint8Array } {
  assert.equal(came.length, due.length, "the golden has another size");
  const map = new Uint8Array(came.length);
  let count = 0;
  for (let at = 0; at < came.length; at += 4) {
    const same = [0, 1, 2, 3].every((channel) => came[at + channel] === due[at + channel]);
    map.set(same ? [0, 0, 0, 255] : [255, 255, 255, 255], at);
    if (!same) count++;
  }
  return { count, map };
}
