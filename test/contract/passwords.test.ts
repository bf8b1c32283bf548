import assert from "node:assert/strict";
import { test } from "node:test";
import { owaspCost, ScryptPasswords } from "../../drivers/passwords/scrypt.ts";

const quick = new ScryptPasswords({ log2N: 10, r: 8, p: 1 });

test("a password is known again, and no other one", async () => {
  const hash = await quick.hash("correct horse battery");
  assert.match(hash, /^\$scrypt\$ln=10,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.equal(await quick.verify("correct horse battery", hash), true);
  assert.equal(await quick.verify("correct horse batterz", hash), false);
  assert.equal(await quick.verify("", hash), false);
  assert.equal(await quick.verify("correct horse battery", undefined), false);
});

test("the same password has another hash each time", async () => {
  assert.notEqual(await quick.hash("same"), await quick.hash("same"));
});

test("the cost is what OWASP asks for; a hash of a former cost is still understood", async () => {
  const today = new ScryptPasswords();
  const hash = await today.hash("a password of today");
  assert.match(hash, /^\$scrypt\$ln=17,r=8,p=1\$/);
  assert.deepEqual(owaspCost, { log2N: 17, r: 8, p: 1 });
  assert.equal(await today.verify("of yesterday", await quick.hash("of yesterday")), true);
});

test("a composed letter and its parts are the same password", async () => {
  const hash = await quick.hash("Stra\u00dfe Caf\u00e9");
  assert.equal(await quick.verify("Stra\u00dfe Cafe\u0301", hash), true);
});

test("what is no hash of ours, or would take the machine's memory, is an error", async () => {
  await assert.rejects(quick.verify("x", "plain text"), SyntaxError);
  const hash = (await quick.hash("x")).replace("ln=10", "ln=30");
  await assert.rejects(quick.verify("x", hash), SyntaxError);
});

test("a password has bounds", async () => {
  await assert.rejects(async () => quick.hash(""), RangeError);
  await assert.rejects(async () => quick.hash("x".repeat(1_025)), RangeError);
});
