import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { MemoryDepot } from "../../drivers/depot/memory.ts";
import { ArchiveError } from "../../runtime/content/archive-error.ts";
import { installArchive } from "../../runtime/content/install.ts";
import { Shelf } from "../../runtime/content/shelf.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { makerOf, samplePackage } from "../../scripts/bench/sample-package.ts";
import { partsOf, tarEnd, tarOf } from "../../scripts/bench/tar.ts";

/**
 * `FUZZ_CASES=10000 FUZZ_SEED=7 node --import tsx --test test/fuzz/content.test.ts` tries as many;
 * a failure tells the seed that repeats it.
 */
const cases = Number(process.env.FUZZ_CASES ?? 600);
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

const maker = makerOf();
const sample = samplePackage({ bytes: 700 }, maker);
const whole = tarOf([...partsOf(sample.files), tarEnd]);

type Damage = (bytes: Uint8Array) => Uint8Array;

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const flip = fc.tuple(share, fc.integer({ min: 1, max: 255 })).map(([at, mask]): Damage => {
  return (bytes) =>
    bytes.map((byte, i) => (i === Math.floor(at * bytes.length) ? byte ^ mask : byte));
});
const cut = share.map(
  (at): Damage =>
    (bytes) =>
      bytes.subarray(0, Math.floor(at * bytes.length)),
);
const insert = fc.tuple(share, fc.uint8Array({ maxLength: 1_100 })).map(([at, more]): Damage => {
  return (bytes) => {
    const place = Math.floor(at * bytes.length);
    return Buffer.concat([bytes.subarray(0, place), more, bytes.subarray(place)]);
  };
});
/** A block of tar again, or in another's place: headers among contents, contents among headers. */
const block = fc.tuple(share, share, fc.boolean()).map(([from, to, isAgain]): Damage => {
  return (bytes) => {
    const blockAt = (at: number) => Math.floor((at * bytes.length) / 512) * 512;
    const [source, place] = [blockAt(from), blockAt(to)];
    const taken = bytes.subarray(source, source + 512);
    const behind = isAgain ? place : place + 512;
    return Buffer.concat([bytes.subarray(0, place), taken, bytes.subarray(behind)]);
  };
});
const damage = fc.oneof(flip, cut, insert, { weight: 3, arbitrary: block });
const form = fc.constantFrom<Damage>((bytes) => bytes, gzipSync, zstdCompressSync);
const some = fc.array(damage, { minLength: 1, maxLength: 3 });

test(`${cases} damaged archives are installed rightly or refused by a code`, async (context) => {
  let refused = 0;
  const codes = new Set<string>();
  const property = fc.asyncProperty(some, form, fc.boolean(), async (list, pack, isPackedFirst) => {
    const all = isPackedFirst ? [pack, ...list] : [...list, pack];
    const bytes = all.reduce((before, change) => change(before), whole as Uint8Array);
    const depot = new MemoryDepot();
    const outcome = await install(depot, bytes);
    assert.deepEqual(await depot.staged(), []);
    if (outcome instanceof ArchiveError) {
      refused += 1;
      codes.add(outcome.code);
      assert.deepEqual(await depot.objects(), []);
      return;
    }
    // What came through is what was signed, to the bit: an object is its hash.
    assert.deepEqual(outcome.files, sample.placed.files);
  });
  await fc.assert(property, { numRuns: cases, seed });
  context.diagnostic(JSON.stringify({ cases, refused, codes: codes.size, seed }));
  assert.ok(refused > cases / 2, `${refused} of ${cases} were refused`);
});

async function install(depot: MemoryDepot, bytes: Uint8Array) {
  const trace = new TraceRing();
  const shelf = await Shelf.open(depot, trace);
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
  }
  const rules = { signers: [maker.signer], tiers: () => ["360p", "540p"] as const };
  return installArchive(source(), { depot, shelf, trace }, rules);
}
