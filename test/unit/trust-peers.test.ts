import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, mock, test } from "node:test";
import { Updater } from "tuf-js";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { type Fetch, FetchError } from "../../drivers/fetch/fetch.ts";
import { Trust } from "../../runtime/content/trust/trust.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import type { Attack, Scene } from "../../scripts/bench/trust-attack.ts";
import { trustAttacks } from "../../scripts/bench/trust-attacks.ts";
import { Forger, forgedBase } from "../../scripts/bench/trust-forger.ts";
import { layGraph, searches, tree } from "../support/delegations.ts";
import { foreignRepository, studioRepository } from "../support/repositories.ts";

/** tuf-js, the client that npm and Sigstore use, before the same repositories. */

const nowMs = Date.UTC(2026, 10, 23);
const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), "frontdesk-trust-"));
let server: Server;
let fetch: Fetch;
let cases = 0;

before(async () => {
  server = createServer(({ url }, response) => void serve(url ?? "", response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});

after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

/** What tuf-js takes and this client does not: it is stricter there, by intent. */
const stricter: ReadonlySet<string> = new Set([
  // The specification has one form for a moment; Date.parse has many.
  "an end in the time of wherever the reader is",
  "an end on a day that there is not",
  // JSON.parse takes the last of two equal names; another reader may take the first.
  "a version that stands there twice",
  // Beyond 2^53 - 1 two numbers may be one.
  "fast-forward: a version beyond all counting",
  // A key is told by its name there, by its public half here.
  "one key under two names, where two keys are asked",
  // Its patterns are those of shells: a negation lets a role speak of all but something.
  "delegation: a pattern that readers read differently",
]);

/** tuf-js asks the clock of its process, and keeps no time. */
const ours: ReadonlySet<string> = new Set([
  "freeze: a clock that was put back",
  "freeze: a board whose clock was never set",
]);

for (const attack of trustAttacks.filter(({ name }) => !ours.has(name))) {
  const takes = stricter.has(attack.name);
  test(`tuf-js ${takes ? "takes" : "refuses"}: ${attack.name}`, async () => {
    assert.equal(await isTaken(attack), takes);
  });
}

test("tuf-js reads what the studio makes, through rotations, and downloads a file", async () => {
  const studio = await studioRepository(nowMs);
  fetch = studio.fetch;
  mock.timers.enable({ apis: ["Date"], now: nowMs });
  try {
    const updater = begin(studio.rootFile);
    await updater.refresh();
    const path = "avatars/small/1.0.0/360p.tier";
    const found = await updater.getTargetInfo(path);
    assert.ok(found);
    const { port } = server.address() as AddressInfo;
    const file = join(folder, "360p.tier");
    await updater.downloadTarget(found, file, `http://127.0.0.1:${port}/targets`);
    assert.deepEqual(readFileSync(file), Buffer.from(studio.files.get("360p.tier") ?? ""));
    await studio.rotateAll();
    await again(updater).refresh();
    const kept = readFileSync(join(folders.get(updater) ?? "", "root.json"), "utf8");
    assert.equal(JSON.parse(kept).signed.version, 5);
  } finally {
    mock.timers.reset();
  }
});

test("Trust reads what the studio makes, through rotations", async () => {
  const studio = await studioRepository(nowMs);
  const parts = { disk: new MemoryDisk(), fetch: studio.fetch, trace: new TraceRing() };
  const trust = await Trust.open(parts, { base: forgedBase, rootFile: studio.rootFile });
  const first = await trust.refresh(nowMs, never);
  assert.ok(!("code" in first));
  assert.deepEqual(first.target("avatars/small/1.0.0/360p.tier")?.custom, {
    avatar: { id: "small", version: "1.0.0", tier: "360p", order: 1 },
  });
  await studio.rotateAll();
  const second = await trust.refresh(nowMs, never);
  assert.ok(!("code" in second), JSON.stringify(second));
  assert.equal(trust.versions.root, 5);
});

test("Trust reads what other tools make: P-256 and RSA, indented, no hashes", async () => {
  const other = foreignRepository(nowMs);
  const parts = { disk: new MemoryDisk(), fetch: other.fetch, trace: new TraceRing() };
  const trust = await Trust.open(parts, { base: forgedBase, rootFile: other.rootFile });
  const trusted = await trust.refresh(nowMs, never);
  assert.ok(!("code" in trusted), JSON.stringify(trusted));
  assert.equal(trusted.target("file.txt")?.bytes, 5);
});

test("test_static_repo: Trust and tuf-js find what another tool delegates", async () => {
  const other = foreignRepository(nowMs);
  const path = "delegatedrole/a/artifact";
  const parts = { disk: new MemoryDisk(), fetch: other.fetch, trace: new TraceRing() };
  const trust = await Trust.open(parts, { base: forgedBase, rootFile: other.rootFile });
  const found = await trust.find(path, nowMs, never);
  assert.ok(!("code" in found), JSON.stringify(found));
  assert.equal(found.place, "targets/delegatedrole/a/artifact");
  assert.deepEqual(await tufFinds(other, path), [path, undefined]);
});

for (const [name, { path, finds }] of Object.entries(searches)) {
  test(`tuf-js and Trust ${finds ? "find" : "do not find"} the same: ${name}`, async () => {
    const forger = new Forger(nowMs);
    layGraph(forger, tree);
    const rootFile = forger.forge("root");
    const [found] = await tufFinds({ fetch: forger.fetch, rootFile }, path);
    assert.equal(found, finds ? path : undefined);
  });
}

/** What tuf-js has at a path, and at one that there is not. */
async function tufFinds(
  repository: { readonly fetch: Fetch; readonly rootFile: Uint8Array },
  path: string,
): Promise<readonly (string | undefined)[]> {
  fetch = repository.fetch;
  mock.timers.enable({ apis: ["Date"], now: nowMs });
  try {
    const updater = begin(repository.rootFile);
    const both = [await updater.getTargetInfo(path), await updater.getTargetInfo("delegatedrole")];
    return both.map((file) => file?.path);
  } finally {
    mock.timers.reset();
  }
}

async function isTaken(attack: Attack): Promise<boolean> {
  const forger = new Forger(nowMs);
  attack.before?.(forger);
  const scene: Scene = { forger, clockMs: nowMs };
  fetch = forger.fetch;
  const updater = begin(forger.forge("root"));
  mock.timers.enable({ apis: ["Date"], now: nowMs });
  await updater.refresh();
  const { path } = attack;
  if (path !== undefined) await updater.getTargetInfo(path);
  attack.act(scene);
  mock.timers.setTime(scene.clockMs ?? nowMs);
  try {
    const next = again(updater);
    await next.refresh();
    return path === undefined || (await next.getTargetInfo(path)) !== undefined;
  } catch {
    // tuf-js throws errors of many kinds.
    return false;
  } finally {
    mock.timers.reset();
  }
}

const folders = new WeakMap<Updater, string>();

function begin(rootFile: Uint8Array): Updater {
  const metadataDir = join(folder, String(++cases));
  mkdirSync(metadataDir);
  writeFileSync(join(metadataDir, "root.json"), rootFile);
  return open(metadataDir);
}

/** The device begins anew, on the metadata that it kept. */
function again(updater: Updater): Updater {
  const metadataDir = folders.get(updater) ?? "";
  assert.ok(readFileSync(join(metadataDir, "timestamp.json")).length > 0);
  return open(metadataDir);
}

function open(metadataDir: string): Updater {
  const { port } = server.address() as AddressInfo;
  const metadataBaseUrl = `http://127.0.0.1:${port}/metadata`;
  const config = { fetchRetry: 0, fetchTimeout: 2_000, userAgent: "test" };
  const updater = new Updater({ metadataDir, metadataBaseUrl, config });
  folders.set(updater, metadataDir);
  return updater;
}

/** The repository over HTTP, with what befalls it. */
async function serve(path: string, response: ServerResponse): Promise<void> {
  const abort = new AbortController();
  response.on("close", () => abort.abort());
  try {
    const wish = { bytesMax: 16_000_000 };
    const { chunks } = await fetch.get(forgedBase + path, wish, abort.signal);
    for await (const chunk of chunks) {
      if (!response.write(chunk)) await new Promise((done) => response.once("drain", done));
    }
    response.end();
  } catch (error) {
    const status = error instanceof FetchError ? error.status : undefined;
    if (status === undefined) response.destroy();
    else response.writeHead(status).end();
  }
}
