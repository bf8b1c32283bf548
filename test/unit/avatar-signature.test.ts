import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { AvatarError } from "../../runtime/avatar/error.ts";
import { Library } from "../../runtime/avatar/library.ts";
import { keyId } from "../../runtime/avatar/signature.ts";
import { makeKey, signPackage } from "../../scripts/avatar/sign.ts";
import { verify } from "../../scripts/avatar/verify.ts";
import { writePackage } from "./package.ts";

const place = mkdtempSync(join(tmpdir(), "frontdesk-signature-"));
const folder = join(place, "small");
after(() => rmSync(place, { recursive: true }));
let mine = "";
let other = "";

before(async () => {
  mine = makeKey(join(place, "mine.pem"));
  other = makeKey(join(place, "other.pem"));
  await writePackage(folder);
});

test("a key is for its owner alone, and none is written over", () => {
  assert.equal(statSync(join(place, "mine.pem")).mode & 0o777, 0o600);
  assert.throws(() => makeKey(join(place, "mine.pem")), { code: "EEXIST" });
});

test("an unsigned package opens unless signers are listed", async () => {
  assert.ok(!((await open([])) instanceof AvatarError));
  const refused = await open([mine]);
  assert.ok(refused instanceof AvatarError);
  assert.equal(refused.trouble, "untrusted");
  assert.equal(refused.fault, "it is not signed, one of 1 keys of avatar.signers is due");
});

test("a signed package opens for who trusts the key, and for nobody else", async () => {
  assert.equal(signPackage(folder, join(place, "mine.pem")), mine);
  assert.ok(!((await open([other, mine])) instanceof AvatarError));
  const refused = await open([other]);
  assert.ok(refused instanceof AvatarError);
  assert.equal(refused.fault, "no signature fits, one of 1 keys of avatar.signers is due");
});

test("two may sign, each once", async () => {
  signPackage(folder, join(place, "other.pem"));
  signPackage(folder, join(place, "other.pem"));
  const verdict = await verify(new LocalDisk(folder), { signers: [mine, other], partial: false });
  assert.deepEqual(verdict.signed.keys, [keyId(mine), keyId(other)]);
  assert.deepEqual(verdict.signed.trusted, [mine, other]);
});

test("one changed byte of the manifest, and no signature fits", async () => {
  const file = join(folder, "manifest.json");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace("Small", "Smell"));
  const refused = await open([mine]);
  assert.ok(refused instanceof AvatarError && refused.trouble === "untrusted");
  writeFileSync(file, text);
});

test("verify() names what is damaged and what is missing", async () => {
  const tier = join(folder, "360p.tier");
  const whole = readFileSync(tier);
  writeFileSync(tier, whole.subarray(1));
  const damaged = await verify(new LocalDisk(folder), { signers: [], partial: true });
  assert.match(damaged.faults.join(), /^360p.tier has \d+ bytes, manifest says \d+ bytes$/);
  rmSync(tier);
  const missing = await verify(new LocalDisk(folder), { signers: [], partial: false });
  assert.deepEqual(missing.faults, ["360p.tier is missing"]);
  const partial = await verify(new LocalDisk(folder), { signers: [], partial: true });
  assert.deepEqual(partial.faults, []);
  writeFileSync(tier, whole);
});

test("a key of another kind is refused by name", () => {
  const file = join(place, "no.pem");
  writeFileSync(file, "no key");
  assert.throws(() => signPackage(folder, file), /^Error: Cannot sign with .*no.pem: /);
});

async function open(signers: readonly string[]) {
  const rules = { signers, lipsync: "auto" as const };
  return new Library(() => new LocalDisk(folder), { note: () => {} }, rules).open("small", "360p");
}
