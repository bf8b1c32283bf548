import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { limits } from "../../config/limits.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { MemoryDepot } from "../../drivers/depot/memory.ts";
import { type Mishap, ScriptedFetch } from "../../drivers/fetch/scripted.ts";
import { Bucket } from "../../runtime/content/bucket.ts";
import { Downloader } from "../../runtime/content/download.ts";
import { DownloadError } from "../../runtime/content/download-error.ts";
import { retryDelayMs } from "../../runtime/content/retry.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { sha256Of } from "../support/sha256.ts";

const url = "https://studio/a.tier";
const file = Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * 31 + (at >> 9)) & 255);
const order = { url, bytes: file.length, sha256: sha256Of(file) };
const never = new AbortController().signal;

test("a file is fetched once and kept; asked for again, nobody is asked", async () => {
  const world = desk();
  assert.equal(await world.run(), "here");
  assert.equal(await world.depot.sizeOf(order.sha256), file.length);
  assert.equal(await world.run(), "here");
  assert.deepEqual(world.fetch.told, { asked: 1, given: file.length });
  assert.deepEqual(await world.depot.staged(), []);
});

test("every cut is taken up where it was, and no byte comes twice", async () => {
  const cuts = [1, 100_000, 0, 1_500_000, 77].map((afterBytes): Mishap => cut(afterBytes));
  const world = desk(cuts);
  assert.equal(await world.run(), "here");
  assert.deepEqual(world.fetch.told, { asked: 6, given: file.length });
});

test("a new process takes up what the last one had marked", async () => {
  const world = desk();
  const over = new AbortController();
  const read = world.depot.stage;
  world.depot.stage = async (name) => {
    const staging = await read.call(world.depot, name);
    const { mark } = staging;
    staging.mark = async (note) => {
      await mark.call(staging, note);
      over.abort(new Error("power off"));
    };
    return staging;
  };
  await assert.rejects(world.run(over.signal), /power off/);
  const again = desk([], world.depot.restarted());
  assert.equal(await again.run(), "here");
  const first = file.length - again.fetch.told.given;
  assert.ok(first >= limits.contentMarkBytes, `${first} bytes were there`);
});

test("a file that changed under us starts anew", async () => {
  const other = file.map((byte) => byte ^ 1);
  const world = desk([cut(500_000), { kind: "changed", bytes: other }]);
  const changed = { ...order, sha256: sha256Of(other) };
  assert.equal(await world.downloader.download([changed], never), "here");
  assert.equal(world.fetch.told.given, 500_000 + other.length);
});

test("a server that says no is asked once", async () => {
  for (const status of [400, 401, 403, 404, 410]) {
    const world = desk([{ kind: "status", status }]);
    const outcome = await world.run();
    assert.ok(outcome instanceof DownloadError);
    assert.deepEqual([outcome.code, outcome.status, outcome.retryable], refusedWith(status));
    assert.equal(world.fetch.told.asked, 1);
  }
});

test("one that says later is asked then, and not before", async () => {
  const world = desk([{ kind: "status", status: 503, retryAfterMs: 7_000 }]);
  const running = world.run();
  await world.clock.advance(6_999);
  assert.equal(world.fetch.told.asked, 1);
  assert.equal(world.downloader.progress.state, "waiting");
  await world.clock.advance(1);
  assert.equal(await running, "here");
});

test("attempts that bring nothing come to an end; those that bring something do not", async () => {
  const nobody: Mishap = { kind: "unreachable" };
  const gone = desk(Array(50).fill(nobody));
  const outcome = await gone.run();
  assert.ok(outcome instanceof DownloadError);
  assert.deepEqual([outcome.code, outcome.retryable], ["DOWNLOAD_UNREACHABLE", true]);
  assert.equal(gone.fetch.told.asked, limits.contentAttemptsMax + 1);
  const drops = desk(Array(50).fill(cut(3)));
  assert.ok((await drops.run()) instanceof DownloadError);
  const slow = desk(Array(50).fill(cut(40_000)));
  assert.equal(await slow.run(), "here");
});

test("other bytes than were ordered are not kept", async () => {
  const wrong = { ...order, sha256: sha256Of(new Uint8Array(1)) };
  const world = desk();
  assertCode(await world.downloader.download([wrong], never), "DOWNLOAD_WRONG_HASH");
  assert.deepEqual(await world.depot.objects(), []);
  const small = { ...order, bytes: order.bytes + 1 };
  assertCode(await desk().downloader.download([small], never), "DOWNLOAD_WRONG_SIZE");
  const large = { ...order, bytes: order.bytes - 1 };
  assertCode(await desk().downloader.download([large], never), "DOWNLOAD_TOO_LARGE");
  const endless = desk([{ kind: "endless" }]);
  assertCode(await endless.run(), "DOWNLOAD_TOO_LARGE");
  assert.ok(endless.fetch.told.given <= file.length + 4_096);
});

test("what may be of two files is fetched anew, once", async () => {
  const world = desk();
  const left = await world.depot.stage(order.sha256);
  await left.append(new Uint8Array(1_000));
  await left.mark("");
  await left[Symbol.asyncDispose]();
  assert.equal(await world.run(), "here");
  assert.equal(world.fetch.told.given, 2 * file.length - 1_000);
  const wrong = { ...order, sha256: sha256Of(new Uint8Array(1)) };
  const stubborn = desk([cut(99_999), cut(99_999), cut(99_999), cut(99_999)]);
  assertCode(await stubborn.downloader.download([wrong], never), "DOWNLOAD_WRONG_HASH");
});

test("room for twice the size and the reserve is due, less what is here", async () => {
  const due = 2 * file.length + limits.contentReserveBytes;
  const world = desk([], new MemoryDepot(due - 1));
  assertCode(await world.run(), "DOWNLOAD_NO_ROOM");
  assert.equal(world.fetch.told.asked, 0);
  const tight = desk([cut(2_000_000), { kind: "status", status: 404 }], new MemoryDepot(due));
  assertCode(await tight.run(), "DOWNLOAD_REFUSED");
  assert.equal(await tight.run(), "here");
});

test("a medium that fills up meanwhile is told, and what it took stays", async () => {
  const world = desk([], new MemoryDepot(2 * file.length + limits.contentReserveBytes));
  const hog = await world.depot.stage("hog");
  world.depot.freeBytes = async () => Number.MAX_SAFE_INTEGER;
  await hog.append(new Uint8Array(limits.contentReserveBytes + file.length + 1_000_000));
  const outcome = await world.run();
  assertCode(outcome, "DOWNLOAD_NO_ROOM");
  assert.ok(outcome instanceof DownloadError && outcome.retryable);
});

test("the rate is kept, by the clock", async () => {
  const world = desk([], undefined, { bytesPerSecond: 200_000 });
  const running = world.run();
  await world.clock.advance(13_900);
  assert.equal(await world.depot.sizeOf(order.sha256), undefined);
  const { bytes, bytesPerSecond } = world.downloader.progress;
  assert.ok(Math.abs(bytes - 200_000 * 14.9) < 10_000, `${bytes} bytes after 13.9 s`);
  assert.ok(Math.abs(bytesPerSecond - 200_000) < 10_000, `${bytesPerSecond} bytes/s`);
  await world.clock.advance(200);
  assert.equal(await running, "here");
});

test("quiet hours pause it, and it goes on where it was", async () => {
  const rules = { bytesPerSecond: 500_000, isQuiet: false };
  const world = desk([], undefined, rules);
  const running = world.run();
  await world.clock.advance(2_000);
  rules.isQuiet = true;
  await world.clock.advance(8 * 3600_000);
  assert.equal(world.downloader.progress.state, "quiet");
  const { given } = world.fetch.told;
  assert.ok(given < file.length);
  rules.isQuiet = false;
  await world.clock.advance(60_000);
  assert.equal(await running, "here");
  assert.equal(world.fetch.told.given, file.length);
});

test("progress counts the whole order", async () => {
  const second = { url: "https://studio/b", bytes: 5, sha256: sha256Of(file.subarray(0, 5)) };
  const world = desk([{ kind: "unreachable" }]);
  world.fetch.put(second.url, file.subarray(0, 5));
  const seen: string[] = [];
  const { depot } = world;
  const stage = depot.stage.bind(depot);
  depot.stage = async (name) => {
    const { state, bytes, bytesDue } = world.downloader.progress;
    seen.push(`${state} ${bytes}/${bytesDue}`);
    return stage(name);
  };
  assert.equal(await world.downloader.download([order, second], never), "here");
  const all = file.length + 5;
  assert.deepEqual(seen, [`fetching 0/${all}`, `verifying ${file.length}/${all}`]);
  assert.equal(world.downloader.progress.state, "idle");
});

test("whatever a server does, the file is right or the trouble has a name", async () => {
  const small = file.subarray(0, 20_000);
  const mine = { url, bytes: small.length, sha256: sha256Of(small) };
  const mishap = fc.oneof(
    fc.nat(20_000).map(cut),
    fc.nat(20_000).map((afterBytes): Mishap => ({ kind: "stall", afterBytes })),
    fc.constantFrom<Mishap>({ kind: "unreachable" }, { kind: "whole" }, { kind: "endless" }),
    fc.constantFrom(404, 408, 416, 429, 500, 503).map((status): Mishap => {
      return { kind: "status", status };
    }),
    fc.constant<Mishap>({ kind: "changed", bytes: small.map((byte) => byte ^ 7) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(mishap, { maxLength: 12 }), async (script) => {
      const world = desk(script);
      world.fetch.put(url, small);
      const outcome = await world.downloader.download([mine], never);
      const size = await world.depot.sizeOf(mine.sha256);
      assert.equal(size, outcome === "here" ? small.length : undefined);
      assert.ok(outcome === "here" || outcome instanceof DownloadError);
    }),
    { numRuns: 300 },
  );
});

test("a bucket lets through its rate, one second's worth and one piece, over any time", () => {
  const takes = fc.array(fc.record({ bytes: fc.nat(50_000), waitMs: fc.nat(3_000) }));
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 1e6 }), takes, (rate, list) => {
      const bucket = new Bucket();
      const past: { atMs: number; bytes: number }[] = [];
      let nowMs = 5_000;
      for (const { bytes, waitMs } of list) {
        past.push({ atMs: nowMs, bytes });
        nowMs += bucket.take(bytes, rate, nowMs) + waitMs;
        const since = past.map(({ atMs }, at) => {
          const sum = past.slice(at).reduce((all, one) => all + one.bytes, 0);
          return sum - 50_000 - rate - (rate * (nowMs - atMs)) / 1_000;
        });
        assert.ok(Math.max(...since) <= 1e-6);
      }
    }),
  );
});

test("delays double, are random below their bound, and heed the server within reason", () => {
  assert.equal(retryDelayMs(1, 0.999), 999);
  assert.equal(retryDelayMs(4, 0.5), 4_000);
  assert.equal(retryDelayMs(60, 0.999), Math.floor(0.999 * limits.contentRetryMsMax));
  assert.equal(retryDelayMs(1, 0, 20_000), 20_000);
  assert.equal(retryDelayMs(1, 0, 1e9), limits.contentRetryMsMax);
});

interface Rules {
  bytesPerSecond?: number;
  isQuiet?: boolean;
}

function desk(script: readonly Mishap[] = [], depot = new MemoryDepot(), rules: Rules = {}) {
  const fetch = new ScriptedFetch({ [url]: file }, script);
  const clock = new ManualClock();
  const parts = { fetch, depot, clock, random: () => 0, trace: new TraceRing() };
  const downloader = new Downloader(parts, () => {
    return { bytesPerSecond: rules.bytesPerSecond, isQuiet: rules.isQuiet ?? false };
  });
  const run = (abort: AbortSignal = never) => downloader.download([order], abort);
  return { fetch, depot, clock, downloader, run };
}

function cut(afterBytes: number): Mishap {
  return { kind: "cut", afterBytes };
}

function refusedWith(status: number) {
  return ["DOWNLOAD_REFUSED", status, false];
}

function assertCode(outcome: "here" | DownloadError, code: DownloadError["code"]): void {
  assert.ok(outcome instanceof DownloadError, `${outcome}`);
  assert.equal(outcome.code, code, outcome.message);
}
