import assert from "node:assert/strict";
import { test } from "node:test";
import type { Depot } from "../../drivers/depot/depot.ts";
import { sha256Of } from "../support/sha256.ts";

/** A fresh depot, and the same medium as the next start opens it. */
export interface DepotUnderTest {
  readonly depot: Depot;
  reopen(): Promise<Depot>;
}

/** What every Depot keeps, whatever it is made of. */
export function depotContract(name: string, make: () => Promise<DepotUnderTest>): void {
  staging(name, make);
  objects(name, make);
  outlives(name, make);
}

function staging(name: string, make: () => Promise<DepotUnderTest>): void {
  test(`${name}: staged bytes become an object once they have its hash`, async () => {
    const { depot } = await make();
    const bytes = bytesOf("a whole file");
    await using piece = await depot.stage("one");
    await piece.append(bytes.subarray(0, 5));
    assert.equal(await piece.keep(sha256Of(bytes)), "wrong");
    await piece.append(bytes.subarray(5));
    assert.equal(piece.bytes, bytes.length);
    assert.equal(await depot.sizeOf(sha256Of(bytes)), undefined);
    assert.equal(await piece.keep(sha256Of(bytes)), "kept");
    assert.equal(await depot.sizeOf(sha256Of(bytes)), bytes.length);
    assert.deepEqual(await depot.staged(), []);
    await assert.rejects(() => piece.append(bytes), RangeError);
  });

  test(`${name}: a piece has one holder, and can be dropped when nobody holds it`, async () => {
    const { depot } = await make();
    const piece = await depot.stage("one");
    await piece.append(bytesOf("x"));
    await assert.rejects(() => depot.stage("one"), RangeError);
    await assert.rejects(() => depot.dropStaged("one"), RangeError);
    assert.deepEqual(await depot.staged(), []);
    await piece[Symbol.asyncDispose]();
    assert.deepEqual(await depot.staged(), ["one"]);
    await depot.dropStaged("one");
    assert.deepEqual(await depot.staged(), []);
    await depot.dropStaged("one");
  });

  test(`${name}: restart() begins with nothing`, async () => {
    const { depot } = await make();
    await using piece = await depot.stage("one");
    await piece.append(bytesOf("wrong"));
    await piece.mark("tag");
    await piece.restart();
    assert.deepEqual([piece.bytes, piece.note], [0, ""]);
    await piece.append(bytesOf("right"));
    assert.equal(await piece.keep(sha256Of(bytesOf("right"))), "kept");
  });

  test(`${name}: a name that ended as an object can be staged anew`, async () => {
    const { depot } = await make();
    for (const text of ["first", "second, longer"]) {
      const piece = await depot.stage("one");
      assert.deepEqual([piece.bytes, piece.note], [0, ""]);
      await piece.append(bytesOf(text));
      await piece.mark(text);
      assert.equal(await piece.keep(sha256Of(bytesOf(text))), "kept");
    }
    assert.equal((await depot.objects()).length, 2);
  });

  test(`${name}: names and notes that are none are refused`, async () => {
    const { depot } = await make();
    for (const wrong of ["", ".", "..", "a/b", "../a", "a.mark", ".a", "a\0b", "é"]) {
      await assert.rejects(() => depot.stage(wrong), RangeError, wrong);
      await assert.rejects(() => depot.dropStaged(wrong), RangeError, wrong);
    }
    for (const wrong of ["", "..", "../../etc/passwd", "A".repeat(64), "a".repeat(63)]) {
      await assert.rejects(async () => depot.sizeOf(wrong), RangeError, wrong);
      await assert.rejects(async () => depot.openObject(wrong), RangeError, wrong);
      await assert.rejects(async () => depot.removeObject(wrong), RangeError, wrong);
    }
    await using piece = await depot.stage("one");
    await assert.rejects(async () => piece.mark("two\nlines"), RangeError);
  });
}

function objects(name: string, make: () => Promise<DepotUnderTest>): void {
  test(`${name}: an object is read in pieces, also after it was removed`, async () => {
    const { depot } = await make();
    const bytes = bytesOf("0123456789");
    await put(depot, bytes);
    using file = await depot.openObject(sha256Of(bytes));
    await depot.removeObject(sha256Of(bytes));
    assert.equal(file?.bytes, 10);
    const piece = new Uint8Array(4);
    file.read(6, piece);
    assert.equal(Buffer.from(piece).toString(), "6789");
    assert.throws(() => file.read(7, piece), RangeError);
    assert.equal(await depot.openObject(sha256Of(bytes)), undefined);
    await depot.removeObject(sha256Of(bytes));
  });

  test(`${name}: objects() tells all of them with their sizes`, async () => {
    const { depot } = await make();
    assert.deepEqual(await depot.objects(), []);
    for (const text of ["a", "bb", "bb"]) await put(depot, bytesOf(text));
    const told = [...(await depot.objects())].sort((a, b) => a.bytes - b.bytes);
    assert.deepEqual(told, [
      { sha256: sha256Of(bytesOf("a")), bytes: 1 },
      { sha256: sha256Of(bytesOf("bb")), bytes: 2 },
    ]);
    assert.ok(depot.pathOf(sha256Of(bytesOf("a"))).endsWith(sha256Of(bytesOf("a"))));
    assert.ok((await depot.freeBytes()) > 0);
  });
}

function outlives(name: string, make: () => Promise<DepotUnderTest>): void {
  test(`${name}: objects, index and marked bytes outlive the process`, async () => {
    const { depot, reopen } = await make();
    assert.equal(await depot.readIndex(), undefined);
    await put(depot, bytesOf("kept"));
    await depot.replaceIndex(bytesOf("a long old index"));
    await depot.replaceIndex(bytesOf("new"));
    const piece = await depot.stage("one");
    await piece.append(bytesOf("marked"));
    await piece.mark('"tag"');
    await piece.append(bytesOf(", not marked"));
    const again = await reopen();
    assert.equal(Buffer.from((await again.readIndex()) ?? []).toString(), "new");
    assert.equal(await again.sizeOf(sha256Of(bytesOf("kept"))), 4);
    await using found = await again.stage("one");
    assert.deepEqual([found.bytes, found.note], [6, '"tag"']);
    await found.append(bytesOf(" and whole"));
    assert.equal(await found.keep(sha256Of(bytesOf("marked and whole"))), "kept");
    await piece[Symbol.asyncDispose]();
  });
}

async function put(depot: Depot, bytes: Uint8Array): Promise<void> {
  await using piece = await depot.stage("put");
  await piece.append(bytes);
  await piece.keep(sha256Of(bytes));
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
