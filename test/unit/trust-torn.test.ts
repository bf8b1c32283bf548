import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { Trust } from "../../runtime/content/trust/trust.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { Forger, forgedBase } from "../../scripts/bench/trust-forger.ts";
import { makersOf } from "../../scripts/bench/trust-makers.ts";

const nowMs = Date.UTC(2026, 10, 23);
const never = new AbortController().signal;

/**
 * First contact, a new root with another key for the timestamp, and two releases; the power goes
 * once `powerBytes` are written. Gives the disk, and the newest list that anybody was told of.
 */
async function live(
  powerBytes: number,
): Promise<{ disk: MemoryDisk; forger: Forger; told: number }> {
  const [forger, disk] = [new Forger(nowMs), new MemoryDisk()];
  const rootFile = forger.forge("root");
  disk.cutAfter(powerBytes);
  let told = 0;
  try {
    const trust = await open(disk, forger, rootFile);
    for (const change of changes) {
      change(forger);
      const outcome = await trust.refresh(nowMs, never);
      assert.ok(!("code" in outcome));
      told = outcome.version;
      await trust.find(path, nowMs, never);
    }
  } catch (error) {
    assert.match(String(error), /power is cut/);
  }
  return { disk, forger, told };
}

const path = "makers/bo/1.json";
const changes = [() => {}, (forger: Forger) => forger.release(), rotate, delegate];

/** From now on a maker lists the path. */
function delegate(forger: Forger): void {
  makersOf(forger).delegate("targets", "bo");
  makersOf(forger).delegate("targets", "bo/cy", { paths: ["makers/bo/*"] });
  makersOf(forger).put("bo/cy", path, "his");
  makersOf(forger).release();
}

function rotate(forger: Forger): void {
  forger.grant("timestamp", 1, [forger.newSigner()]);
  forger.releaseRoot();
  forger.release();
}

test("whatever byte the power goes at, the next start finds a good generation", async () => {
  const whole = await live(Number.MAX_SAFE_INTEGER);
  assert.equal(whole.told, 4);
  const seen = new Set<number>();
  for (const power of await cutPoints()) {
    const { disk, forger, told } = await live(power);
    const trace = new TraceRing();
    const rootFile = new Forger(nowMs).forge("root");
    const parts = { disk: disk.restarted(), fetch: forger.fetch, trace };
    const trust = await Trust.open(parts, { base: forgedBase, rootFile });
    assert.equal(trace.count("trust.generation-damaged"), 0, `cut at ${power}`);
    const found = trust.trusted?.version ?? 0;
    assert.ok(found >= told, `cut at ${power}: list ${told} was told of, ${found} is found`);
    seen.add(found);
    const outcome = await trust.refresh(nowMs, never);
    assert.ok(!("code" in outcome), `cut at ${power}: ${JSON.stringify(outcome)}`);
    const sought = await trust.find(path, nowMs, never);
    assert.equal(
      "path" in sought,
      outcome.version === 4,
      `cut at ${power}: ${JSON.stringify(sought)}`,
    );
  }
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4]);
});

/** Around the beginning and the end of every write of such a life, and in its middle. */
async function cutPoints(): Promise<ReadonlySet<number>> {
  const [forger, disk] = [new Forger(nowMs), new MemoryDisk()];
  const points = [0];
  let written = 0;
  const replace = disk.replace.bind(disk);
  disk.replace = (name, bytes) => {
    const [begin, end] = [written, written + bytes.length];
    points.push(begin + 1, begin + bytes.length / 2, end - 1, end, end + 1);
    written = end;
    return replace(name, bytes);
  };
  const trust = await open(disk, forger, forger.forge("root"));
  for (const change of changes) {
    change(forger);
    await trust.refresh(nowMs, never);
    await trust.find(path, nowMs, never);
  }
  return new Set(points.map(Math.floor));
}

function open(disk: MemoryDisk, forger: Forger, rootFile: Uint8Array): Promise<Trust> {
  const parts = { disk, fetch: forger.fetch, trace: new TraceRing() };
  return Trust.open(parts, { base: forgedBase, rootFile });
}
