import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { MemoryDisk, openBytes } from "../../drivers/disk/memory.ts";
import { Archive, type Folder } from "../../runtime/avatar/archive.ts";
import { AvatarError } from "../../runtime/avatar/error.ts";
import { headBytes, magicBytes } from "../../runtime/avatar/head.ts";
import { Library } from "../../runtime/avatar/library.ts";
import { sha256Of } from "../support/sha256.ts";

/** What became of damaged packages. */
export interface Tally {
  readonly cases: number;
  readonly refused: number;
  readonly opened: number;
  /** The most memory that the process held more than before, in bytes. */
  readonly growthBytes: number;
}

/** One way to damage a package of named files. */
type Damage = (files: Map<string, Uint8Array>) => void;

/**
 * Opens so many damaged packages as a kiosk does. Bits flip, files are cut or swapped, numbers in
 * the indices grow wild; hashes in the manifest are mended, so that the reader below sees it all.
 * Throws when one is neither opened nor refused with an AvatarError.
 */
export async function openDamaged(
  files: ReadonlyMap<string, Uint8Array>,
  archive: Uint8Array,
  cases: number,
  seed: number,
): Promise<Tally> {
  const before = process.memoryUsage().rss;
  let [refused, opened, most] = [0, 0, before];
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const property = fc.asyncProperty(damages(files), fc.boolean(), async (damage, isArchived) => {
    const folder = isArchived ? await damagedArchive(archive, damage) : await shelf(files, damage);
    const state = folder === undefined ? "refused" : await open(folder);
    if (state === "refused") refused += 1;
    else opened += 1;
    // What earlier cases left is not memory that this one needs.
    if ((refused + opened) % 50 === 0) collect();
    most = Math.max(most, process.memoryUsage().rss);
  });
  await fc.assert(property, { numRuns: cases, seed });
  return { cases, refused, opened, growthBytes: most - before };
}

async function open(folder: Folder): Promise<"opened" | "refused"> {
  const result = await new Library(() => folder, { note: () => {} }).open("small", "360p");
  if (result instanceof AvatarError) return "refused";
  for (const file of result.figure.mouth.shapes) file.image.read();
  result[Symbol.dispose]();
  return "opened";
}

async function shelf(files: ReadonlyMap<string, Uint8Array>, damage: Damage): Promise<Folder> {
  const damaged = new Map([...files].map(([name, bytes]) => [name, bytes.slice()]));
  damage(damaged);
  mend(damaged);
  return new MemoryDisk(damaged);
}

/** Damages the archive as one file. */
async function damagedArchive(archive: Uint8Array, damage: Damage): Promise<Folder | undefined> {
  const whole = new Map([["360p.tier", archive.slice()]]);
  damage(whole);
  try {
    return new Archive(openBytes(whole.get("360p.tier") ?? new Uint8Array()));
  } catch (error) {
    assert.ok(error instanceof AvatarError, `${error}`);
    return undefined;
  }
}

/** Writes sizes and hashes of the files as they are into the manifest, if it still is one. */
function mend(files: Map<string, Uint8Array>): void {
  const manifest = parse(files.get("manifest.json"));
  if (typeof manifest !== "object" || manifest === null) return;
  const { shared, tiers } = manifest as { shared?: Entry; tiers?: Record<string, Entry> };
  for (const entry of [shared, ...Object.values(tiers ?? {})]) {
    const bytes = entry && files.get(entry.file);
    if (entry === undefined || bytes === undefined || bytes.length === 0) continue;
    Object.assign(entry, { bytes: bytes.length, sha256: sha256Of(bytes) });
  }
  files.set("manifest.json", Buffer.from(JSON.stringify(manifest)));
}

interface Entry {
  readonly file: string;
}

function parse(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(bytes ?? []).toString());
  } catch {
    // A manifest that is no JSON any more stays as it is.
    return undefined;
  }
}

function damages(files: ReadonlyMap<string, Uint8Array>): fc.Arbitrary<Damage> {
  const name = fc.constantFrom(...files.keys());
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const flips = fc.array(fc.tuple(share, fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 12,
  });
  const flip = fc.tuple(name, flips).map(([file, list]) => flipped(file, list));
  const cut = fc
    .tuple(name, share)
    .map(([file, at]) => changed(file, (b) => b.slice(0, at * b.length)));
  const swap = fc.tuple(name, name).map(
    ([to, from]): Damage =>
      (all) => {
        const bytes = all.get(from);
        if (bytes) all.set(to, bytes.slice());
      },
  );
  const index = fc
    .tuple(name, share, wild)
    .map(([file, at, value]) => changed(file, (bytes) => withNumber(bytes, at, value)));
  const gone = name.map(
    (file): Damage =>
      (all) =>
        void all.delete(file),
  );
  return fc.oneof({ weight: 3, arbitrary: flip }, cut, swap, { weight: 6, arbitrary: index }, gone);
}

/** Numbers that tempt a reader: nothing, next to bounds of 16, 31 and 32 bits, beyond them. */
const wild = fc.oneof(
  fc.constantFrom(0, 1, -1, 0.5, 65_535, 65_536, 2 ** 31, 2 ** 32 - 1, 2 ** 53, 1e308),
  fc.integer({ min: 0, max: 200_000_000 }),
  fc.constantFrom(null, "", [], {}, "tiles", true),
);

function changed(file: string, change: (bytes: Uint8Array) => Uint8Array): Damage {
  return (all) => {
    const bytes = all.get(file);
    if (bytes) all.set(file, change(bytes));
  };
}

function flipped(file: string, list: readonly (readonly [number, number])[]): Damage {
  return changed(file, (bytes) => {
    for (const [at, mask] of list) bytes[Math.floor(at * bytes.length)]! ^= mask;
    return bytes;
  });
}

/** One number of the JSON (a manifest, or an index behind a head) replaced by `value`. */
function withNumber(bytes: Uint8Array, at: number, value: unknown): Uint8Array {
  const isJson = bytes[0] === 0x7b;
  const end = isJson
    ? bytes.length
    : headBytes + new DataView(bytes.buffer).getUint32(magicBytes, true);
  const start = isJson ? 0 : headBytes;
  const text = Buffer.from(bytes.subarray(start, end)).toString();
  const numbers = [...text.matchAll(/(?<=[:[,])-?\d+(\.\d+)?(?=[,\]}])/g)];
  const found = numbers[Math.floor(at * numbers.length)];
  if (found === undefined) return bytes;
  const tail = text.slice(found.index + found[0].length);
  const changedText = Buffer.from(text.slice(0, found.index) + JSON.stringify(value) + tail);
  if (isJson) return Uint8Array.from(changedText);
  const head = Buffer.from(bytes.slice(0, headBytes));
  head.writeUInt32LE(changedText.length, magicBytes);
  return Uint8Array.from(Buffer.concat([head, changedText, bytes.subarray(end)]));
}
