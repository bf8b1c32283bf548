import assert from "node:assert/strict";
import { test } from "node:test";
import type { Disk } from "../../drivers/disk/disk.ts";

/** A fresh disk, and the same medium as the next start opens it. */
export interface DiskUnderTest {
  readonly disk: Disk;
  reopen(): Promise<Disk>;
}

/** What every Disk keeps, whatever it is made of. */
export function diskContract(name: string, make: () => Promise<DiskUnderTest>): void {
  test(`${name}: read() gives undefined for a file that is not there`, async () => {
    const { disk } = await make();
    assert.equal(await disk.read("none.log"), undefined);
  });

  test(`${name}: append() makes the file, then adds to its end`, async () => {
    const { disk } = await make();
    await disk.append("a.log", bytes("one "));
    await disk.append("a.log", bytes("two"));
    assert.equal(await text(disk, "a.log"), "one two");
  });

  test(`${name}: append() keeps the order of calls that do not wait for each other`, async () => {
    const { disk } = await make();
    const words = Array.from({ length: 20 }, (_, index) => `${index} `);
    await Promise.all(words.map((word) => disk.append("a.log", bytes(word))));
    assert.equal(await text(disk, "a.log"), words.join(""));
  });

  test(`${name}: replace() puts the new file in place of the old one`, async () => {
    const { disk } = await make();
    await disk.replace("state.json", bytes("a long old text"));
    await disk.replace("state.json", bytes("new"));
    await disk.append("state.json", bytes("er"));
    assert.equal(await text(disk, "state.json"), "newer");
  });

  test(`${name}: files outlive the disk object`, async () => {
    const { disk, reopen } = await make();
    await disk.append("a.log", bytes("one"));
    await disk.replace("b.json", bytes("{}"));
    const again = await reopen();
    assert.equal(await text(again, "a.log"), "one");
    assert.equal(await text(again, "b.json"), "{}");
  });

  test(`${name}: bytes are copied: changing them later changes nothing`, async () => {
    const { disk } = await make();
    const mine = bytes("one");
    const written = disk.append("a.log", mine);
    await written;
    mine.fill(0);
    const given = await disk.read("a.log");
    given?.fill(0);
    assert.equal(await text(disk, "a.log"), "one");
  });

  test(`${name}: openFile() reads pieces of the file as it was when it was opened`, async () => {
    const { disk } = await make();
    await disk.replace("a.bin", bytes("0123456789"));
    using file = await disk.openFile("a.bin");
    await disk.replace("a.bin", bytes("abcdefghijklm"));
    assert.equal(file?.bytes, 10);
    const piece = new Uint8Array(4);
    file.read(6, piece);
    assert.equal(new TextDecoder().decode(piece), "6789");
    assert.throws(() => file.read(7, piece), RangeError);
    assert.equal(await disk.openFile("none.bin"), undefined);
    await assert.rejects(() => disk.openFile("../a"), RangeError);
  });

  test(`${name}: names that leave the folder or hide in it are refused`, async () => {
    const { disk } = await make();
    for (const name of ["", ".", "..", "a/b", "../a", "a\\b", "/etc/passwd", ".a", "a\0b"]) {
      await assert.rejects(() => disk.append(name, bytes("x")), RangeError, name);
      await assert.rejects(() => disk.replace(name, bytes("x")), RangeError, name);
      await assert.rejects(() => disk.read(name), RangeError, name);
    }
  });
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function text(disk: Disk, name: string): Promise<string> {
  return new TextDecoder().decode(await disk.read(name));
}
