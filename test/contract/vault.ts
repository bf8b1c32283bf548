import assert from "node:assert/strict";
import { test } from "node:test";
import type { Vault } from "../../drivers/vault/vault.ts";

/** What every vault must keep; `open` gives an empty one. */
export function vaultContract(name: string, open: () => Promise<Vault>): void {
  test(`${name}: a file is filled piece by piece and read in ranges`, async () => {
    const vault = await open();
    await vault.begin("a", 10, { name: "take.mp4" });
    assert.equal(await vault.append("a", 0, pieces("hello", " w")), 7);
    const half = await vault.find("a");
    assert.deepEqual([half?.there, half?.bytes, half?.note.name], [7, 10, "take.mp4"]);
    assert.equal(await vault.append("a", 7, pieces("orl")), 10);
    assert.equal(await read(vault, "a", 0, 10), "hello worl");
    assert.equal(await read(vault, "a", 4, 7), "o w");
    assert.equal(await read(vault, "a", 3, 3), "");
  });

  test(`${name}: nothing is added beyond a file's size, nor anywhere but at its end`, async () => {
    const vault = await open();
    await vault.begin("a", 4, {});
    assert.equal(await vault.append("a", 0, pieces("abcdef", "g")), 4);
    await assert.rejects(vault.append("a", 2, pieces("x")), RangeError);
    await assert.rejects(vault.append("b", 0, pieces("x")), RangeError);
    await assert.rejects(vault.begin("a", 4, {}), RangeError);
    assert.equal(await read(vault, "a", 0, 4), "abcd");
  });

  test(`${name}: what came before a stream broke stays`, async () => {
    const vault = await open();
    await vault.begin("a", 10, {});
    await assert.rejects(vault.append("a", 0, broken("abc")), /the line is cut/);
    assert.equal((await vault.find("a"))?.there, 3);
    assert.equal(await vault.append("a", 3, pieces("defghij")), 10);
    assert.equal(await read(vault, "a", 0, 10), "abcdefghij");
  });

  test(`${name}: two cannot add at once`, async () => {
    const vault = await open();
    await vault.begin("a", 4, {});
    const gate = Promise.withResolvers<void>();
    const slow = vault.append("a", 0, held("ab", gate.promise));
    await new Promise((resolve) => setImmediate(resolve));
    await assert.rejects(vault.append("a", 0, pieces("xy")), RangeError);
    gate.resolve();
    assert.equal(await slow, 2);
  });

  test(`${name}: a closed file has the size that is there, a removed one is gone`, async () => {
    const vault = await open();
    await vault.begin("b", 100, { kind: "take" });
    await vault.begin("a", 1, {});
    await vault.append("b", 0, pieces("xyz"));
    await vault.close("b");
    assert.deepEqual(await vault.list(), ["a", "b"]);
    const closed = await vault.find("b");
    assert.deepEqual([closed?.bytes, closed?.there, closed?.note.kind], [3, 3, "take"]);
    await vault.remove("b");
    await vault.remove("b");
    assert.equal(await vault.find("b"), undefined);
    assert.deepEqual(await vault.list(), ["a"]);
  });
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function* broken(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
  throw new Error("the line is cut");
}

async function* held(text: string, gate: Promise<void>): AsyncGenerator<Uint8Array> {
  await gate;
  yield Buffer.from(text);
}

async function read(vault: Vault, id: string, from: number, to: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of vault.read(id, from, to)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
