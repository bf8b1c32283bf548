import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { SettledConfig } from "../../config/config.ts";
import { limits } from "../../config/limits.ts";
import type { Tier } from "../../config/tiers.ts";
import type { Clock, Stamps } from "../../drivers/clock/clock.ts";
import { LocalDepot } from "../../drivers/depot/local.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import { anyFetch } from "../../drivers/fetch/any.ts";
import { collect } from "../content/collect.ts";
import { Downloader } from "../content/download.ts";
import type { Happening } from "../content/happening.ts";
import { installArchive } from "../content/install.ts";
import { damageByHash, damageBySize } from "../content/integrity.ts";
import { Keeper } from "../content/keeper.ts";
import { tiersToHave } from "../content/plan.ts";
import type { Placed } from "../content/release.ts";
import { versionIn } from "../content/repository.ts";
import { Shelf } from "../content/shelf.ts";
import { Supplier } from "../content/supplier.ts";
import type { Trust } from "../content/trust/trust.ts";
import type { Trace } from "../diagnostics/trace.ts";
import { within } from "../schedule/hours.ts";
import { trustOf } from "./trust.ts";

/** What a warehouse stands on. */
export interface WarehouseParts {
  readonly clock: Clock;
  readonly stamps: Stamps;
  readonly disk: Disk;
  readonly trace: Trace;
  /** Avatars that come with the program. */
  readonly shipped: ReadonlySet<string>;
  /** Whether its avatars are about to be shown. */
  readonly isShow: boolean;
  /** The configuration as it is at the moment. */
  config(): SettledConfig;
  /** Whether the board's clock can be believed. */
  knowsTime(): boolean;
  happened(event: Happening): void;
}

interface Stock {
  readonly depot: LocalDepot;
  readonly shelf: Shelf;
  readonly keeper: Keeper;
  trust(): Promise<Trust>;
}

/** Between pieces of 256 KB: a tenth of a core of a small board. */
const inspectPauseMs = 10;

/**
 * The avatars below the folder of the state, and who keeps them as the fleet desires. An entry
 * file: it picks drivers.
 */
export class Warehouse implements AsyncDisposable {
  readonly shelf: Shelf;
  readonly keeper: Keeper;
  readonly #parts: WarehouseParts;
  readonly #stock: Stock;
  readonly #held: AsyncDisposable;
  readonly #stop = new AbortController();

  private constructor(parts: WarehouseParts, stock: Stock, held: AsyncDisposable) {
    this.shelf = stock.shelf;
    this.keeper = stock.keeper;
    this.#parts = parts;
    this.#stock = stock;
    this.#held = held;
  }

  /** Rejects with a DepotError while another process has the folder. */
  static async open(parts: WarehouseParts): Promise<Warehouse> {
    const { disk, trace, clock, stamps, shipped, happened, isShow } = parts;
    const config = parts.config();
    await using opened = new AsyncDisposableStack();
    const depot = opened.use(await LocalDepot.open(join(config.state, "content")));
    const shelf = await Shelf.open(depot, trace);
    const { caFile } = config.content;
    const ca = caFile === undefined ? {} : { ca: await readFile(caFile, "utf8") };
    const fetch = opened.use(anyFetch(ca));
    const trust = trustOf(config, fetch, trace);
    const downloader = new Downloader({ fetch, depot, clock, random, trace }, () => ({
      bytesPerSecond: parts.config().content.bytesPerSecond || undefined,
      isQuiet: isQuiet(parts),
    }));
    const base = config.content.repository ?? "";
    const rules = { base, fit: () => fitOf(parts.config()), signers: config.avatar.signers };
    const supply = new Supplier({ depot, shelf, downloader, trust }, rules);
    const keeping = { disk, trace, shelf, supply, shipped, random, happened };
    const collecting = { ...keeping, collect: () => collect(shelf, depot) };
    const keeper = await Keeper.open(collecting, isShow ? stamps.wallMs() : undefined);
    opened.use(keeper);
    await keeper.damaged(await damageBySize(shelf, depot), clock.monotonicMs());
    return new Warehouse(parts, { depot, shelf, keeper, trust }, opened.move());
  }

  /** Reads every file; what is damaged is fetched again. Gives how many were. */
  async inspect(): Promise<number> {
    const { clock } = this.#parts;
    const { shelf, depot, keeper } = this.#stock;
    const pause = () => clock.sleepUntil(clock.monotonicMs() + inspectPauseMs);
    const damages = await damageByHash(shelf, depot, pause, this.#stop.signal);
    await keeper.damaged(damages, clock.monotonicMs());
    return damages.length;
  }

  /** Takes in a package that lies in one file, and shows it; rejects with an ArchiveError. */
  async install(file: string): Promise<Placed> {
    const { trace, config } = this.#parts;
    const { shelf, depot, keeper, trust } = this.#stock;
    using files = anyFetch();
    const url = pathToFileURL(resolve(file)).href;
    const wish = { bytesMax: limits.archiveBytesMax };
    const { chunks } = await files.get(url, wish, this.#stop.signal);
    // Without a repository the signature alone can vouch for it.
    const trusted = (await trust().catch(() => undefined))?.trusted;
    const placed = await installArchive(
      chunks,
      { depot, shelf, trace },
      {
        signers: config().avatar.signers,
        versionOf: (id, sha256) => trusted && versionIn(trusted, id, sha256),
        tiers: (offered: readonly Tier[]) => tiersToHave(offered, fitOf(config())),
      },
    );
    if (placed instanceof Error) throw placed;
    await keeper.hold(placed);
    return placed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#held[Symbol.asyncDispose]();
  }
}

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

/** What the board sustains: as it was judged, or as it is configured. */
function fitOf({ avatar, tier }: SettledConfig) {
  return { tier: avatar.tier, lists: tier };
}

function random(): number {
  return randomBytes(4).readUInt32LE() / 2 ** 32;
}
