import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { SettledConfig } from "../../config/config.ts";
import type { Clock, Stamps } from "../../drivers/clock/clock.ts";
import { LocalDepot } from "../../drivers/depot/local.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { anyFetch } from "../../drivers/fetch/any.ts";
import type { Fetch } from "../../drivers/fetch/fetch.ts";
import { collect } from "../content/collect.ts";
import { Downloader } from "../content/download.ts";
import type { Happening } from "../content/happening.ts";
import { damageByHash, damageBySize } from "../content/integrity.ts";
import { Keeper } from "../content/keeper.ts";
import { Shelf } from "../content/shelf.ts";
import { Supplier } from "../content/supplier.ts";
import { SupplyError } from "../content/supply.ts";
import type { Trust } from "../content/trust/trust.ts";
import type { Trace } from "../diagnostics/trace.ts";
import { within } from "../schedule/hours.ts";

/** What the avatars of a device are kept with. */
export interface Warehouse extends AsyncDisposable {
  readonly depot: LocalDepot;
  readonly shelf: Shelf;
  readonly keeper: Keeper;
  /** Reads every file; what is damaged is fetched again. Gives how many were. */
  inspect(): Promise<number>;
}

/** What a warehouse stands on. */
export interface WarehouseParts {
  readonly clock: Clock;
  readonly stamps: Stamps;
  readonly disk: Disk;
  readonly trace: Trace;
  /** Avatars that come with the program. */
  readonly shipped: ReadonlySet<string>;
  /** The configuration as it is at the moment. */
  config(): SettledConfig;
  /** Whether the board's clock can be believed. */
  knowsTime(): boolean;
  happened(event: Happening): void;
}

/**
 * The avatars below the folder of the state, and who keeps them as the fleet desires. An entry
 * file: it picks drivers. Rejects with a DepotError while another process has the folder.
 */
export async function openWarehouse(parts: WarehouseParts): Promise<Warehouse> {
  const { disk, trace, clock, stamps, shipped, happened } = parts;
  const stop = new AbortController();
  const { state, content } = parts.config();
  await using opened = new AsyncDisposableStack();
  const depot = opened.use(await LocalDepot.open(join(state, "content")));
  const shelf = await Shelf.open(depot, trace);
  const ca = content.caFile === undefined ? {} : { ca: await readFile(content.caFile, "utf8") };
  const fetch = opened.use(anyFetch(ca));
  const supply = supplierOf(parts, { depot, shelf, fetch });
  const keeper = await Keeper.open(
    {
      ...{ disk, trace, shelf, supply, shipped, random, happened },
      collect: async () => {
        trace.note({ area: "content", kind: "collected", ...(await collect(shelf, depot)) });
      },
    },
    stamps.wallMs(),
  );
  opened.use(keeper);
  opened.defer(() => stop.abort());
  await keeper.damaged(await damageBySize(shelf, depot), clock.monotonicMs());
  const inspect = async () => {
    const pause = () => clock.sleepUntil(clock.monotonicMs() + inspectPauseMs);
    const damages = await damageByHash(shelf, depot, pause, stop.signal);
    await keeper.damaged(damages, clock.monotonicMs());
    return damages.length;
  };
  const held = opened.move();
  return { depot, shelf, keeper, inspect, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** Between pieces of 256 KB: a tenth of a core of a small board. */
const inspectPauseMs = 10;

/** Whether these are hours in which nothing is fetched; a board without the time knows none. */
export function isQuiet({
  config,
  stamps,
  knowsTime,
}: Pick<WarehouseParts, "config" | "stamps" | "knowsTime">): boolean {
  if (!knowsTime()) return false;
  const time = stamps.localTime(stamps.wallMs());
  return config().content.quietHours.some((hours) => within(hours, time));
}

function supplierOf(
  parts: WarehouseParts,
  { depot, shelf, fetch }: { depot: LocalDepot; shelf: Shelf; fetch: Fetch },
): Supplier {
  const { clock, trace, config } = parts;
  const { content, avatar } = config();
  const downloader = new Downloader({ fetch, depot, clock, random, trace }, () => ({
    bytesPerSecond: config().content.bytesPerSecond || undefined,
    isQuiet: isQuiet(parts),
  }));
  let trust: Promise<Trust> | undefined;
  const opening = () => openTrust(parts, fetch);
  return new Supplier(
    {
      ...{ depot, shelf, downloader },
      trust: () => {
        trust ??= opening();
        // Whoever mends the root file need not start the program anew.
        trust.catch(() => {
          trust = undefined;
        });
        return trust;
      },
    },
    { base: content.repository ?? "", fit: () => fitOf(config()), signers: avatar.signers },
  );
}

/** Loaded when it is wanted: most devices never ask a repository. */
async function openTrust({ config, trace }: WarehouseParts, fetch: Fetch): Promise<Trust> {
  const { state, content } = config();
  const { repository, rootFile } = content;
  if (repository === undefined) throw unset("content.repository");
  if (rootFile === undefined) throw unset("content.rootFile");
  const root = await readFile(rootFile).catch((error: NodeJS.ErrnoException) => {
    const fault = `${rootFile} cannot be read (${error.code}), it should be its root.json`;
    throw new SupplyError("TRUST_ROOT_FILE", `Cannot trust the repository: ${fault}`);
  });
  const disk = await LocalDisk.open(join(state, "trust"));
  const { Trust } = await import("../content/trust/trust.ts");
  return Trust.open({ disk, fetch, trace }, { base: repository, rootFile: root });
}

function unset(key: string): SupplyError {
  return new SupplyError("NO_REPOSITORY", `Cannot bring avatars: ${key} is not set`);
}

/** What the board sustains: as it was judged, or as it is configured. */
function fitOf({ avatar, tier }: SettledConfig) {
  return { tier: avatar.tier, lists: tier };
}

function random(): number {
  return randomBytes(4).readUInt32LE() / 2 ** 32;
}
