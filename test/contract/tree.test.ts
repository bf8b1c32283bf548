import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { LocalTree } from "../../drivers/tree/local.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-tree-"));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, "in/targets"), { recursive: true });
writeFileSync(join(folder, "in/targets/1.root.json"), "0123456789");
writeFileSync(join(folder, "secret"), "no");
const tree = new LocalTree(join(folder, "in"));

test("a file is found with its size and read in ranges", async () => {
  assert.equal((await tree.find("targets/1.root.json"))?.bytes, 10);
  const chunks: Uint8Array[] = [];
  for await (const chunk of tree.read("targets/1.root.json", 2, 5)) chunks.push(chunk);
  assert.equal(Buffer.concat(chunks).toString(), "234");
});

test("folders, files that are not there and ways out are not there", async () => {
  for (const path of ["targets", "none", "../secret", "targets/../../secret", "", "/", ".git"]) {
    assert.equal(await tree.find(path), undefined, path);
  }
});

test("another content has another tag", async () => {
  const before = await tree.find("targets/1.root.json");
  writeFileSync(join(folder, "in/targets/1.root.json"), "0123456789x");
  assert.notEqual((await tree.find("targets/1.root.json"))?.tag, before?.tag);
});
