import assert from "node:assert/strict";
import { test } from "node:test";
import { Targets } from "@tufjs/models";
import { limits } from "../../config/limits.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { isPlainPattern, isUnder } from "../../runtime/content/trust/pattern.ts";
import { fileOf } from "../../runtime/content/trust/source.ts";
import { Trust } from "../../runtime/content/trust/trust.ts";
import { targetUrl } from "../../runtime/content/trust/trusted.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { Forger, forgedBase } from "../../scripts/bench/trust-forger.ts";
import { makersOf } from "../../scripts/bench/trust-makers.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);
const never = new AbortController().signal;

test("the earlier of two makers is believed, and the list of targets lists neither", async () => {
  const { forger, makers, trust } = await scene();
  for (const role of ["anna", "bo"]) {
    makers.delegate("targets", role, { paths: ["shared/*"] });
    makers.put(role, "shared/a b", `by ${role}`);
  }
  makers.put("bo", "shared/c", "by bo alone");
  makers.release();
  const trusted = await trust.refresh(nowMs, never);
  assert.ok("version" in trusted);
  assert.equal(trusted.target("shared/c"), undefined);
  assert.deepEqual([...trusted.targets()].length, 2);
  const found = await trust.find("shared/a b", nowMs, never);
  assert.ok("path" in found);
  assert.equal(found.bytes, "by anna".length);
  assert.equal(targetUrl(forgedBase, found), `${forgedBase}/targets/shared/${found.sha256}.a%20b`);
  const later = await trust.find("shared/c", nowMs, never);
  assert.ok("path" in later);
  assert.equal(forger.sheets.targets.version, trusted.version);
});

test("a file in the list of targets asks nobody else", async () => {
  const { makers, trust, asked } = await scene();
  makers.delegate("targets", "bo", { paths: ["avatars/anna/1/*"] });
  makers.release();
  await trust.refresh(nowMs, never);
  const before = asked.length;
  assert.ok("path" in (await trust.find("avatars/anna/1/manifest.json", nowMs, never)));
  assert.equal(asked.length, before);
});

test("bins of hashes and prefixes of hashes lead to the one role that may", async () => {
  const { makers, trust, asked } = await scene();
  // The SHA-256 of the path begins with 8d, which is 1000 1101.
  makers.delegate("targets", "bo", { path_hash_prefixes: ["8"] });
  makers.bin("bo", { bit_length: 3, name_prefix: "bin" });
  makers.put("bin-4", "makers/bo/1.json", "in its bin");
  makers.release();
  const found = await trust.find("makers/bo/1.json", nowMs, never);
  assert.ok("path" in found, JSON.stringify(found));
  assert.deepEqual(asked.slice(-2), ["1.bo.json", "1.bin-4.json"]);
});

test("as many roles as may be asked are asked", async () => {
  const { makers, trust } = await scene();
  const last = `maker ${limits.trustDelegationsMax - 1}`;
  for (let count = 0; count < limits.trustDelegationsMax; count++) {
    makers.delegate("targets", `maker ${count}`);
  }
  makers.put(last, "far", "away");
  makers.release();
  assert.ok("path" in (await trust.find("far", nowMs, never)));
  assert.equal(Object.keys(trust.versions).length, 4 + limits.trustDelegationsMax);
});

test("a list that two delegate to is believed of the one whose keys signed it", async () => {
  const { forger, makers, trust } = await scene();
  const [mine, other] = [forger.newSigner(), forger.newSigner()];
  makers.delegate("targets", "anna", { paths: ["anna/*"] });
  makers.delegate("targets", "bo", { paths: ["bo/*"] });
  makers.delegate("anna", "cy", { paths: ["*/*"], signers: [mine] });
  makers.delegate("bo", "cy", { paths: ["*/*"], signers: [other] });
  for (const path of ["anna/1", "bo/1"]) makers.put("cy", path, path);
  makers.release({ cy: { signers: [mine] } });
  assert.ok("path" in (await trust.find("anna/1", nowMs, never)));
  const refused = await trust.find("bo/1", nowMs, never);
  assert.ok("code" in refused && refused.code === "TRUST_SIGNATURE");
  assert.equal(
    refused.message,
    'Cannot trust the repository: 0 keys of role "cy" signed, 1 are due',
  );
});

test("a path that nobody may list is told by name", async () => {
  const { trust } = await scene();
  const outcome = await trust.find("no/such", nowMs, never);
  assert.ok("code" in outcome && outcome.code === "TRUST_TARGET_UNLISTED" && outcome.retryable);
  assert.equal(
    outcome.message,
    'Cannot trust the repository: "no/such" is in no list that may have it',
  );
  const early = await trust.find("no/such", undefined, never);
  assert.ok("code" in early && early.code === "TRUST_NO_CLOCK");
});

test("what was found is found again after a start, without a network", async () => {
  const { forger, makers, trust, disk } = await scene();
  makers.delegate("targets", "../bo", { paths: ["bo/*"] });
  makers.put("../bo", "bo/1", "his");
  makers.release();
  assert.ok("path" in (await trust.find("bo/1", nowMs, never)));
  forger.befall([{ kind: "unreachable" }]);
  const again = await open(disk.restarted(), forger);
  assert.deepEqual(again.versions, trust.versions);
  assert.ok("path" in (await again.find("bo/1", nowMs, never)));
});

test("a list that is replaced is not kept, nor are more than have room", async () => {
  const { makers, trust } = await scene();
  makers.delegate("targets", "anna", { paths: ["anna/*"] });
  makers.delegate("targets", "bo", { paths: ["bo/*"] });
  makers.put("anna", "anna/1", "hers");
  makers.put("bo", "bo/1", "his");
  makers.release();
  for (const path of ["anna/1", "bo/1"]) await trust.find(path, nowMs, never);
  makers.list("anna").version += 1;
  makers.list("bo").version += 1;
  makers.list("bo").note = "x".repeat(limits.trustListBytesMax - 4_096);
  makers.release();
  await trust.refresh(nowMs, never);
  assert.ok("path" in (await trust.find("bo/1", nowMs, never)));
  assert.deepEqual([trust.versions.anna, trust.versions.bo], [undefined, 2]);
  makers.list("anna").note = "x".repeat(8_192);
  makers.list("anna").version += 1;
  makers.release();
  await trust.refresh(nowMs, never);
  assert.ok("path" in (await trust.find("anna/1", nowMs, never)));
  assert.deepEqual([trust.versions.anna, trust.versions.bo], [3, undefined]);
});

test("stars and question marks mean what they mean to others, and cost no time", () => {
  const parts = ["", "a", "b", "ab", "ba", "aab", "abab", "bbb", "aaaa", "a/b", "ab/ba"];
  const patterns = ["*", "?", "a*", "*b", "a?b", "*a*b", "??", "a**b", "*/b", "a*/*", "?/?", "ab"];
  for (const path of parts.filter((part) => part !== "")) {
    for (const pattern of patterns) {
      assert.equal(isUnder(path, pattern), isUnderThere(path, pattern), `${path} in ${pattern}`);
    }
  }
  assert.equal(isUnder("", "*"), true);
  assert.equal(isUnder("💧", "?"), true);
  const [path, pattern] = ["a".repeat(2_000), `${"*a".repeat(1_000)}b`];
  assert.equal(isUnder(path, pattern), false);
});

test("patterns that mean more to some are not plain", () => {
  for (const wild of ["{a,b}", "[ab]", "!a", "x/!a", "#a", "@(a)", "+(a)", "a\\*", "?(x)"]) {
    assert.equal(isPlainPattern(wild), false, wild);
  }
  for (const plain of ["*", "a?c/*.bin", "a!b/c#d", "a+b@c", "(a)", "~", "ü"]) {
    assert.equal(isPlainPattern(plain), true, plain);
  }
});

test("files of roles lead nowhere else, whatever a role is called", () => {
  assert.equal(fileOf("timestamp"), "timestamp.json");
  assert.equal(fileOf("a'b(c)*!", 3), "3.a%27b%28c%29%2A%21.json");
  assert.equal(fileOf("../../x?y#z", 1), "1...%2F..%2Fx%3Fy%23z.json");
});

/** As the models, and with them tuf-js, have it. */
function isUnderThere(path: string, pattern: string): boolean {
  const role = { name: "bo", keyids: [], threshold: 1, terminating: false, paths: [pattern] };
  const issue = { version: 1, specVersion: "1.0.33", expires: "2030-01-01T00:00:00Z" };
  const delegations = { keys: {}, roles: [role] };
  const { delegations: read } = Targets.fromJSON({ ...new Targets(issue).toJSON(), delegations });
  return [...(read?.rolesForTarget(path) ?? [])].length === 1;
}

async function scene() {
  const forger = new Forger(nowMs);
  const [disk, asked] = [new MemoryDisk(), [] as string[]];
  const trust = await open(disk, forger, asked);
  return { forger, makers: makersOf(forger), trust, disk, asked };
}

function open(disk: MemoryDisk, forger: Forger, asked: string[] = []): Promise<Trust> {
  const fetch: Forger["fetch"] = {
    get: (url, wish, abort) => {
      asked.push(url.split("/").at(-1) ?? "");
      return forger.fetch.get(url, wish, abort);
    },
  };
  const parts = { disk, fetch, trace: new TraceRing() };
  return Trust.open(parts, { base: forgedBase, rootFile: forger.forge("root") });
}
