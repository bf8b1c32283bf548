import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { readSigner, type Signer } from "../../runtime/studio/repo/key.ts";
import { readRelease } from "../../runtime/studio/repo/release.ts";
import { Repository } from "../../runtime/studio/repo/repository.ts";
import { usualDays } from "../../runtime/studio/repo/terms.ts";
import { archive } from "../../scripts/avatar/archive.ts";
import { FileServer } from "../../scripts/bench/file-server.ts";
import { RunningKiosk } from "../../scripts/bench/kiosk.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";
import { publish } from "../support/clients.ts";
import { sha256Of } from "../support/sha256.ts";
import { until } from "../support/until.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-content-"));
const state = join(folder, "state");
const device = "content-hall";
const [signer, stranger] = [newSigner(), newSigner()];
let broker: Broker;
let server: FileServer;
let repository: Repository;
let kiosk: RunningKiosk;
/** What devices asked the server for. */
const asked: string[] = [];
before(async () => {
  broker = await startBroker();
  server = await FileServer.start();
  server.treat = (path) => {
    asked.push(path);
    return undefined;
  };
  const one = { keys: [signer.key], threshold: 1 };
  const roles = { root: one, targets: one, snapshot: one, timestamp: one };
  repository = await Repository.create(place, roles, usualDays, Date.now());
  await add("1", packageOf(1));
  writeFileSync(join(folder, "root.json"), server.files.get("metadata/1.root.json") ?? "");
  writeFileSync(join(folder, "ca.pem"), server.ca);
  kiosk = await start();
});
after(async () => {
  await kiosk[Symbol.asyncDispose]();
  await broker.stop();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test("a desired avatar comes at the tiers that are due, is shown, and is kept", async () => {
  await desire(1, "1");
  await reported("committed", "1");
  await kiosk.seen(
    "info",
    ({ avatar, avatarVersion }) => avatar === "ben" && avatarVersion === "1",
  );
  const files = asked.filter((path) => path.endsWith(".tier")).map((path) => path.slice(-9));
  assert.deepEqual(files.sort(), ["360p.tier", "540p.tier"].sort());
  const { jobId } = await kiosk.submit({ text: "I am new here." });
  assert.equal((await kiosk.event(jobId, "completed", "failed")).state, "completed");
});

test("a power cut in a download costs little: it goes on where it was", async () => {
  await add("2", packageOf(2));
  await cutPower();
  const before = server.told.given;
  kiosk = await start({ FRONTDESK_CONTENT_BYTES_PER_SECOND: "2000000" });
  await desire(2, "2");
  await kiosk.seen("content/reported", ({ avatars }) => {
    const [avatar] = avatars as { progress?: { bytes: number } }[];
    return (avatar?.progress?.bytes ?? 0) > 14_000_000;
  });
  await kiosk.seen("telemetry/content", ({ bytes, of }) => Number(bytes) > 0 && Number(of) > 0);
  await cutPower();
  kiosk = await start();
  await reported("committed", "2");
  const due = [...packageOf(2)].reduce((sum, [name, { length }]) => {
    return /shared|720p|1080p/.test(name) ? sum : sum + length;
  }, 0);
  const given = server.told.given - before;
  // What the line held when the power went is lost: buffers of some megabytes.
  assert(given < due + 10_000_000, `${given} bytes were given, ${due} are due`);
});

test("a damaged file is fetched again", async () => {
  await kiosk[Symbol.asyncDispose]();
  const tier = packageOf(2).get("360p.tier") ?? new Uint8Array();
  const object = join(state, "content/objects", sha256Of(tier));
  truncateSync(object, 1_000);
  kiosk = await start();
  await kiosk.seen("event/warning/CONTENT_DAMAGED", ({ file }) => file === "360p.tier");
  await until(() => statSync(object, { throwIfNoEntry: false })?.size === tier.length, "the file");
  await reported("committed", "2");
});

test("what is not signed as it must be is refused, and the one before goes on", async () => {
  const good = new Map(server.files);
  await add("3", packageOf(3), stranger).catch(() => {});
  const forged = server.files.get("metadata/timestamp.json") ?? new Uint8Array();
  const other = JSON.parse(Buffer.from(forged).toString());
  other.signatures[0].sig = "00".repeat(64);
  server.files.set("metadata/timestamp.json", Buffer.from(JSON.stringify(other)));
  await desire(3, "3");
  const { data } = await reported("rejected", "3");
  assert.equal(codeOf(data), "TRUST_SIGNATURE");
  await kiosk.seen("health", ({ findings }) => JSON.stringify(findings).includes("UNTRUSTED"));
  await speaks();
  for (const [path, bytes] of good) server.files.set(path, bytes);
  repository = await Repository.open(place);
});

test("a package that nobody can open is taken back, and the one before goes on", async () => {
  const broken = packageOf(4);
  await add("4", spoilt(broken));
  await desire(4, "4");
  const { data } = await reported("rolled_back", "4");
  assert.equal(codeOf(data), "AVATAR_REFUSED");
  await kiosk.seen("event/warning/CONTENT_ROLLED_BACK", ({ to }) => to === "2");
  await speaks();
  const status = await content("status");
  assert.equal(status.code, 1);
  assert.match(status.output, /set 4: failed[\s\S]+ben +4 +rolled_back[\s\S]+ben +2 .* current/);
});

test("a technician's orders are followed beside the show", async () => {
  assert.match((await content("check")).output, /all files are whole/);
  await until(async () => /files .* are gone/.test((await content("collect")).output), "a tidy");
  const back = await content("rollback", "ben");
  assert.match(back.output, /Cannot roll back ben: the release installed is the first/);
  await desire(5, "1");
  await reported("committed", "1");
  assert.match((await content("rollback")).output, /ben is 2 again/);
  await speaks();
});

test("a package on a stick that the repository knows is installed and shown", async () => {
  const stick = join(folder, "stick");
  mkdirSync(stick);
  for (const [name, bytes] of packageOf(1)) writeFileSync(join(stick, name), bytes);
  const file = join(folder, "ben.fda");
  writeFileSync(file, archive(stick));
  const seen = kiosk.heard.length;
  const told = await content("install", file);
  assert.match(told.output, /ben 1 is installed at 360p and 540p/);
  const isShown = () =>
    kiosk.heard
      .slice(seen)
      .some(({ jobId, data }) => jobId === "info" && data.avatarVersion === "1");
  await until(isShown, "the avatar of the stick");
  writeFileSync(join(stick, "manifest.json"), `${readFileSync(join(stick, "manifest.json"))} `);
  writeFileSync(file, archive(stick));
  assert.match((await content("install", file)).output, /Cannot install package: nobody vouches/);
});

async function speaks(): Promise<void> {
  const { jobId } = await kiosk.submit({ text: "Still here." });
  assert.equal((await kiosk.event(jobId, "completed", "failed")).state, "completed");
  const last = kiosk.heard.findLast(({ jobId }) => jobId === "info");
  assert.deepEqual([last?.data.avatar, last?.data.avatarVersion], ["ben", "2"]);
}

async function cutPower(): Promise<void> {
  await kiosk.kill();
  await kiosk[Symbol.asyncDispose]();
}

function start(env: Readonly<Record<string, string>> = {}): Promise<RunningKiosk> {
  const flags = ["--display", "memory", "--audio", "silent", "--tier", "540p"];
  return RunningKiosk.start(broker.url, flags, {
    ...{ device, state },
    env: {
      FRONTDESK_CLOCK: "board",
      FRONTDESK_CONTENT_REPOSITORY: server.url(""),
      FRONTDESK_CONTENT_ROOT_FILE: join(folder, "root.json"),
      FRONTDESK_CONTENT_CA_FILE: join(folder, "ca.pem"),
      FRONTDESK_CONTENT_PROBATION_MS: "3000",
      FRONTDESK_PAGE_PORT: "0",
      ...env,
    },
  });
}

function desire(version: number, release: string): Promise<void> {
  const set = { version, avatars: [{ id: "ben", version: release }] };
  return publish(broker.port, `frontdesk/1/${device}/content/desired`, JSON.stringify(set), "-r");
}

/** The first report in which that release of the avatar is in this state. */
function reported(wanted: string, release: string) {
  return kiosk.seen("content/reported", ({ avatars = [] }) => {
    const [avatar] = avatars as { version: string; state: string }[];
    return avatar?.version === release && avatar.state === wanted;
  });
}

function codeOf({ avatars }: Readonly<Record<string, unknown>>): string | undefined {
  return (avatars as { errors: { code: string }[] }[])[0]?.errors[0]?.code;
}

function content(...args: string[]): Promise<{ code: number; output: string }> {
  const words = ["scripts/frontdesk.ts", "content", ...args, "--state", state, "--device", device];
  return new Promise((resolve) => {
    execFile(process.execPath, words, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

/** Publishes a package, as the studio does. */
async function add(version: string, files: ReadonlyMap<string, Uint8Array>, by = signer) {
  const disk = new MemoryDisk(files);
  await repository.addRelease(await readRelease(disk, version), Date.now());
  await repository.publish([by], Date.now());
}

/** Everything of the repository is served at once. */
async function place(path: string): Promise<MemoryDisk> {
  return new (class extends MemoryDisk {
    override async read(name: string): Promise<Uint8Array | undefined> {
      return server.files.get(join(path, name));
    }
    override async replace(name: string, bytes: Uint8Array): Promise<void> {
      server.files.set(join(path, name), bytes);
    }
  })();
}

/** The shipped avatar under another name; each version's tiers are other files. */
function packageOf(version: number): Map<string, Uint8Array> {
  const read = (name: string) => readFileSync(join("config/avatars/anna", name));
  const manifest = JSON.parse(read("manifest.json").toString());
  const files = new Map<string, Uint8Array>([["shared.part", read("shared.part")]]);
  for (const entry of Object.values<{ file: string }>(manifest.tiers)) {
    files.set(entry.file, Buffer.concat([read(entry.file), Buffer.alloc(version)]));
  }
  return sealed(files, manifest);
}

/** The same with tiers that hold nothing. */
function spoilt(files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const manifest = JSON.parse(Buffer.from(files.get("manifest.json") ?? "").toString());
  const tiers = [...files].map(([name, bytes]): [string, Uint8Array] => {
    return [name, name.endsWith(".tier") ? Buffer.alloc(50_000, name) : bytes];
  });
  return sealed(new Map(tiers), manifest);
}

function sealed(files: Map<string, Uint8Array>, manifest: Manifest): Map<string, Uint8Array> {
  const entries = [manifest.shared, ...Object.values(manifest.tiers)];
  for (const entry of entries) {
    const bytes = files.get(entry.file) ?? new Uint8Array();
    Object.assign(entry, { bytes: bytes.length, sha256: sha256Of(bytes) });
  }
  const text = JSON.stringify({ ...manifest, id: "ben", name: "Ben" });
  return new Map([...files, ["manifest.json", Buffer.from(text)]]);
}

interface Manifest {
  readonly shared: { readonly file: string };
  readonly tiers: Readonly<Record<string, { readonly file: string }>>;
}

function newSigner(): Signer {
  const { privateKey } = generateKeyPairSync("ed25519");
  return readSigner(String(privateKey.export({ format: "pem", type: "pkcs8" })), "of a test");
}
