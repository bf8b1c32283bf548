import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AvatarError } from "../../runtime/avatar/error.ts";
import { headBytes, magicBytes } from "../../runtime/avatar/head.ts";
import { smallDraft, tierFile, tierOf } from "./tier-file.ts";

const file = Uint8Array.from(await tierFile());

test("readTier() reads what the packer wrote", () => {
  const tier = tierOf(file);
  assert.equal(tier.idle.count, 2);
  assert.equal(tier.idle.frames.kind, "jpeg");
  assert.equal(tier.idle.frames.matte.runs.length, 2 * 8 * 3);
  assert.equal(tier.idle.frames.matte.alphas.length, 2 * 8);
  assert.deepEqual([...tier.idle.mesh.origins], [9, 1, 9, 1]);
  assert.deepEqual([...tier.mouth.mask], [...smallDraft().mask]);
  assert.deepEqual(
    tier.mouth.shapes.map(({ name, amount }) => [name, amount]),
    [
      ["aa", 0.5],
      ["aa", 1],
    ],
  );
});

test("readTier() names the field of the index that is wrong", () => {
  const message = /index field "clips.0.mesh.columns": must be >= 2$/;
  assert.throws(() => tierOf(withIndex("/clips/0/mesh/columns", 1)), { message });
});

test("readTier() names an encoding that it does not know", () => {
  const message = /idle is encoded as "h264", jpeg( or tiles)? is due$/;
  assert.throws(() => tierOf(withIndex("/clips/0/frames/encoding", "h264")), { message });
});

test("readTier() lets a later release add fields", () => {
  assert.equal(tierOf(withIndex("/clips/0/depth", { at: 7 })).idle.count, 2);
});

test("readTier() refuses blobs that end behind the file", () => {
  const message = /frame 0 of idle ends at byte \d+, blobs end at \d+$/;
  const beyond = withIndex("/clips/0/frames/pictures", [[0, file.length]]);
  assert.throws(() => tierOf(beyond), { message });
});

test("readTier() refuses parts that would take more memory than they may", () => {
  const huge = withIndex("/clips/0/frames/matte/runs", 100_000_000);
  const message = /matte of idle takes \d+ bytes unpacked, limit is \d+$/;
  assert.throws(() => tierOf(huge), { message });
  const bomb = withIndex("/clips/0/frames/matte/alphas", 5);
  assert.throws(() => tierOf(bomb), { message: /matte of idle does not unpack to 101 bytes/ });
});

test("readTier() refuses a matte whose rows do not add up", () => {
  const short = withIndex("/clips/0/frames/matte", (matte: object) => ({
    ...matte,
    runs: 47,
    alphas: 18,
  }));
  const message = /matte ends in row 15, 7 pixels short$/;
  assert.throws(() => tierOf(short), { name: "AvatarError", message });
});

test("readTier() refuses a mesh that points nowhere", async () => {
  const wild = await tierFile({ ...smallDraft(), points: [Number.NaN, 0, 6, 0, 0, 6, 6, 6] });
  assert.throws(() => tierOf(wild), { message: /mesh names place NaN, at most 16384 pixels/ });
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
    tierOf(bytes);
    return false;
  } catch (error) {
    assert.ok(error instanceof AvatarError, `${error}`);
    return true;
  }
}

/** The file with one value of its index changed; blobs stay where they are. */
function withIndex(pointer: string, value: unknown): Uint8Array {
  const length = Buffer.from(file).readUInt32LE(magicBytes);
  const index = JSON.parse(Buffer.from(file.subarray(headBytes, headBytes + length)).toString());
  const keys = pointer.split("/").slice(1);
  const last = keys.pop()!;
  const parent = keys.reduce((inner, key) => inner[key], index);
  parent[last] = typeof value === "function" ? value(parent[last]) : value;
  const text = Buffer.from(JSON.stringify(index));
  const head = Buffer.from(file.subarray(0, headBytes));
  head.writeUInt32LE(text.length, magicBytes);
  return Buffer.concat([head, text, file.subarray(headBytes + length)]);
}
