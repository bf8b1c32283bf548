import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { AvatarError } from "../../runtime/avatar/error.ts";
import { Library } from "../../runtime/avatar/library.ts";
import { performersIn } from "../../runtime/avatar/performer.ts";
import { scattered } from "../../runtime/avatar/shelf.ts";
import { packageFiles, writePackage } from "./package.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-performer-"));
after(() => rmSync(folder, { recursive: true }));
const paths = { read: readIfThere, openFile: openIfThere };

test("performersIn() gives those of a folder that can be read and trusted", async () => {
  await writePackage(join(folder, "ben"), { id: "ben" });
  await writePackage(join(folder, "other"), { id: "somebody-else" });
  mkdirSync(join(folder, "empty"));
  writeFileSync(join(folder, "README.md"), "no avatar");
  const ids = ["ben", "other", "empty", "README.md", "gone"];
  const open = { folder, ids, signers: [] };
  assert.deepEqual(await performersIn(paths, open), [{ id: "ben", tiers: ["360p"] }]);
  const closed = { ...open, signers: [Buffer.alloc(32).toString("base64")] };
  assert.deepEqual(await performersIn(paths, closed), []);
});

test("a package whose files lie scattered is opened like any other", async () => {
  const places: Record<string, string> = {};
  for (const [name, bytes] of await packageFiles()) {
    places[name] = join(folder, `object-${Object.keys(places).length}`);
    writeFileSync(places[name], bytes);
  }
  const open = (files: Readonly<Record<string, string>>) =>
    new Library(() => scattered(paths, files), { note: () => {} }).open("small", "360p");
  const opened = await open(places);
  assert(!(opened instanceof AvatarError));
  assert.deepEqual([opened.id, opened.figure.width], ["small", 36]);
  opened[Symbol.dispose]();
  const { "360p.tier": _, ...less } = places;
  assert.match(`${await open(less)}`, /small at 360p: 360p.tier is missing$/);
  const here = scattered(paths, places);
  assert.equal(await here.read("toString"), undefined);
});
