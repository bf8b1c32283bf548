import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { limits } from "../../config/limits.ts";
import type { Tier } from "../../config/tiers.ts";
import { MemoryDepot } from "../../drivers/depot/memory.ts";
import { AvatarError } from "../../runtime/avatar/error.ts";
import { collect } from "../../runtime/content/collect.ts";
import { damageByHash, damageBySize } from "../../runtime/content/integrity.ts";
import { missing, planRelease, tiersToHave } from "../../runtime/content/plan.ts";
import { type Placed, tiersOf } from "../../runtime/content/release.ts";
import { Shelf, ShelfError } from "../../runtime/content/shelf.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { type Sample, samplePackage } from "../../scripts/bench/sample-package.ts";

const [one, two, three] = [1, 2, 3].map((seed) => {
  return samplePackage({ version: `${seed}.0.0`, seed, bytes: 100 });
}) as [Sample, Sample, Sample];
const never = new AbortController().signal;

test("a release is installed once it lies there, and current once that is said", async () => {
  const { depot, shelf } = await desk();
  await assert.rejects(shelf.install(one.placed), { code: "SHELF_INCOMPLETE" });
  await put(depot, one);
  await shelf.install(one.placed);
  assert.equal(shelf.current("sample"), undefined);
  await assert.rejects(shelf.switchTo("sample", two.placed.sha256), { code: "SHELF_UNKNOWN" });
  await assert.rejects(shelf.switchTo("other", one.placed.sha256), { code: "SHELF_UNKNOWN" });
  await shelf.switchTo("sample", one.placed.sha256);
  assert.deepEqual([shelf.current("sample"), shelf.isProven("sample")], [one.placed, false]);
  const files = shelf.filesOf(one.placed);
  assert.equal(files["manifest.json"], depot.pathOf(one.placed.sha256));
  assert.deepEqual(tiersOf(one.placed), ["360p", "540p"]);
  const again = await Shelf.open(depot.restarted(), new TraceRing());
  assert.deepEqual(again.current("sample"), one.placed);
});

test("what is on trial never pushes out what was proven", async () => {
  const { depot, shelf } = await desk();
  await putAll(depot);
  await shelf.install(one.placed);
  await shelf.switchTo("sample", one.placed.sha256);
  await shelf.install(two.placed);
  // What was not shown yet stays while the one before it passes its probation.
  await shelf.commit("sample");
  await shelf.switchTo("sample", two.placed.sha256);
  assert.deepEqual(shelf.previous("sample"), one.placed);
  assert.equal(shelf.isProven("sample"), false);
  await shelf.install(three.placed);
  await shelf.switchTo("sample", three.placed.sha256);
  assert.deepEqual(shelf.previous("sample"), one.placed);
  assert.deepEqual(await shelf.rollBack("sample"), one.placed);
  assert.deepEqual([shelf.previous("sample"), shelf.isProven("sample")], [undefined, true]);
  assert.deepEqual(await shelf.rollBack("sample"), one.placed);
  assert.deepEqual(shelf.releases, [one.placed]);
});

test("of releases that were never shown, the last one stays", async () => {
  const { depot, shelf } = await desk();
  for (const { placed } of await putAll(depot)) await shelf.install(placed);
  assert.deepEqual(shelf.releases, [three.placed]);
  await shelf.want([one.placed]);
  await shelf.install(one.placed);
  await shelf.install(two.placed);
  assert.deepEqual(shelf.releases, [one.placed, two.placed]);
});

test("further tiers of a release join those that are here", async () => {
  const { depot, shelf } = await desk();
  await put(depot, one);
  const files = one.placed.files.filter(({ tier }) => tier !== "540p");
  await shelf.install({ ...one.placed, files });
  await shelf.switchTo("sample", one.placed.sha256);
  assert.deepEqual(tiersOf(shelf.releases[0] as Placed), ["360p"]);
  await shelf.install(one.placed);
  assert.deepEqual(tiersOf(shelf.current("sample") as Placed), ["360p", "540p"]);
});

test("garbage is what nobody names: N-1 and what is wanted stay", async () => {
  const { depot, shelf } = await desk();
  const all = await putAll(depot);
  for (const { placed } of all.slice(0, 2)) {
    await shelf.install(placed);
    await shelf.switchTo("sample", placed.sha256);
    await shelf.commit("sample");
  }
  await shelf.want([three.placed]);
  const staging = await depot.stage("leftover");
  await staging.append(new Uint8Array(9));
  assert.deepEqual(await collect(shelf, depot), { objects: 0, bytes: 0, staged: 0 });
  await staging[Symbol.asyncDispose]();
  await shelf.want([]);
  // Three's own manifest and tiers; the shared file is everybody's.
  const own = three.placed.files.filter(({ name }) => name !== "shared.part");
  const bytes = own.reduce((sum, file) => sum + file.bytes, 0);
  assert.deepEqual(await collect(shelf, depot), { objects: own.length, bytes, staged: 1 });
  await shelf.remove("sample");
  assert.deepEqual(shelf.releases, []);
  await collect(shelf, depot);
  assert.deepEqual(await depot.objects(), []);
});

test("an index that cannot be read counts as none; one too large is refused", async () => {
  const { depot, shelf } = await desk();
  await put(depot, one);
  await shelf.install(one.placed);
  const index = (await depot.readIndex()) ?? new Uint8Array();
  const later = new TextEncoder().encode("00000000 {}\n");
  for (const bytes of [
    index.subarray(0, -9),
    index.map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
    later,
  ]) {
    await depot.replaceIndex(bytes);
    const trace = new TraceRing();
    assert.deepEqual((await Shelf.open(depot, trace)).releases, []);
    assert.equal(trace.count("content.index-damaged"), 1);
  }
  const many = Array.from({ length: limits.contentReleasesMax + 1 }, () => one.placed);
  await assert.rejects(shelf.want(many), (error) => {
    return error instanceof ShelfError && error.code === "SHELF_FULL";
  });
  assert.deepEqual(shelf.wanted, []);
});

test("a damaged file is named and gone, and everything else stays", async () => {
  const { depot, shelf } = await desk();
  await put(depot, one);
  await shelf.install(one.placed);
  const at = (name: string) => one.placed.files.find((file) => file.name === name)?.sha256 ?? "";
  assert.deepEqual(await damageBySize(shelf, depot), []);
  depot.damage(at("360p.tier"), new Uint8Array(7));
  depot.damage(at("shared.part"), undefined);
  const seen = (await damageBySize(shelf, depot)).map(({ name, kind }) => `${name} ${kind}`);
  assert.deepEqual(seen.sort(), ["360p.tier size", "shared.part missing"]);
  await put(depot, one);
  depot.damage(at("540p.tier"), new Uint8Array(101));
  assert.deepEqual(await damageBySize(shelf, depot), []);
  let pieces = 0;
  const pause = async () => void pieces++;
  const [damage, ...others] = await damageByHash(shelf, depot, pause, never);
  assert.deepEqual([damage?.kind, damage?.name, others, pieces], ["hash", "540p.tier", [], 4]);
  const has = async (sha256: string) => (await depot.sizeOf(sha256)) !== undefined;
  assert.equal(await has(at("540p.tier")), false);
  const here = new Set((await depot.objects()).map(({ sha256 }) => sha256));
  const due = missing(one.placed, (sha256) => here.has(sha256));
  assert.deepEqual(
    due.files.map(({ name }) => name),
    ["540p.tier"],
  );
  assert.equal(due.bytes, 101);
});

test("the verdict's tier and the next below are to be here, of those that are let in", () => {
  const all: readonly Tier[] = ["360p", "540p", "720p", "1080p"];
  const none = { allow: [], deny: [] };
  const cases: readonly (readonly [readonly Tier[], Tier | null, object, readonly Tier[]])[] = [
    [all, "720p", {}, ["540p", "720p"]],
    [all, "360p", {}, ["360p"]],
    [["360p", "1080p"], "720p", {}, ["360p"]],
    [["720p", "1080p"], "360p", {}, ["720p"]],
    [all, null, {}, ["360p"]],
    [all, "1080p", { deny: ["720p"] }, ["540p", "1080p"]],
    [all, "1080p", { allow: ["360p"] }, ["360p"]],
    [all, "1080p", { deny: all }, []],
  ];
  for (const [offered, tier, lists, due] of cases) {
    assert.deepEqual(tiersToHave(offered, { tier, lists: { ...none, ...lists } }), due);
  }
});

test("a plan names the files of its tiers, and refuses what cannot be shown", () => {
  const { placed, manifest } = one;
  const release = { ...placed, bytes: placed.files[0]?.bytes ?? 0 };
  const seal = { bytes: 5, sha256: "0".repeat(64) };
  const plan = planRelease(release, manifest, seal, ["540p"]);
  const names = plan.files.map(({ name, tier }) => `${name} ${tier}`);
  const due = ["manifest.json null", "manifest.sig null", "shared.part null", "540p.tier 540p"];
  assert.deepEqual(names, due);
  assert.throws(() => planRelease(release, manifest, undefined, ["1080p"]), AvatarError);
  assert.throws(() => planRelease(release, manifest, undefined, []), AvatarError);
  const twice = {
    ...manifest,
    shared: { ...manifest.shared, file: "360P.tier" },
  } as typeof manifest;
  assert.throws(() => planRelease(release, twice, undefined, ["360p"]), /twice/);
});

test("whatever is done in whatever order, what is current and its fallback are whole", async () => {
  const step = fc.record({
    kind: fc.constantFrom("install", "switch", "commit", "roll-back", "remove", "want", "collect"),
    which: fc.nat(2),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { depot, shelf } = await desk();
      let proven: string | undefined;
      for (const { kind, which } of steps) {
        await act(kind, [one, two, three][which] as Sample, depot, shelf);
        const current = shelf.current("sample");
        if (current && shelf.isProven("sample")) proven = current.sha256;
        if (!current) proven = undefined;
        for (const placed of [current, shelf.previous("sample")]) {
          for (const { sha256, bytes } of placed?.files ?? []) {
            assert.equal(await depot.sizeOf(sha256), bytes);
          }
        }
        // The last proven one can always be gone back to.
        const ways = [current?.sha256, shelf.previous("sample")?.sha256];
        assert.ok(proven === undefined || ways.includes(proven));
        const again = await Shelf.open(depot, new TraceRing());
        assert.deepEqual([again.releases, again.wanted], [shelf.releases, shelf.wanted]);
      }
    }),
    { numRuns: 100 },
  );
});

async function act(kind: string, sample: Sample, depot: MemoryDepot, shelf: Shelf): Promise<void> {
  const { placed } = sample;
  const isHere = shelf.releases.some(({ sha256 }) => sha256 === placed.sha256);
  if (kind === "install") {
    await put(depot, sample);
    await shelf.install(placed);
  }
  if (kind === "switch" && isHere) await shelf.switchTo("sample", placed.sha256);
  if (kind === "commit") await shelf.commit("sample");
  if (kind === "roll-back") await shelf.rollBack("sample");
  if (kind === "remove") await shelf.remove("sample");
  if (kind === "want") await shelf.want((wanted) => (wanted.length > 0 ? [] : [placed]));
  if (kind === "collect") await collect(shelf, depot);
}

async function desk() {
  const depot = new MemoryDepot();
  return { depot, shelf: await Shelf.open(depot, new TraceRing()) };
}

async function putAll(depot: MemoryDepot): Promise<readonly Sample[]> {
  for (const sample of [one, two, three]) await put(depot, sample);
  return [one, two, three];
}

async function put(depot: MemoryDepot, { files, placed }: Sample): Promise<void> {
  for (const { name, sha256 } of placed.files) {
    await using staging = await depot.stage(sha256);
    await staging.append(files.get(name) ?? new Uint8Array());
    await staging.keep(sha256);
  }
}
