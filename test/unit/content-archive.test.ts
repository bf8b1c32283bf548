import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { limits } from "../../config/limits.ts";
import { MemoryDepot } from "../../drivers/depot/memory.ts";
import { FetchError } from "../../drivers/fetch/fetch.ts";
import { ArchiveError } from "../../runtime/content/archive-error.ts";
import { type ArchiveRules, installArchive } from "../../runtime/content/install.ts";
import { Shelf } from "../../runtime/content/shelf.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { malices } from "../../scripts/bench/malice/all.ts";
import { makerOf, samplePackage } from "../../scripts/bench/sample-package.ts";
import { partsOf, tarEnd, tarOf } from "../../scripts/bench/tar.ts";

const maker = makerOf();
const sample = samplePackage({}, maker);
const good = tarOf([...partsOf(sample.files), tarEnd]);
const rules: ArchiveRules = { signers: [maker.signer], tiers: (offered) => offered };

test("a package is installed from tar, gzip and zstd, in pieces of any size", async () => {
  const forms = { tar: good, gzip: gzipSync(good), zstd: zstdCompressSync(good) };
  for (const [form, bytes] of Object.entries(forms)) {
    for (const pieceBytes of [13, 512, 65_536]) {
      const world = await desk();
      const placed = await world.install(piecesOf(bytes, pieceBytes));
      assert.ok(!(placed instanceof ArchiveError), `${form} by ${pieceBytes}: ${placed}`);
      assert.deepEqual(placed.files, sample.placed.files);
      assert.equal(placed.version, sample.placed.sha256.slice(0, 12));
      assert.deepEqual(world.shelf.releases, [placed]);
      assert.deepEqual([world.shelf.wanted, await world.depot.staged()], [[], []]);
      assert.equal((await world.depot.objects()).length, sample.files.size);
    }
  }
});

test("only the tiers that the board is to have are kept", async () => {
  const world = await desk();
  const placed = await world.install(piecesOf(good), { ...rules, tiers: () => ["360p"] });
  assert.ok(!(placed instanceof ArchiveError));
  const names = placed.files.map(({ name }) => name);
  assert.deepEqual(names, ["manifest.json", "manifest.sig", "shared.part", "360p.tier"]);
  assert.equal((await world.depot.objects()).length, 4);
});

test("without signers the repository must vouch for it, and tells its version", async () => {
  const bare = samplePackage();
  const bytes = tarOf([...partsOf(bare.files), tarEnd]);
  const open = { ...rules, signers: [] };
  const world = await desk();
  assertCode(await world.install(piecesOf(bytes), open), "ARCHIVE_UNTRUSTED");
  const versionOf = (id: string, sha256: string) =>
    id === "sample" && sha256 === bare.placed.sha256 ? "7.1" : undefined;
  const placed = await world.install(piecesOf(bytes), { ...open, versionOf });
  assert.ok(!(placed instanceof ArchiveError) && placed.version === "7.1");
});

test("the same package again changes nothing; another shares what is equal", async () => {
  const world = await desk();
  await world.install(piecesOf(good));
  await world.install(piecesOf(good));
  assert.equal(world.shelf.releases.length, 1);
  await world.shelf.switchTo("sample", sample.placed.sha256);
  const next = samplePackage({ version: "2.0.0", seed: 2 }, maker);
  await world.install(piecesOf(tarOf([...partsOf(next.files), tarEnd])));
  assert.equal(world.shelf.releases.length, 2);
  // The shared file lies there once.
  assert.equal((await world.depot.objects()).length, 2 * sample.files.size - 1);
});

test("every malicious archive is refused by its code, and nothing of it stays", async () => {
  const { all, signer } = malices();
  assert.ok(all.length >= 200, `${all.length} archives`);
  assert.equal(
    new Set(all.map(({ bytes }) => Buffer.from(bytes).toString("latin1"))).size,
    all.length,
  );
  const wrong: string[] = [];
  for (const { name, codes, bytes } of all) {
    const world = await desk();
    const outcome = await world.install(piecesOf(bytes), { ...rules, signers: [signer] });
    const code = outcome instanceof ArchiveError ? outcome.code : "taken";
    if (!codes.some((one) => one === code)) wrong.push(`${name}: ${code}, ${codes} is due`);
    assert.deepEqual([await world.depot.objects(), await world.depot.staged()], [[], []], name);
    assert.deepEqual([world.shelf.releases, world.shelf.wanted], [[], []], name);
    assert.equal(await world.depot.readIndex(), undefined, name);
  }
  assert.deepEqual(wrong, []);
});

test("a medium without room, one that fails and a source that is pulled have names", async () => {
  const small = await desk(new MemoryDepot(limits.contentReserveBytes));
  assertCode(await small.install(piecesOf(good)), "ARCHIVE_NO_ROOM");
  const full = new MemoryDepot(7_000);
  full.freeBytes = async () => Number.MAX_SAFE_INTEGER;
  const world = await desk(full);
  assertCode(await world.install(piecesOf(good)), "ARCHIVE_NO_ROOM");
  assert.deepEqual(await full.staged(), []);
  async function* pulled(): AsyncGenerator<Uint8Array> {
    yield good.subarray(0, 5_000);
    throw new FetchError("FETCH_CUT", "file:///media/a.fda", "it ended");
  }
  for (const source of [pulled(), zipped(pulled())]) {
    const stick = await desk();
    assertCode(await stick.install(source), "ARCHIVE_SOURCE");
    assert.deepEqual(await stick.depot.staged(), []);
  }
});

test("whatever is refused, its source is let go of", async () => {
  const world = await desk();
  for (const bytes of [good.subarray(0, 9_000), tarOf([tarEnd]), gzipSync(good.subarray(512))]) {
    let isOver = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* piecesOf(bytes, 60_000);
        yield* piecesOf(bytes, 1_000);
      } finally {
        isOver = true;
      }
    }
    assert.ok((await world.install(source())) instanceof ArchiveError);
    // A stream that is destroyed ends its source a turn later.
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(isOver);
  }
});

test("a caller that gives up ends it with its reason", async () => {
  const world = await desk();
  async function* ended(): AsyncGenerator<Uint8Array> {
    yield good.subarray(0, 5_000);
    throw new DOMException("enough", "AbortError");
  }
  await assert.rejects(world.install(ended()), /enough/);
  assert.deepEqual(await world.depot.staged(), []);
});

async function desk(depot = new MemoryDepot()) {
  const trace = new TraceRing();
  const shelf = await Shelf.open(depot, trace);
  const install = (source: AsyncIterable<Uint8Array>, by = rules) =>
    installArchive(source, { depot, shelf, trace }, by);
  return { depot, shelf, install };
}

async function* piecesOf(bytes: Uint8Array, pieceBytes = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** The beginning of a gzip file that goes on as the source does. */
async function* zipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield gzipSync(good).subarray(0, 4_000);
  for await (const _ of source);
}

function assertCode(outcome: unknown, code: ArchiveError["code"]): void {
  assert.ok(outcome instanceof ArchiveError, `${outcome}`);
  assert.equal(outcome.code, code, outcome.message);
}
