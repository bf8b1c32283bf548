import { ManualClock } from "../../drivers/clock/manual.ts";
import { MemoryDepot } from "../../drivers/depot/memory.ts";
import { ScriptedFetch } from "../../drivers/fetch/scripted.ts";
import { ArchiveError } from "../../runtime/content/archive-error.ts";
import { collect } from "../../runtime/content/collect.ts";
import { Downloader } from "../../runtime/content/download.ts";
import { installArchive } from "../../runtime/content/install.ts";
import { damageByHash } from "../../runtime/content/integrity.ts";
import { Shelf } from "../../runtime/content/shelf.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { makerOf, type Sample, samplePackage } from "./sample-package.ts";
import { partsOf, tarEnd, tarOf } from "./tar.ts";

/** What cutting the power at so many moments of installs and switches showed. */
export interface ContentTorn {
  readonly cuts: number;
  /** Starts that could not read the index, or found a release that is not whole. */
  readonly unreadable: number;
  /** Starts that showed another release than the one before the cut or the one after it. */
  readonly neither: number;
  /** Starts after which the same work did not come to its end. */
  readonly stuck: number;
}

/** After each step: which release is current by then. */
type Told = (current: string) => void;

/**
 * Cuts the power within a download with its install, a switch, a second release of both, one from
 * an archive that is rolled back, and the collections of garbage between them: at as many of the
 * bytes and steps of the file system as are asked for, spread evenly. Then starts anew.
 */
export async function tearContent(cutsMax: number): Promise<ContentTorn> {
  const world = worldOf();
  const whole = new MemoryDepot();
  const steps: string[] = [""];
  await work(world, whole, (current) => steps.push(current));
  const moments = whole.power.spent + 1;
  const cuts = Math.min(cutsMax, moments);
  const result = { cuts, unreadable: 0, neither: 0, stuck: 0 };
  for (let cut = 0; cut < cuts; cut++) {
    const depot = new MemoryDepot();
    depot.power.cutAfter(Math.floor((cut * moments) / cuts));
    let step = 0;
    await work(world, depot, () => step++).catch(() => {});
    const found = await find(depot.restarted());
    if (found === undefined) result.unreadable += 1;
    else if (found !== steps[step] && found !== steps[step + 1]) result.neither += 1;
    if (!(await isMended(world, depot.restarted()))) result.stuck += 1;
  }
  return result;
}

interface World {
  readonly one: Sample;
  readonly two: Sample;
  readonly stick: Sample;
  readonly archive: Uint8Array;
  readonly signer: string;
}

function worldOf(): World {
  const maker = makerOf();
  const [one, two, stick] = [1, 2, 3].map((seed) => {
    return samplePackage({ version: `${seed}.0.0`, seed, bytes: 640 }, maker);
  }) as [Sample, Sample, Sample];
  const archive = tarOf([...partsOf(stick.files), tarEnd]);
  return { one, two, stick, archive, signer: maker.signer };
}

async function work(world: World, depot: MemoryDepot, told: Told): Promise<void> {
  const shelf = await Shelf.open(depot, new TraceRing());
  for (const sample of [world.one, world.two]) {
    await shelf.want([sample.placed]);
    await download(sample, depot);
    await shelf.install(sample.placed);
    await shelf.switchTo("sample", sample.placed.sha256);
    told(sample.placed.sha256);
    await shelf.commit("sample");
    await shelf.want([]);
    await collect(shelf, depot);
  }
  const rules = { signers: [world.signer], tiers: () => ["360p"] as const };
  const parts = { depot, shelf, trace: new TraceRing() };
  const placed = await installArchive(once(world.archive), parts, rules);
  if (placed instanceof ArchiveError) throw placed;
  await shelf.switchTo("sample", placed.sha256);
  told(placed.sha256);
  await shelf.rollBack("sample");
  told(world.two.placed.sha256);
  await collect(shelf, depot);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function download({ files, placed }: Sample, depot: MemoryDepot): Promise<void> {
  const fetch = new ScriptedFetch(Object.fromEntries(files), [], 256);
  const clock = new ManualClock();
  const parts = { fetch, depot, clock, random: () => 0, trace: new TraceRing() };
  const downloader = new Downloader(parts, () => ({ bytesPerSecond: undefined, isQuiet: false }));
  const orders = placed.files.map(({ name, bytes, sha256 }) => ({ url: name, bytes, sha256 }));
  const outcome = await downloader.download(orders, new AbortController().signal);
  if (outcome !== "here") throw outcome;
}

/** The current release, "" for none; undefined where a start cannot read what is there. */
async function find(depot: MemoryDepot): Promise<string | undefined> {
  const trace = new TraceRing();
  const shelf = await Shelf.open(depot, trace);
  if (trace.count("content.index-damaged") > 0) return undefined;
  const pause = async () => {};
  const damages = await damageByHash(shelf, depot, pause, new AbortController().signal);
  if (damages.length > 0) return undefined;
  return shelf.current("sample")?.sha256 ?? "";
}

/** Whether a start on what is left does the same work to its end, and leaves no garbage. */
async function isMended(world: World, depot: MemoryDepot): Promise<boolean> {
  try {
    await work(world, depot, () => {});
    const shelf = await Shelf.open(depot, new TraceRing());
    const files = shelf.releases.flatMap((placed) => placed.files);
    const named = new Set(files.map(({ sha256 }) => sha256)).size;
    const isClean = (await depot.objects()).length === named && shelf.wanted.length === 0;
    const isRight = shelf.current("sample")?.sha256 === world.two.placed.sha256;
    return isClean && isRight && (await depot.staged()).length === 0;
  } catch {
    return false;
  }
}
