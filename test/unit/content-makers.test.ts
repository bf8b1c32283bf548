import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { MemoryDepot } from "../../drivers/depot/memory.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { Downloader } from "../../runtime/content/download.ts";
import { Shelf } from "../../runtime/content/shelf.ts";
import { Supplier } from "../../runtime/content/supplier.ts";
import { Trust } from "../../runtime/content/trust/trust.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { hashOf } from "../../runtime/studio/repo/release.ts";
import { Forger, forgedBase } from "../../scripts/bench/trust-forger.ts";
import { makersOf } from "../../scripts/bench/trust-makers.ts";
import { packageFiles } from "./package.ts";

const nowMs = Date.UTC(2026, 10, 23);
const wish = { id: "small", version: "1.0.0" };

test("a release of a maker to whom a repository delegates is brought by version", async () => {
  const { supplier, shelf } = await scene("avatars/small/*/*");
  const placed = await supplier.bring(wish, errand());
  assert.ok(!("code" in placed), JSON.stringify(placed));
  assert.equal(placed.id, "small");
  assert.deepEqual(shelf.releases, [placed]);
});

test("a release of a maker who may not speak of that avatar is not there", async () => {
  const { supplier } = await scene("avatars/other/*/*");
  const outcome = await supplier.bring(wish, errand());
  assert.ok("code" in outcome && outcome.code === "RELEASE_ABSENT", JSON.stringify(outcome));
});

test("a maker's list that is refused is told by its code, and may mend", async () => {
  const { supplier, forger } = await scene("avatars/small/*/*");
  makersOf(forger).list("bo").expires = "2026-11-22T00:00:00Z";
  makersOf(forger).list("bo").version += 1;
  makersOf(forger).release();
  const outcome = await supplier.bring(wish, errand());
  assert.ok("code" in outcome && outcome.code === "TRUST_TARGETS_EXPIRED");
  assert.equal(outcome.retryable, true);
});

async function scene(pattern: string) {
  const [forger, trace, depot] = [new Forger(nowMs), new TraceRing(), new MemoryDepot()];
  const makers = makersOf(forger);
  makers.delegate("targets", "bo", { paths: [pattern] });
  for (const [name, bytes] of await packageFiles()) {
    makers.put("bo", `avatars/small/1.0.0/${name}`, bytes);
    forger.lay(`${forgedBase}/targets/avatars/small/1.0.0/${hashOf(bytes)}.${name}`, bytes);
  }
  makers.release();
  const shelf = await Shelf.open(depot, trace);
  const { fetch } = forger;
  const clock = new ManualClock();
  const rules = () => ({ bytesPerSecond: undefined, isQuiet: false });
  const downloader = new Downloader({ fetch, depot, clock, random: () => 0.5, trace }, rules);
  const rootFile = forger.forge("root");
  const disk = new MemoryDisk();
  const trust = () => Trust.open({ disk, fetch, trace }, { base: forgedBase, rootFile });
  const fit = () => ({ tier: "360p", lists: { allow: [], deny: [] } }) as const;
  const supplier = new Supplier(
    { depot, shelf, downloader, trust },
    { base: forgedBase, fit, signers: [] },
  );
  return { supplier, shelf, forger };
}

function errand() {
  const { signal } = new AbortController();
  const quiet = { step: () => {}, found: () => {}, refuses: () => undefined };
  return { abort: signal, wallMs: nowMs, ...quiet };
}
