import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { LocalVault } from "../../drivers/vault/local.ts";
import { MemoryVault } from "../../drivers/vault/memory.ts";
import { vaultContract } from "./vault.ts";

const root = mkdtempSync(join(tmpdir(), "frontdesk-vault-"));
after(() => rmSync(root, { recursive: true }));

const folder = (): string => mkdtempSync(join(root, "case-"));

vaultContract("memory", async () => new MemoryVault());
vaultContract("local", async () => new LocalVault(join(folder(), "files")));

test("local: a file outlives its vault, and programs find it by its path", async () => {
  const place = folder();
  const first = new LocalVault(place);
  await first.begin("take", 3, { purpose: "take" });
  await first.append("take", 0, one("abc"));
  const second = new LocalVault(place);
  assert.equal((await second.find("take"))?.note.purpose, "take");
  assert.equal(readFileSync(second.path("take"), "utf8"), "abc");
});

test("local: a name that leads out is a broken program", async () => {
  const vault = new LocalVault(folder());
  await assert.rejects(vault.begin("../out", 1, {}), { code: "ERR_ASSERTION" });
});

test("local: what the medium cannot hold is told before its first byte", async () => {
  const vault = new LocalVault(folder());
  await assert.rejects(vault.begin("huge", Number.MAX_SAFE_INTEGER, {}), /there is room for/);
});

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
