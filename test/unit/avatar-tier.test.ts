import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { AvatarError } from "../../runtime/avatar/error.ts";
import { headBytes, magic } from "../../runtime/avatar/layout.ts";
import { openTier, readTier } from "../../runtime/avatar/tier.ts";
import { smallDraft, tierFile } from "./tier-file.ts";

const file = Uint8Array.from(await tierFile());
const entry = {
  file: "360p.tier",
  bytes: file.length,
  sha256: createHash("sha256").update(file).digest("hex"),
  width: 16,
  height: 8,
};

test("openTier() reads what the packer wrote", () => {
  const tier = openTier(file, entry);
  assert.equal(tier.frames.length, 2);
  assert.equal(tier.matte.runs.length, 2 * 8 * 3);
  assert.equal(tier.matte.alphas.length, 2 * 8);
  assert.deepEqual([...tier.mesh.origins], [9, 1, 9, 1]);
  assert.deepEqual([...tier.mouth.mask], [...smallDraft().mask]);
  assert.deepEqual(
    tier.mouth.shapes.map(({ name, amount }) => [name, amount]),
    [
      ["aa", 0.5],
      ["aa", 1],
    ],
  );
});

test("openTier() refuses a file of another length before it hashes it", () => {
  const message = /^Cannot open avatar: 360p.tier has \d+ bytes, manifest says \d+ bytes$/;
  assert.throws(() => openTier(file.subarray(1), entry), { name: "AvatarError", message });
});

test("openTier() refuses a file with one changed bit", () => {
  const changed = file.slice();
  changed[changed.length - 1]! ^= 1;
  const message = /360p.tier has SHA-256 [0-9a-f]{64}, manifest says [0-9a-f]{64}$/;
  assert.throws(() => openTier(changed, entry), { name: "AvatarError", message });
});

test("openTier() refuses a size that is not the manifest's", () => {
  const message = /360p.tier is 16x8, manifest says 18x8$/;
  assert.throws(() => openTier(file, { ...entry, width: 18 }), { name: "AvatarError", message });
});

test("readTier() names the field of the index that is wrong", () => {
  const message = /index field "mesh.columns": must be >= 2$/;
  assert.throws(() => readTier(withIndex({ mesh: { columns: 1 } })), { message });
});

test("readTier() refuses blobs that end behind the file", () => {
  const message = /frame 0 ends at byte \d+, blobs end at \d+$/;
  assert.throws(() => readTier(withIndex({ frames: [[0, file.length]] })), { message });
});

test("readTier() refuses parts that would take more memory than they may", () => {
  const huge = withIndex({ matte: { runs: 100_000_000 } });
  const message = /matte takes \d+ bytes unpacked, limit is \d+ bytes$/;
  assert.throws(() => readTier(huge), { message });
  const bomb = withIndex({ matte: { alphas: 5 } });
  assert.throws(() => readTier(bomb), { message: /matte does not unpack to 101 bytes/ });
});

test("readTier() refuses a matte whose rows do not add up", () => {
  const short = withIndex({ matte: { runs: 47, alphas: 18 } });
  const message = /matte ends in row 15, 7 pixels short$/;
  assert.throws(() => readTier(short), { name: "AvatarError", message });
});

test("readTier() refuses a mesh that points nowhere", async () => {
  const wild = await tierFile({ ...smallDraft(), points: [Number.NaN, 0, 6, 0, 0, 6, 6, 6] });
  assert.throws(() => readTier(wild), { message: /mesh names place NaN, at most 16384 pixels/ });
});

test("readTier() answers any damage with an AvatarError or a tier", () => {
  let refused = 0;
  const damage = fc.array(fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(damage, fc.nat(file.length), (changes, length) => {
      const bytes = file.slice(0, length % 3 === 0 ? length : file.length);
      for (const [at, mask] of changes) if (at < bytes.length) bytes[at]! ^= mask;
      refused += isRefused(bytes) ? 1 : 0;
    }),
    { numRuns: 2_000 },
  );
  assert.ok(refused > 500, `${refused} of 2000 damaged files were refused`);
});

function isRefused(bytes: Uint8Array): boolean {
  try {
    readTier(bytes);
    return false;
  } catch (error) {
    assert.ok(error instanceof AvatarError, `${error}`);
    return true;
  }
}

/** The file with other values in its index, one level deep; blobs stay where they are. */
function withIndex(changes: Record<string, unknown>): Uint8Array {
  const length = Buffer.from(file).readUInt32LE(magic.length);
  const index = JSON.parse(Buffer.from(file.subarray(headBytes, headBytes + length)).toString());
  for (const [key, value] of Object.entries(changes)) {
    index[key] = Array.isArray(value) ? value : { ...index[key], ...(value as object) };
  }
  const text = Buffer.from(JSON.stringify(index));
  const head = Buffer.from(file.subarray(0, headBytes));
  head.writeUInt32LE(text.length, magic.length);
  return Buffer.concat([head, text, file.subarray(headBytes + length)]);
}
