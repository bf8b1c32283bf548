import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { readDesired, versionError } from "../../runtime/content/desired.ts";
import { canonical } from "../../runtime/job/payload.ts";

test("readDesired() takes a set, and its hash does not go by the order of keys", () => {
  const one = read({ version: 3, avatars: [{ id: "anna", version: "1.2" }, { id: "ben" }] });
  const two = read({ version: 4, avatars: [{ version: "1.2", id: "anna", x: 1 }, { id: "ben" }] });
  assert("hash" in one && "hash" in two);
  assert.equal(one.hash, two.hash);
  assert.deepEqual(one.avatars, [{ id: "anna", version: "1.2" }, { id: "ben" }]);
});

test("readDesired() tells every error of a set that cannot be read", () => {
  const wrong = read({ version: 0, avatars: [{ id: "No Id", version: "a/b" }, { sha256: "12" }] });
  assert("errors" in wrong);
  assert.deepEqual(
    wrong.errors.map(({ path }) => path),
    ["/version", "/avatars/0/id", "/avatars/0/version", "/avatars/1/id", "/avatars/1/sha256"],
  );
  const torn = readDesired(new TextEncoder().encode("{"), []);
  assert("errors" in torn);
  assert.deepEqual([torn.version, torn.errors[0]?.code], [null, "INVALID_JSON"]);
  const twice = read({ version: 5, avatars: [{ id: "anna" }, { id: "anna", version: "2" }] });
  assert("errors" in twice);
  assert.deepEqual(
    twice.errors.map(({ code, path }) => `${code} ${path}`),
    ["DUPLICATE /avatars/1/id"],
  );
});

test("readDesired() wants a signature where the device knows who may sign", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const signer = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("base64");
  const body = { version: 1, avatars: [{ id: "anna" }] };
  const unsigned = read(body, [signer]);
  assert("errors" in unsigned);
  assert.equal(unsigned.errors[0]?.code, "UNTRUSTED");
  const signature = sign(null, Buffer.from(canonical(body)), privateKey).toString("base64");
  assert("hash" in read({ ...body, signature }, [signer]));
});

test("versionError() lets a set follow only with a higher version", () => {
  const known = set(7, "a");
  assert.equal(versionError(null, known), undefined);
  assert.equal(versionError(known, set(8, "b")), undefined);
  assert.equal(versionError(known, set(6, "b"))?.code, "VERSION_NOT_HIGHER");
  assert.equal(versionError(known, set(7, "b"))?.code, "VERSION_CONFLICT");
});

function set(version: number, hash: string) {
  return { version, hash, avatars: [] };
}

function read(body: object, signers: readonly string[] = []) {
  return readDesired(new TextEncoder().encode(JSON.stringify(body)), signers);
}
