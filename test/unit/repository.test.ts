import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { checkRepository } from "../../runtime/studio/repo/check.ts";
import { readPublicKey, readSigner } from "../../runtime/studio/repo/key.ts";
import { type Release, readRelease } from "../../runtime/studio/repo/release.ts";
import { Repository } from "../../runtime/studio/repo/repository.ts";
import { answer, describe, readAnswer, readRequest } from "../../runtime/studio/repo/request.ts";
import { usualDays } from "../../runtime/studio/repo/terms.ts";
import { dayMs, Forger } from "../../scripts/bench/trust-forger.ts";
import { MemoryPlace, studioRepository } from "../support/repositories.ts";
import { packageFiles } from "./package.ts";

const nowMs = Date.UTC(2026, 10, 23);

test("a release is listed with the hash of each file, its tier and its order", async () => {
  const { repository, memory } = await studioRepository(nowMs);
  const { files, faults, roles } = await checkRepository(memory.place, nowMs);
  assert.deepEqual(faults, []);
  assert.deepEqual(
    files.map(({ path, custom }) => [path, custom.avatar]),
    [
      ["360p.tier", "360p"],
      ["manifest.json", null],
      ["shared.part", null],
    ].map(([name, tier]) => [
      `avatars/small/1.0.0/${name}`,
      { id: "small", version: "1.0.0", tier, order: 1 },
    ]),
  );
  assert.equal(roles.timestamp?.expiresMs, nowMs + 7 * dayMs);
  assert.equal(roles.root?.expiresMs, nowMs + 365 * dayMs);
  assert.equal(repository.files.length, 3);
});

test("the same changes at the same times give the same bytes", async () => {
  const [one, two] = [await studioRepository(nowMs), await studioRepository(nowMs)];
  await one.rotateAll();
  await two.rotateAll();
  for (const name of ["5.root.json", "3.targets.json", "6.snapshot.json", "timestamp.json"]) {
    const bytes = await one.memory.disk("metadata").read(name);
    assert.ok(bytes, name);
    assert.deepEqual(await two.memory.disk("metadata").read(name), bytes);
  }
});

test("a release is added once, another with its version is refused", async () => {
  const { repository, signers, memory } = await studioRepository(nowMs);
  assert.equal(await repository.addRelease(await release("1.0.0"), nowMs), false);
  assert.deepEqual(repository.drafts, []);
  const other = await release("1.0.0", "Another");
  const refused = repository.addRelease(other, nowMs);
  await assert.rejects(refused, /^RepositoryError: Cannot add avatars\/small\/1.0.0\/: another/);
  assert.equal(await repository.addRelease(await release("1.0.1", "Another"), nowMs), true);
  assert.equal(await repository.addRelease(await release("1.0.2", "A third"), nowMs), true);
  await repository.publish(signers, nowMs);
  const { files } = await checkRepository(memory.place, nowMs);
  const orders = files.map(({ custom }) => (custom.avatar as { order: number }).order);
  assert.deepEqual([...new Set(orders)], [1, 2, 3]);
});

test("a release that is removed is listed no longer, and its files stay", async () => {
  const { repository, signers, memory } = await studioRepository(nowMs);
  const [file] = (await checkRepository(memory.place, nowMs)).files;
  await repository.removeRelease({ id: "small", version: "1.0.0" }, nowMs);
  await repository.publish(signers, nowMs);
  assert.deepEqual((await checkRepository(memory.place, nowMs)).files, []);
  const name = file?.place.split("/").at(-1) ?? "";
  assert.ok(await memory.disk("targets/avatars/small/1.0.0").read(name));
  const again = repository.removeRelease({ id: "small", version: "1.0.0" }, nowMs);
  await assert.rejects(again, /it is not listed$/);
});

test("keys in a safe: a request goes out, signatures come back, then it is published", async () => {
  const { repository, signers, memory, forger } = await studioRepository(nowMs);
  const online = [...forger.signers.snapshot, ...forger.signers.timestamp];
  await repository.addRelease(await release("2.0.0", "Newer"), nowMs);
  const outcome = await repository.publish(online, nowMs);
  assert.equal(outcome.state, "waiting");
  const again = await Repository.open(memory.restarted().place);
  const request = readRequest(Buffer.from(JSON.stringify(again.request())));
  const [line] = describe(request);
  assert.match(line ?? "", /^targets 3, to 2027-11-23T00:00:00Z, 6 files; keys that may: [0-9a-f]/);
  const none = answer(request, forger.signers.root);
  assert.deepEqual(none.signatures, []);
  const made = readAnswer(Buffer.from(JSON.stringify(answer(request, signers))));
  assert.equal(await repository.bring(made), 1);
  assert.equal(await repository.bring(made), 0, "once is enough");
  const published = await repository.publish(online, nowMs);
  assert.deepEqual(published, {
    state: "published",
    versions: { root: 1, timestamp: 3, snapshot: 3, targets: 3 },
  });
  assert.deepEqual((await checkRepository(memory.place, nowMs)).faults, []);
});

test("signatures that do not fit are not taken", async () => {
  const { repository, forger } = await studioRepository(nowMs);
  await repository.addRelease(await release("2.0.0", "Newer"), nowMs);
  const { signatures, ...rest } = answer(repository.request(), forger.signers.targets);
  const [one] = signatures;
  assert.ok(one);
  const wrong = [
    { ...one, sig: "00".repeat(64) },
    { ...one, version: 9 },
    { ...one, keyid: forger.newSigner().key.keyID },
    { ...one, sig: "no hex" },
  ];
  assert.equal(await repository.bring({ ...rest, signatures: wrong }), 0);
});

test("a root of two keys waits for the second, and the old one vouches for it", async () => {
  const { repository, signers, memory, forger } = await studioRepository(nowMs);
  const more = [forger.newSigner(), forger.newSigner()];
  const add = more.map(({ key }) => key);
  await repository.rotate("root", { add, remove: [], threshold: 2 }, nowMs);
  const waiting = await repository.publish(signers, nowMs);
  assert.equal(waiting.state, "waiting");
  const done = await repository.publish([...signers, ...more.slice(1)], nowMs);
  assert.equal(done.state, "published");
  assert.deepEqual((await checkRepository(memory.place, nowMs)).faults, []);
  const none = repository.rotate("root", { add: [], remove: [], threshold: 4 }, nowMs);
  await assert.rejects(none, /4 signatures of 3 keys are asked, 1 to 3 can be$/);
});

test("while a draft waits, what is served is renewed all the same", async () => {
  const { repository, memory, forger } = await studioRepository(nowMs);
  const online = [...forger.signers.snapshot, ...forger.signers.timestamp];
  await repository.removeRelease({ id: "small", version: "1.0.0" }, nowMs);
  const laterMs = nowMs + 6 * dayMs;
  assert.equal((await repository.publish(online, laterMs)).state, "waiting");
  assert.deepEqual(await repository.touch(online, laterMs), {
    ...{ root: 1, timestamp: 3, snapshot: 3, targets: 2 },
  });
  const { faults, files } = await checkRepository(memory.place, nowMs + 12 * dayMs);
  assert.deepEqual(faults, []);
  assert.equal(files.length, 3);
});

test("renew() drafts what ends within a third of its time", async () => {
  const { repository } = await studioRepository(nowMs);
  await repository.renew(nowMs + 200 * dayMs);
  assert.deepEqual(repository.drafts, []);
  await repository.renew(nowMs + 200 * dayMs, ["root"]);
  assert.deepEqual(
    repository.drafts.map(({ role }) => role),
    ["root"],
  );
  await repository.renew(nowMs + 250 * dayMs);
  assert.deepEqual(
    repository.drafts.map(({ role }) => role),
    ["root", "targets"],
  );
});

test("check() names what ended, what is missing and what is changed", async () => {
  const { memory } = await studioRepository(nowMs);
  const ended = await checkRepository(memory.place, nowMs + 8 * dayMs);
  assert.match(ended.faults.join(), /^TRUST_TIMESTAMP_EXPIRED: .* has expired at 2026-11-30T/);
  const [one, two, three] = (await checkRepository(memory.place, nowMs)).files;
  const put = (place: string | undefined, bytes: Uint8Array) =>
    memory.disk("targets/avatars/small/1.0.0").replace(place?.split("/").at(-1) ?? "", bytes);
  await put(one?.place, new Uint8Array(1));
  await put(two?.place, new Uint8Array(two?.bytes ?? 0));
  const { faults } = await checkRepository(memory.place, nowMs);
  assert.equal(faults.length, 2);
  assert.match(faults[0] ?? "", /360p.tier has 1 bytes, \d+ are listed$/);
  assert.match(faults[1] ?? "", /manifest.json is not the file that is listed$/);
  assert.ok(three);
  const empty = await checkRepository(new MemoryPlace().place, nowMs);
  assert.match(empty.faults.join(), /^TRUST_ABSENT: .* there is no 1.root.json$/);
});

test("a power cut while publishing leaves devices the old or the new", async () => {
  for (let at = 0; at < 4; at++) {
    const { repository, signers, memory } = await studioRepository(nowMs);
    await repository.rotate("targets", { add: [], remove: [] }, nowMs);
    const disk = memory.disk("metadata");
    const { replace } = disk;
    let writes = 0;
    disk.replace = (name, bytes) => {
      if (writes++ < at) return replace.call(disk, name, bytes);
      return Promise.reject(new Error("power is cut"));
    };
    await assert.rejects(repository.publish(signers, nowMs), /power is cut/);
    disk.replace = replace;
    assert.deepEqual((await checkRepository(memory.place, nowMs)).faults, [], `cut at ${at}`);
    const again = await Repository.open(memory.place);
    assert.equal((await again.publish(signers, nowMs)).state, "published");
    const { roles, faults } = await checkRepository(memory.place, nowMs);
    assert.deepEqual(faults, []);
    assert.equal(roles.targets?.version, 3);
    assert.equal(roles.root?.version, 2);
  }
});

test("a repository is made once", async () => {
  const { memory, forger } = await studioRepository(nowMs);
  const keys = { keys: forger.signers.root.map(({ key }) => key), threshold: 1 };
  const roles = { root: keys, timestamp: keys, snapshot: keys, targets: keys };
  const again = Repository.create(memory.place, roles, usualDays, nowMs);
  await assert.rejects(again, /Cannot make repository: there is one already/);
  await assert.rejects(Repository.open(new MemoryPlace().place), /there is no repository.json/);
});

test("a package that is not whole, or a version that is none, is refused by name", async () => {
  const files = new Map(await packageFiles());
  await assert.rejects(
    readRelease(new MemoryDisk(files), ".."),
    /Cannot release version "..": 1 to/,
  );
  files.set("360p.tier", new Uint8Array(3));
  const changed = readRelease(new MemoryDisk(files), "1");
  await assert.rejects(changed, /360p.tier is not the file of the manifest$/);
  files.delete("360p.tier");
  await assert.rejects(readRelease(new MemoryDisk(files), "1"), /the package has no 360p.tier$/);
});

test("keys are read from PEM, either half, and are Ed25519", () => {
  const { key } = new Forger(nowMs).newSigner();
  const pem = "-----BEGIN PUBLIC KEY-----\n".concat(
    Buffer.concat([spkiHead, Buffer.from(key.keyVal.public ?? "", "hex")]).toString("base64"),
    "\n-----END PUBLIC KEY-----\n",
  );
  assert.equal(readPublicKey(pem, "a.pem").keyID, key.keyID);
  assert.throws(() => readSigner(pem, "a.pem"), /Cannot use key a.pem: it is no key/);
});

/** SubjectPublicKeyInfo of Ed25519 before the 32 bytes of the key (RFC 8410, section 4). */
const spkiHead = Buffer.from("302a300506032b6570032100", "hex");

async function release(version: string, name = "Small"): Promise<Release> {
  return readRelease(new MemoryDisk(await packageFiles({ name })), version);
}
