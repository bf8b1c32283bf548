import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { readMoment, writeMoment } from "../../runtime/content/trust/moment.ts";
import { type TrustCode, TrustError } from "../../runtime/content/trust/trouble.ts";
import { Trust } from "../../runtime/content/trust/trust.ts";
import { targetUrl } from "../../runtime/content/trust/trusted.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { attackTrust, trustAttacks, tryAttack } from "../../scripts/bench/trust-attacks.ts";
import { dayMs, Forger, forgedBase } from "../../scripts/bench/trust-forger.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);
const never = new AbortController().signal;

for (const attack of trustAttacks) {
  test(`attack refused: ${attack.name}`, async () => {
    assert.equal(await tryAttack(attack, nowMs), attack.code);
  });
}

test("the attacks are many, and their codes tell them apart", async () => {
  const { attacks, refused, codes, failed } = await attackTrust(nowMs);
  assert.deepEqual(failed, []);
  assert.equal(refused, attacks);
  assert.ok(attacks >= 25 && codes >= 25, `${attacks} attacks, ${codes} codes`);
});

test("an attack that goes through is not counted as refused", async () => {
  const harmless = { name: "a release", code: "TRUST_FORMAT" as const };
  assert.equal(
    await tryAttack({ ...harmless, act: ({ forger }) => forger.release() }, nowMs),
    undefined,
  );
});

test("Trusted lists what can be fetched, and where", async () => {
  const forger = new Forger(nowMs);
  forger.put("../outside", "x");
  forger.put("a//b", "x");
  forger.put("a b/ü.bin", "x");
  forger.sheets.targets.targets.md5 = { length: 1, hashes: { md5: "0".repeat(32) } };
  forger.release();
  const trust = await open(new MemoryDisk(), forger);
  assert.equal(trust.trusted, undefined);
  const trusted = await good(trust);
  assert.equal(trust.trusted, trusted);
  const paths = [...trusted.targets()].map(({ path }) => path);
  assert.deepEqual(paths, [
    "avatars/anna/1/manifest.json",
    "a b/ü.bin",
    "avatars/anna/2/manifest.json",
  ]);
  const target = trusted.target("a b/ü.bin");
  assert.ok(target);
  const url = `${forgedBase}/targets/a%20b/${target.sha256}.%C3%BC.bin`;
  assert.equal(targetUrl(`${forgedBase}/`, target), url);
  assert.equal(trusted.target("toString"), undefined);
});

test("without consistent snapshots names carry neither version nor hash", async () => {
  const forger = new Forger(nowMs);
  forger.sheets.root.consistent_snapshot = false;
  for (const role of ["snapshot", "targets"] as const) {
    forger.lay(`${forgedBase}/metadata/${role}.json`, forger.forge(role));
  }
  const trusted = await good(await open(new MemoryDisk(), forger));
  const target = trusted.target("avatars/anna/1/manifest.json");
  assert.equal(target?.place, "targets/avatars/anna/1/manifest.json");
});

test("what is trusted outlives a start, without a network", async () => {
  const forger = new Forger(nowMs);
  const disk = new MemoryDisk();
  await good(await open(disk, forger));
  forger.befall([{ kind: "unreachable" }]);
  const trust = await open(disk.restarted(), forger);
  assert.equal(trust.trusted?.version, 1);
  assert.equal(await code(trust), "TRUST_UNREACHABLE");
  assert.equal(trust.trusted?.version, 1);
});

test("a board without a clock waits, and goes on once it has one", async () => {
  const forger = new Forger(nowMs);
  const trust = await open(new MemoryDisk(), forger);
  const waiting = await trust.refresh(undefined, never);
  assert.ok(waiting instanceof TrustError);
  assert.equal(waiting.code, "TRUST_NO_CLOCK");
  assert.equal(waiting.retryable, true);
  assert.equal(waiting.message, "Cannot trust the repository: the clock of this board is not set");
  assert.equal((await good(trust)).version, 1);
});

test("a clock that is behind the last refresh is told by how much", async () => {
  const forger = new Forger(nowMs);
  const disk = new MemoryDisk();
  await good(await open(disk, forger));
  const trust = await open(disk.restarted(), forger);
  const outcome = await trust.refresh(nowMs - 5_000, never);
  assert.ok("code" in outcome && outcome.code === "TRUST_CLOCK_BEHIND");
  assert.match(outcome.message, /the clock is 5 s behind the last refresh$/);
});

test("a clock that was ahead does not lock the board out", async () => {
  const forger = new Forger(nowMs);
  const trust = await open(new MemoryDisk(), forger);
  assert.equal(await code(trust, nowMs + 400 * dayMs), "TRUST_ROOT_EXPIRED");
  assert.equal((await good(trust)).version, 1);
});

test("fast-forward: after new keys of snapshot and timestamp numbers begin anew", async () => {
  const forger = new Forger(nowMs);
  forger.sheets.timestamp.version = 2 ** 52;
  forger.sheets.snapshot.version = 2 ** 52;
  forger.serveList();
  const trust = await open(new MemoryDisk(), forger);
  await good(trust);
  forger.sheets.timestamp.version = 1;
  forger.sheets.snapshot.version = 1;
  forger.serveList();
  assert.equal(await code(trust), "TRUST_TIMESTAMP_ROLLBACK");
  forger.grant("timestamp", 1, [forger.newSigner()]);
  forger.grant("snapshot", 1, [forger.newSigner()]);
  forger.releaseRoot();
  forger.serveList();
  await good(trust);
  assert.deepEqual(trust.versions, { root: 2, timestamp: 1, snapshot: 1, targets: 1 });
});

test("a list by keys that a new root took away is trusted no longer", async () => {
  const forger = new Forger(nowMs);
  const trust = await open(new MemoryDisk(), forger);
  await good(trust);
  forger.grant("targets", 1, [forger.newSigner()]);
  forger.releaseRoot();
  forger.befall([{ kind: "whole" }, { kind: "unreachable" }]);
  assert.equal(await code(trust), "TRUST_UNREACHABLE");
  assert.equal(trust.trusted, undefined);
  forger.befall([]);
  forger.release();
  assert.equal((await good(trust)).version, 2);
});

test("roots are followed as far as a refresh may, the next goes on", async () => {
  const forger = new Forger(nowMs);
  const trust = await open(new MemoryDisk(), forger);
  for (let count = 0; count < 70; count++) forger.releaseRoot();
  await good(trust);
  assert.equal(trust.versions.root, 65);
  await good(trust);
  assert.equal(trust.versions.root, 71);
});

test("a root file that is none is refused by name", async () => {
  const forger = new Forger(nowMs);
  for (const rootFile of [forger.forge("snapshot"), forger.forge("root", { signers: [] })]) {
    await assert.rejects(open(new MemoryDisk(), forger, rootFile), { code: "TRUST_ROOT_FILE" });
  }
});

test("another root file begins anew with what its keys vouch for", async () => {
  const [forger, disk] = [new Forger(nowMs), new MemoryDisk()];
  await good(await open(disk, forger));
  forger.releaseRoot();
  const same = await open(disk.restarted(), forger, forger.forge("root"));
  assert.deepEqual(same.versions, { root: 2, timestamp: 1, snapshot: 1, targets: 1 });
  const stranger = new Forger(nowMs);
  for (const role of ["root", "timestamp", "snapshot", "targets"] as const) {
    const signers = [8, 9, 10, 11].map(() => stranger.newSigner());
    stranger.grant(role, 1, signers.slice(0, 1));
  }
  const other = await open(disk.restarted(), stranger, stranger.forge("root"));
  assert.deepEqual(other.versions, { root: 1 });
});

test("a damaged generation is told of, and the other one holds", async () => {
  const [forger, disk] = [new Forger(nowMs), new MemoryDisk()];
  const trust = await open(disk, forger);
  await good(trust);
  forger.release();
  await good(trust);
  const openDamaged = async (...names: string[]) => {
    const [found, trace] = [disk.restarted(), new TraceRing()];
    for (const name of names) await found.replace(name, Buffer.from("nonsense"));
    const parts = { disk: found, fetch: forger.fetch, trace };
    const rootFile = forger.forge("root");
    const again = await Trust.open(parts, { base: forgedBase, rootFile });
    assert.equal(trace.count("trust.generation-damaged"), names.length);
    const before = again.trusted?.version;
    assert.equal((await good(again)).version, 2);
    return before;
  };
  // The newest list came with the last write but the one that keeps the time.
  assert.deepEqual([await openDamaged("trust-0"), await openDamaged("trust-1")].sort(), [1, 2]);
  assert.equal(await openDamaged("trust-0", "trust-1"), undefined);
});

test("an unchanged repository costs no write", async () => {
  const forger = new Forger(nowMs);
  const disk = new MemoryDisk();
  const trust = await open(disk, forger);
  await good(trust);
  forger.befall([]);
  const written: string[] = [];
  const replace = disk.replace.bind(disk);
  disk.replace = (name, bytes) => {
    written.push(name);
    return replace(name, bytes);
  };
  await good(trust, nowMs + 3_600_000);
  assert.deepEqual(written, []);
  await good(trust, nowMs + 2 * dayMs);
  assert.equal(written.length, 1, "the time is kept once a day");
});

test("an abort rejects with its reason and changes nothing", async () => {
  const forger = new Forger(nowMs);
  const trust = await open(new MemoryDisk(), forger);
  await assert.rejects(trust.refresh(nowMs, AbortSignal.abort(new Error("enough"))), /enough/);
  assert.deepEqual(trust.versions, { root: 1 });
});

test("two refreshes at once are one after the other", async () => {
  const forger = new Forger(nowMs);
  const trust = await open(new MemoryDisk(), forger);
  const [one, two] = await Promise.all([trust.refresh(nowMs, never), trust.refresh(nowMs, never)]);
  assert.equal(one, two);
});

test("moments are written as the specification has them, and read in no other form", () => {
  const some = [0, 951_782_400_000, Date.UTC(2024, 1, 29, 23, 59, 59), Date.UTC(2100, 2, 1), nowMs];
  for (let ms = -dayMs * 800; ms < dayMs * 60_000; ms += dayMs * 37 + 12_345_000) some.push(ms);
  for (const ms of some) {
    assert.equal(writeMoment(ms), new Date(ms).toISOString().replace(".000Z", "Z"));
    assert.equal(readMoment(writeMoment(ms)), ms);
  }
  const wrong = ["2026-11-23", "2026-11-23T12:00:00", "2026-11-23T12:00:00.000Z", "soon"];
  const missing = ["2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-23T24:00:00Z"];
  for (const text of [...wrong, ...missing, "2026-11-23T12:00:60Z", "2026-11-23 12:00:00Z"]) {
    assert.equal(readMoment(text), undefined, text);
  }
});

function open(disk: MemoryDisk, forger: Forger, rootFile = forger.forge("root")): Promise<Trust> {
  const parts = { disk, fetch: forger.fetch, trace: new TraceRing() };
  return Trust.open(parts, { base: forgedBase, rootFile });
}

async function good(trust: Trust, atMs = nowMs) {
  const outcome = await trust.refresh(atMs, never);
  if ("code" in outcome) throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome;
}

async function code(trust: Trust, atMs = nowMs): Promise<TrustCode | undefined> {
  const outcome = await trust.refresh(atMs, never);
  return "code" in outcome ? outcome.code : undefined;
}
