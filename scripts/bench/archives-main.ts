import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LocalDepot } from "../../drivers/depot/local.ts";
import { fileFetch } from "../../drivers/fetch/file.ts";
import { ArchiveError } from "../../runtime/content/archive-error.ts";
import { installArchive } from "../../runtime/content/install.ts";
import { Shelf } from "../../runtime/content/shelf.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import type { ArchiveList, ArchivesTold } from "./archives.ts";

/**
 * A process that does nothing but install what a folder holds: first the package that is well, then
 * the malicious ones. Prints what became of them, and the most memory that they cost.
 */
const folder = process.argv[2] ?? "";
const list = JSON.parse(readFileSync(join(folder, "list.json"), "utf8")) as ArchiveList;
const never = new AbortController().signal;
const trace = new TraceRing();
await using depot = await LocalDepot.open(join(folder, "kiosk", "content"));
const shelf = await Shelf.open(depot, trace);
const warm = await install("good.fda");
if (warm instanceof ArchiveError) throw warm;
globalThis.gc?.();
const before = process.memoryUsage().rss;
const found = written();
const told: ArchivesTold = { refused: 0, wrong: [], outside: [], growthBytes: 0 };
for (const { file, name, codes } of list.archives) {
  const outcome = await install(file);
  const code = outcome instanceof ArchiveError ? outcome.code : "taken";
  if (outcome instanceof ArchiveError) told.refused += 1;
  if (!codes.some((one) => one === code)) told.wrong.push(`${name}: ${code}, ${codes} is due`);
  if (written() !== found) told.outside.push(name);
}
told.growthBytes = process.resourceUsage().maxRSS * 1024 - before;
process.stdout.write(JSON.stringify(told));

async function install(file: string) {
  const url = pathToFileURL(join(folder, file)).href;
  const { chunks } = await fileFetch().get(url, { bytesMax: 2 ** 31 }, never);
  const rules = { signers: [list.signer], tiers: () => ["360p", "540p"] as const };
  return installArchive(chunks, { depot, shelf, trace }, rules);
}

/** Everything that lies around, by name, size and time; staging too, which must be empty again. */
function written(): string {
  const kiosk = join(folder, "kiosk");
  const names = readdirSync(kiosk, { recursive: true, encoding: "utf8" });
  const plain = names.filter((name) => !statSync(join(kiosk, name)).isDirectory());
  // The wish that protects what is being installed may have been written; what it says is the same.
  const index = readFileSync(join(kiosk, "content", "index"), "latin1");
  return plain
    .filter((name) => !name.endsWith("index"))
    .map(
      (name) =>
        `${name} ${statSync(join(kiosk, name)).size} ${statSync(join(kiosk, name)).mtimeMs}`,
    )
    .sort()
    .concat(index)
    .join("\n");
}
