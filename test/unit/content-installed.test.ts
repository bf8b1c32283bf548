import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { LocalDepot } from "../../drivers/depot/local.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { fileFetch } from "../../drivers/fetch/file.ts";
import { AvatarError } from "../../runtime/avatar/error.ts";
import { Library } from "../../runtime/avatar/library.ts";
import { scattered } from "../../runtime/avatar/shelf.ts";
import { ArchiveError } from "../../runtime/content/archive-error.ts";
import { installArchive } from "../../runtime/content/install.ts";
import { damageByHash } from "../../runtime/content/integrity.ts";
import { Shelf } from "../../runtime/content/shelf.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { archive } from "../../scripts/avatar/archive.ts";
import { writePackage } from "./package.ts";

const root = await mkdtemp(join(tmpdir(), "frontdesk-installed-"));
after(() => rm(root, { recursive: true }));

test("a package from a stick is installed, and opens after a restart", async () => {
  const { placed, folder } = await installed();
  await using depot = await LocalDepot.open(folder);
  const shelf = await Shelf.open(depot, new TraceRing());
  assert.deepEqual(shelf.current("small"), placed);
  const paths = { read: readIfThere, openFile: openIfThere };
  const library = new Library(() => scattered(paths, shelf.filesOf(placed)), new TraceRing());
  const avatar = await library.open("small", "360p");
  assert.ok(!(avatar instanceof AvatarError), `${avatar}`);
  avatar[Symbol.dispose]();
  // A file that goes bad is found, refused by whoever opens it, and fetched again by the next plan.
  const tier = placed.files.find((file) => file.tier === "360p")?.sha256 ?? "";
  await depot.removeObject(tier);
  const damages = await damageByHash(shelf, depot, async () => {}, new AbortController().signal);
  assert.deepEqual(
    damages.map(({ name, kind }) => [name, kind]),
    [["360p.tier", "missing"]],
  );
  assert.ok((await library.open("small", "360p")) instanceof AvatarError);
});

async function installed() {
  const folder = join(root, "content");
  const file = join(root, "small.fda");
  await writePackage(join(root, "small"));
  await writeFile(file, archive(join(root, "small")));
  await using depot = await LocalDepot.open(folder);
  const trace = new TraceRing();
  const shelf = await Shelf.open(depot, trace);
  const never = new AbortController().signal;
  const { chunks } = await fileFetch().get(pathToFileURL(file).href, { bytesMax: 1e9 }, never);
  const rules = { signers: [], versionOf: () => "1.0.0", tiers: () => ["360p"] as const };
  const placed = await installArchive(chunks, { depot, shelf, trace }, rules);
  assert.ok(!(placed instanceof ArchiveError), `${placed}`);
  await shelf.switchTo("small", placed.sha256);
  return { placed, folder };
}
