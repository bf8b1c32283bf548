import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { diskContract } from "./disk.ts";

const root = await mkdtemp(join(tmpdir(), "frontdesk-disk-"));
after(() => rm(root, { recursive: true }));

diskContract("memory", async () => {
  const disk = new MemoryDisk();
  return { disk, reopen: async () => disk.restarted() };
});

diskContract("local", async () => {
  const folder = await mkdtemp(join(root, "case-"));
  return { disk: await LocalDisk.open(folder), reopen: () => LocalDisk.open(folder) };
});

test("local: a half-written replacement is neither read nor in the way", async () => {
  const folder = await mkdtemp(join(root, "case-"));
  const disk = await LocalDisk.open(folder);
  await disk.replace("a.json", bytes("old"));
  await writeFile(join(folder, ".a.json.new"), "half of a ne");
  assert.equal(await text(disk, "a.json"), "old");
  await disk.replace("a.json", bytes("new"));
  assert.equal(await text(disk, "a.json"), "new");
  assert.deepEqual(await readdir(folder), ["a.json"]);
});

test("local: a file for its owner alone is that, whatever lay there before", async () => {
  const folder = await mkdtemp(join(root, "case-"));
  const disk = await LocalDisk.open(folder);
  await disk.replace("a.key", bytes("old"));
  await writeFile(join(folder, ".a.key.new"), "half", { mode: 0o666 });
  await disk.replace("a.key", bytes("new"), "owner");
  assert.equal((await stat(join(folder, "a.key"))).mode & 0o777, 0o600);
  assert.equal(await text(disk, "a.key"), "new");
});

test("local: open() says why a folder cannot be made", async () => {
  const file = join(root, "file");
  await writeFile(file, "");
  await assert.rejects(LocalDisk.open(join(file, "below")), { code: "ENOTDIR" });
});

test("memory: a cut leaves an append torn, and everything before it whole", async () => {
  const disk = new MemoryDisk();
  await disk.append("a.log", bytes("whole,"));
  const torn = assert.rejects(disk.append("a.log", bytes("torn")), /power is cut/);
  const lost = assert.rejects(disk.append("a.log", bytes("lost")), /power is cut/);
  disk.cut(2);
  await Promise.all([torn, lost]);
  assert.equal(await text(disk.restarted(), "a.log"), "whole,to");
  await assert.rejects(disk.read("a.log"), /power is cut/);
});

test("memory: a replace that is cut is the old file or the new one, never a mix", async () => {
  for (let power = 0; power <= 3; power++) {
    const disk = new MemoryDisk([["a.json", bytes("old")]]);
    disk.cutAfter(power);
    await assert.rejects(disk.replace("a.json", bytes("new")), /power is cut/);
    assert.equal(await text(disk.restarted(), "a.json"), power === 3 ? "new" : "old");
  }
});

test("memory: cutAfter() tears the write that crosses the bound at exactly that byte", async () => {
  const disk = new MemoryDisk();
  disk.cutAfter(5);
  await disk.append("a.log", bytes("123"));
  await assert.rejects(disk.append("a.log", bytes("4567")), /power is cut/);
  assert.equal(await text(disk.restarted(), "a.log"), "12345");
});

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function text(disk: { read(name: string): Promise<Uint8Array | undefined> }, name: string) {
  return new TextDecoder().decode(await disk.read(name));
}
