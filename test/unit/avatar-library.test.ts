import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { AvatarError } from "../../runtime/avatar/error.ts";
import { Library } from "../../runtime/avatar/library.ts";
import { parseManifest } from "../../runtime/avatar/manifest.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { tierFile } from "./tier-file.ts";

const file = Uint8Array.from(await tierFile());

const manifest = {
  format: "frontdesk-avatar",
  version: 1,
  needs: [],
  id: "anna",
  name: "Anna",
  kind: "generic",
  lipsync: [],
  speechModel: null,
  fps: 25,
  backdrop: [226, 229, 234],
  idle: { frames: 2 },
  actions: [],
  poses: [],
  tiers: {
    "360p": {
      file: "360p.tier",
      bytes: file.length,
      sha256: createHash("sha256").update(file).digest("hex"),
      width: 16,
      height: 8,
    },
  },
  licence: "CC0-1.0",
  consent: null,
  provenance: {},
};

test("Library opens a tier and remembers it", async () => {
  const { library } = await shelf(manifest);
  const opened = await library.open("anna", "360p");
  assert.ok(!(opened instanceof AvatarError));
  assert.equal(opened.name, "Anna");
  assert.equal(library.current, opened);
});

test("Library keeps the last good avatar when the next one is bad", async () => {
  const { library, disk, trace } = await shelf(manifest);
  const good = await library.open("anna", "360p");
  await disk.replace("360p.tier", file.subarray(0, 100));
  const bad = await library.open("anna", "360p");
  assert.ok(bad instanceof AvatarError);
  const due = `360p.tier has 100 bytes, manifest says ${file.length} bytes`;
  assert.equal(bad.message, `Cannot open avatar anna at 360p: ${due}`);
  assert.equal(library.current, good);
  assert.equal(trace.count("avatar.refused"), 1);
});

test("Library names the tiers there are", async () => {
  const { library } = await shelf(manifest);
  const missing = await library.open("anna", "720p");
  assert.ok(missing instanceof AvatarError);
  const due = "package has no tier 720p, it has 360p";
  assert.equal(missing.message, `Cannot open avatar anna at 720p: ${due}`);
});

test("Library names what is missing", async () => {
  const { library } = await shelf({ ...manifest, id: "bert" });
  const other = await library.open("anna", "360p");
  assert.match(`${other}`, /anna at 360p: manifest is of "bert", "anna" is due$/);
  const empty = new Library(() => new MemoryDisk(), new TraceRing());
  assert.match(`${await empty.open("anna", "360p")}`, /anna at 360p: manifest.json is missing$/);
});

test("Library refuses a tier with one changed bit", async () => {
  const { library, disk } = await shelf(manifest);
  const changed = file.slice();
  changed[changed.length - 1]! ^= 1;
  await disk.replace("360p.tier", changed);
  const message = /360p.tier has SHA-256 [0-9a-f]{64}, manifest says [0-9a-f]{64}$/;
  assert.match(`${await library.open("anna", "360p")}`, message);
});

test("Library refuses a size that is not the manifest's", async () => {
  const wide = { "360p": { ...manifest.tiers["360p"], width: 18 } };
  const { library } = await shelf({ ...manifest, tiers: wide });
  const message = /360p.tier is 16x8, manifest says 18x8$/;
  assert.match(`${await library.open("anna", "360p")}`, message);
});

test("parseManifest() names the field that is wrong", () => {
  const cases: [object, RegExp][] = [
    [{ format: "other" }, /manifest field "format"/],
    [{ version: 7 }, /manifest has version 7, this release reads 1$/],
    [{ needs: ["holograms"] }, /package needs holograms, this release knows tiles, /],
    [{ fps: 30 }, /manifest field "fps"/],
    [{ tiers: { "360p": { ...manifest.tiers["360p"], sha256: "x" } } }, /"tiers.360p.sha256"/],
    [{ tiers: { "360p": { ...manifest.tiers["360p"], file: "../x" } } }, /"tiers.360p.file"/],
  ];
  for (const [change, message] of cases) {
    const bytes = Buffer.from(JSON.stringify({ ...manifest, ...change }));
    assert.throws(() => parseManifest(bytes), { name: "AvatarError", message });
  }
  const message = /manifest is no JSON, a UTF-8 JSON document was due$/;
  assert.throws(() => parseManifest(Buffer.from("{")), { name: "AvatarError", message });
});

test("parseManifest() lets a later release add fields", () => {
  const bytes = Buffer.from(JSON.stringify({ ...manifest, signature: "..." }));
  assert.equal(parseManifest(bytes).id, "anna");
});

async function shelf(document: object) {
  const disk = new MemoryDisk();
  await disk.replace("manifest.json", Buffer.from(JSON.stringify(document)));
  await disk.replace("360p.tier", file);
  const trace = new TraceRing();
  return { disk, trace, library: new Library(() => disk, trace) };
}
