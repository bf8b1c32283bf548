import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { limits } from "../../config/limits.ts";
import { archive } from "../../scripts/avatar/archive.ts";
import { packageFiles, writePackage } from "../unit/package.ts";
import { openDamaged } from "./avatar-damage.ts";

/**
 * `FUZZ_CASES=10000 FUZZ_SEED=7 node --import tsx --test test/fuzz/avatar.test.ts` opens as many;
 * a failure tells the seed that repeats it.
 */
const cases = Number(process.env.FUZZ_CASES ?? 400);
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

test(`${cases} damaged packages are opened or refused by name, within memory`, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-fuzz-"));
  await writePackage(folder);
  const packed = Uint8Array.from(archive(folder));
  rmSync(folder, { recursive: true });
  const tally = await openDamaged(await packageFiles(), packed, cases, seed);
  context.diagnostic(JSON.stringify({ ...tally, seed }));
  assert.ok(tally.refused > cases / 3, `${tally.refused} of ${cases} were refused`);
  assert.ok(tally.opened > 0, "some damage does not matter");
  assert.ok(tally.growthBytes < limits.avatarPartBytesMax, `${tally.growthBytes} bytes more`);
});
