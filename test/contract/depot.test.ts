import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { DepotError } from "../../drivers/depot/depot.ts";
import { LocalDepot } from "../../drivers/depot/local.ts";
import { MemoryDepot } from "../../drivers/depot/memory.ts";
import { sha256Of } from "../support/sha256.ts";
import { depotContract } from "./depot.ts";

const root = await mkdtemp(join(tmpdir(), "frontdesk-depot-"));
after(() => rm(root, { recursive: true }));

depotContract("memory", async () => {
  const depot = new MemoryDepot();
  return { depot, reopen: async () => depot.restarted() };
});

depotContract("local", async () => {
  const folder = await mkdtemp(join(root, "case-"));
  const depot = await LocalDepot.open(folder);
  const reopen = async () => {
    await depot[Symbol.asyncDispose]();
    return LocalDepot.open(folder);
  };
  return { depot, reopen };
});

test("local: one holder at a time, of those that live; anybody may look", async () => {
  const folder = await mkdtemp(join(root, "case-"));
  const depot = await LocalDepot.open(folder);
  await depot.replaceIndex(new Uint8Array([1]));
  await assert.rejects(LocalDepot.open(folder), inUse);
  const peeked = LocalDepot.peek(folder);
  assert.deepEqual([...((await peeked.readIndex()) ?? [])], [1]);
  await assert.rejects(peeked.replaceIndex(new Uint8Array([2])), { code: "DEPOT_READ_ONLY" });
  await assert.rejects(peeked.stage("one"), { code: "DEPOT_READ_ONLY" });
  await depot[Symbol.asyncDispose]();
  await using again = await LocalDepot.open(folder);
  assert.deepEqual([...((await again.readIndex()) ?? [])], [1]);
});

test("local: another process's lock holds while it lives, and no longer", async () => {
  const folder = await mkdtemp(join(root, "case-"));
  const child = startHolder(folder);
  await once(child.stdout, "data");
  await assert.rejects(LocalDepot.open(folder), inUse);
  child.kill("SIGKILL");
  await once(child, "exit");
  await using depot = await LocalDepot.open(folder);
  assert.deepEqual(await depot.objects(), []);
});

test("local: killed at any moment, it opens again with what was promised", async () => {
  const folder = await mkdtemp(join(root, "case-"));
  for (let kill = 0; kill < 8; kill++) {
    const child = startHolder(folder, "work");
    let told = "";
    child.stdout.on("data", (data) => {
      told += data;
    });
    while (!told.includes("\n")) await once(child.stdout, "data");
    await new Promise((resolve) => setTimeout(resolve, 5 + 23 * kill));
    child.kill("SIGKILL");
    await once(child, "close");
    await using depot = await LocalDepot.open(folder);
    const last = told.trim().split("\n").at(-1) ?? "";
    const index = Number(Buffer.from((await depot.readIndex()) ?? []).toString());
    assert.ok(index >= Number(last), `index ${index} after ${last} was told`);
    assert.equal(
      await depot.sizeOf(sha256Of(Buffer.from(`object ${index}`))),
      7 + `${index}`.length,
    );
    for (const name of await depot.staged()) {
      await using piece = await depot.stage(name);
      assert.equal(piece.note, piece.bytes === 0 ? "" : "half");
    }
  }
});

test("memory: every cut of a change leaves the old or the new", async () => {
  const bytes = Buffer.from("0123456789");
  const whole = await work(new MemoryDepot(), bytes);
  for (let units = 0; units <= whole.power.spent; units++) {
    const depot = new MemoryDepot();
    depot.power.cutAfter(units);
    await assert.rejects(work(depot, bytes), /power is cut/);
    const found = depot.restarted();
    const size = await found.sizeOf(sha256Of(bytes));
    assert.ok(size === undefined || size === 10);
    const index = await found.readIndex();
    assert.ok(index === undefined || (index.length === 3 && size === 10));
    await using piece = await found.stage("one");
    assert.ok(piece.bytes === 0 || piece.bytes === 4);
  }
});

test("memory: a full medium says so and keeps what fitted", async () => {
  const depot = new MemoryDepot(8);
  await using piece = await depot.stage("one");
  await piece.append(new Uint8Array(6));
  await assert.rejects(piece.append(new Uint8Array(6)), { code: "ENOSPC" });
  assert.equal(await depot.freeBytes(), 0);
});

async function work(depot: MemoryDepot, bytes: Uint8Array): Promise<MemoryDepot> {
  await using piece = await depot.stage("one");
  await piece.append(bytes.subarray(0, 4));
  await piece.mark("half");
  await piece.append(bytes.subarray(4));
  await piece.keep(sha256Of(bytes));
  await depot.replaceIndex(Buffer.from("new"));
  return depot;
}

function inUse(error: unknown): boolean {
  return error instanceof DepotError && error.code === "DEPOT_IN_USE";
}

/** Holds the depot; `work` goes through install after install and tells each that is done. */
function startHolder(folder: string, order = "hold") {
  const local = new URL("../../drivers/depot/local.ts", import.meta.url).href;
  const program = `
    import { createHash } from "node:crypto";
    import { LocalDepot } from ${JSON.stringify(local)};
    const depot = await LocalDepot.open(${JSON.stringify(folder)});
    if (${order !== "work"}) { console.log("held"); setInterval(() => {}, 1000); }
    const from = Number(Buffer.from((await depot.readIndex()) ?? []).toString());
    for (let at = from + 1; ${order === "work"}; at++) {
      const bytes = Buffer.from("object " + at);
      const piece = await depot.stage("piece");
      await piece.restart();
      await piece.append(bytes.subarray(0, 3));
      await piece.mark("half");
      await piece.append(bytes.subarray(3));
      await piece.keep(createHash("sha256").update(bytes).digest("hex"));
      await depot.replaceIndex(Buffer.from(String(at)));
      console.log(at);
    }`;
  const file = join(folder, `${order}.mjs`);
  writeFileSync(file, program);
  return spawn(process.execPath, [file]);
}
