import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { ScriptedEnquiry } from "../../drivers/enquiry/scripted.ts";
import { openDeviceKey, readDeviceKey } from "../../runtime/content/licence/key.ts";
import { type Lease, readLease, writeLease } from "../../runtime/content/licence/lease.ts";
import { newRequest, readRequest } from "../../runtime/content/licence/request.ts";
import { publicKeyOf, sealed } from "../../runtime/content/licence/seal.ts";
import { askStudio } from "../../runtime/content/licence/studio.ts";
import { licenceTroubles } from "../../runtime/content/licence/trouble.ts";
import { judge, type LicenceState } from "../../runtime/content/licence/verdict.ts";
import { licenceNotice } from "../../runtime/content/licence/words.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { canonical } from "../../runtime/job/payload.ts";
import { dayMs } from "../support/licences.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-licence-"));
after(() => rmSync(folder, { recursive: true }));

const studio = generateKeyPairSync("ed25519").privateKey;
const device = publicKeyOf(generateKeyPairSync("ed25519").privateKey);
const terms = { signers: [publicKeyOf(studio)], device, application: "museum" };
const plain: Omit<Lease, "signature"> = {
  ...{ format: "frontdesk-lease", version: 1, id: "01K00000000000000000000000", pool: "p" },
  ...{ device, application: null, test: false, nonce: 1 },
  ...{ issuedMs: 0, notBeforeMs: dayMs, renewAfterMs: 60 * dayMs, expiresMs: 90 * dayMs },
};

function file(more: Partial<Lease> = {}): Uint8Array {
  return writeLease(sealed({ ...plain, ...more }, studio));
}

function stateAt(days: number | undefined, bytes = file(), isClocked = true): LicenceState {
  const ms = days === undefined ? undefined : days * dayMs;
  return judge(bytes, terms, { ms, isClocked }).state;
}

test("a lease is early, valid, due and expired, each from its millisecond on", () => {
  const [before, at] = [(ms: number) => (ms - 1) / dayMs, (ms: number) => ms / dayMs];
  const { notBeforeMs, renewAfterMs, expiresMs } = plain;
  const moments = [notBeforeMs, renewAfterMs, expiresMs];
  const states = moments.flatMap((ms) => [stateAt(before(ms)), stateAt(at(ms))]);
  assert.deepEqual(states, ["early", "valid", "valid", "due", "due", "expired"]);
});

test("a board that does not know the time goes by what it reached, or by the lease itself", () => {
  assert.equal(stateAt(30, file(), false), "no-clock");
  assert.equal(stateAt(90, file(), false), "expired");
  assert.equal(stateAt(undefined, file({ issuedMs: 2 * dayMs }), false), "no-clock");
});

test("a lease is for one device, and for one application where it names one", () => {
  const other = publicKeyOf(generateKeyPairSync("ed25519").privateKey);
  assert.equal(stateAt(5, file({ device: other })), "other-device");
  assert.equal(stateAt(5, file({ application: "airport" })), "other-application");
  assert.equal(stateAt(5, file({ application: "museum" })), "valid");
  const { reason } = judge(file({ application: "airport" }), terms, { ms: 0, isClocked: true });
  assert.equal(reason, "it is for airport, this device is for museum");
  const nobody = { ...terms, device: undefined };
  assert.equal(judge(file(), nobody, { ms: 0, isClocked: true }).state, "no-key");
});

test("whatever is changed in a lease, nobody trusts it, or nobody can read it", () => {
  const lease = sealed(plain, studio);
  const changes: Partial<Record<keyof Lease, unknown>>[] = [
    ...[{ expiresMs: 91 * dayMs }, { device: publicKeyOf(studio) }, { test: true }],
    ...[{ application: "museum" }, { nonce: 2 }, { signature: `${"A".repeat(86)}==` }],
  ];
  for (const change of changes) {
    const bytes = Buffer.from(JSON.stringify({ ...lease, ...change }));
    assert.equal(stateAt(5, bytes), "untrusted", JSON.stringify(change));
  }
  assert.equal(stateAt(5, Buffer.from(JSON.stringify({ ...lease, more: 1 }))), "untrusted");
  for (let bytes = 0; bytes < file().length - 2; bytes += 7) {
    assert.equal(stateAt(5, file().subarray(0, bytes)), "unreadable", `${bytes} bytes`);
  }
  assert.equal(
    stateAt(5, writeLease(sealed(plain, generateKeyPairSync("ed25519").privateKey))),
    "untrusted",
  );
});

test("a file that is no lease is named as what it is", () => {
  const reasons = [
    "[]",
    "{}",
    JSON.stringify({ ...sealed(plain, studio), pool: "" }),
    JSON.stringify({ ...sealed(plain, studio), renewAfterMs: 0 }),
    " ".repeat(9_000),
  ].map((text) => {
    const read = readLease(Buffer.from(text));
    return "reason" in read ? read.reason : "";
  });
  assert.deepEqual(reasons, [
    "payload is an array, not an object",
    "format: it is missing, it must be there",
    'pool: it is "", it must match pattern "^[A-Za-z0-9._-]{1,64}$"',
    "its times are not in order: notBeforeMs, renewAfterMs, expiresMs are due",
    "it has 9000 bytes, limit is 8192",
  ]);
});

test("whatever comes as lease, request or answer, it is named and nothing is thrown", async () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((one) => JSON.stringify(one)),
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    text.map((one) => new Uint8Array(Buffer.from(one))),
    fc.record({ lease: fc.jsonValue(), code: fc.jsonValue() }).map((one) => {
      return new Uint8Array(Buffer.from(JSON.stringify(one)));
    }),
  );
  const key = { secret: studio, name: publicKeyOf(studio) };
  const wish = { name: "a", application: null, code: null, pool: null, nonce: 1, atMs: null };
  const request = newRequest(key, wish);
  const property = fc.asyncProperty(bytes, fc.constantFrom(200, 409, 500), async (body, status) => {
    assert.equal(stateAt(5, body), "unreadable");
    assert("error" in readRequest(body));
    const enquiry = new ScriptedEnquiry(() => ({ status, body }));
    const never = new AbortController().signal;
    const answer = await askStudio(enquiry, "https://studio.example", request, never);
    assert("code" in answer && answer.message !== "");
  });
  await fc.assert(property, { numRuns: 300 });
});

test("openssl finds the signature over the canonical bytes right", () => {
  const { signature, ...rest } = sealed(plain, studio);
  const at = (name: string) => join(folder, name);
  writeFileSync(at("pub.pem"), createPublicKey(studio).export({ format: "pem", type: "spki" }));
  writeFileSync(at("lease"), canonical(rest));
  writeFileSync(at("sig"), Buffer.from(signature, "base64"));
  const of = ["-pubin", "-inkey", at("pub.pem"), "-rawin", "-in", at("lease")];
  const told = execFileSync("openssl", ["pkeyutl", "-verify", ...of, "-sigfile", at("sig")]);
  assert.match(told.toString(), /Signature Verified Successfully/);
});

test("a device makes its key once, for its owner alone", async () => {
  const disk = await LocalDisk.open(join(folder, "state"));
  const trace = new TraceRing();
  assert.equal(await readDeviceKey(disk), undefined);
  const made = await openDeviceKey(disk, trace);
  assert.equal(statSync(join(folder, "state/licence.key")).mode & 0o777, 0o600);
  assert.equal((await openDeviceKey(disk, trace)).name, made.name);
  await disk.replace("licence.key", Buffer.from("-----BEGIN PRIVATE"));
  await assert.rejects(readDeviceKey(disk), /^DeviceKeyError: Cannot read licence.key: /);
  assert.notEqual((await openDeviceKey(disk, trace)).name, made.name);
  assert.equal(trace.count("licence.key-damaged"), 1);
});

test("wherever the power is cut while the key is made, the next start has one key", async () => {
  for (let power = 0; power <= 130; power++) {
    const disk = new MemoryDisk();
    disk.cutAfter(power);
    const first = await openDeviceKey(disk, new TraceRing()).catch(() => undefined);
    const trace = new TraceRing();
    const again = await openDeviceKey(disk.restarted(), trace);
    if (first) assert.equal(again.name, first.name);
    assert.equal(trace.count("licence.key-damaged"), 0);
  }
});

test("every state that does not hold has its code, and says how many days it is about", () => {
  const time = { ms: 91.5 * dayMs, isClocked: true, behindMs: 0 };
  const lease = sealed(plain, studio);
  const told = (state: LicenceState, ms = time.ms, behindMs = 0) =>
    licenceTroubles({ verdict: { state, lease }, time: { ...time, ms, behindMs }, trouble: "off" });
  const codes = (["expired", "early", "untrusted", "other-device", "no-key"] as const).map(
    (state) => told(state)[0]?.code,
  );
  assert.equal(new Set(codes).size, 5);
  assert.deepEqual(told("expired"), [
    { code: "LICENCE_EXPIRED", evidence: { daysLeft: -2, renewal: "off" } },
  ]);
  assert.deepEqual(told("due", 61 * dayMs), []);
  assert.deepEqual(told("due", 80 * dayMs), [
    { code: "LICENCE_ENDS", evidence: { daysLeft: 10, renewal: "off" } },
  ]);
  assert.deepEqual(
    told("valid", 5 * dayMs, 3 * dayMs).map(({ code }) => code),
    ["LICENCE_CLOCK_BACK"],
  );
});

test("the notice is in the language of the kiosk", () => {
  const notices = ["en", "de-AT", "cmn", "zh-Hant", "yue", "tlh", "constructor"].map((lang) =>
    licenceNotice("expired", lang),
  );
  assert.deepEqual(notices, [
    ...["Licence expired", "Lizenz abgelaufen", "许可证已过期", "许可证已过期"],
    ...["许可证已过期", "Licence expired", "Licence expired"],
  ]);
  assert.equal(licenceNotice("absent", "fr"), "Sans licence");
});
