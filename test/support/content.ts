import { generateKeyPairSync } from "node:crypto";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { MemoryDepot } from "../../drivers/depot/memory.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { ScriptedFetch } from "../../drivers/fetch/scripted.ts";
import { collect } from "../../runtime/content/collect.ts";
import { Downloader } from "../../runtime/content/download.ts";
import type { Happening } from "../../runtime/content/happening.ts";
import { damageBySize } from "../../runtime/content/integrity.ts";
import { Keeper } from "../../runtime/content/keeper.ts";
import type { Fit } from "../../runtime/content/plan.ts";
import type { AvatarReport } from "../../runtime/content/report.ts";
import { Shelf } from "../../runtime/content/shelf.ts";
import { Supplier } from "../../runtime/content/supplier.ts";
import { Trust } from "../../runtime/content/trust/trust.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { readSigner, type Signer } from "../../runtime/studio/repo/key.ts";
import { readRelease } from "../../runtime/studio/repo/release.ts";
import { Repository } from "../../runtime/studio/repo/repository.ts";
import { usualDays } from "../../runtime/studio/repo/terms.ts";
import { sha256Of } from "./sha256.ts";

const base = "https://studio.example/repo";
const tiers = ["360p", "540p", "720p", "1080p"] as const;

/** A studio's repository in memory, made by its own functions and served as a web server would. */
export class Shop {
  readonly fetch = new ScriptedFetch({});
  readonly #disks = new Map<string, ServedDisk>();
  readonly #signer: Signer = newSigner();
  #repository: Repository | undefined;

  static async open(nowMs: number): Promise<Shop> {
    const shop = new Shop();
    const one = { keys: [shop.#signer.key], threshold: 1 };
    const roles = { root: one, targets: one, snapshot: one, timestamp: one };
    shop.#repository = await Repository.create(shop.#place, roles, usualDays, nowMs);
    await shop.#repository.publish([shop.#signer], nowMs);
    return shop;
  }

  /** What a device trusts first. */
  async rootFile(): Promise<Uint8Array> {
    return (await (await this.#place("metadata")).read("1.root.json")) ?? new Uint8Array();
  }

  /** Publishes a package of all tiers, whose files are of `bytes` each. */
  async publish(id: string, version: string, nowMs: number, bytes = 20_000): Promise<void> {
    const files = packageOf(id, version, bytes);
    const folder = {
      read: async (name: string) => files.get(name),
      openFile: (name: string) => new MemoryDisk(files).openFile(name),
    };
    await this.#repository?.addRelease(await readRelease(folder, version), nowMs);
    await this.#repository?.publish([this.#signer], nowMs);
  }

  /** Signs everything anew, as a studio does every few days. */
  async renew(nowMs: number): Promise<void> {
    await this.#repository?.touch([this.#signer], nowMs);
  }

  /** Spoils what is served of a file, or mends it. */
  spoil(id: string, version: string, file: string, isSpoilt: boolean): void {
    const disk = this.#disks.get(`targets/avatars/${id}/${version}`);
    for (const [name, bytes] of disk?.served ?? []) {
      if (!name.endsWith(`.${file}`)) continue;
      const other = bytes.map((byte, at) => (at === 100 ? byte ^ 1 : byte));
      this.fetch.put(`${disk?.url}/${name}`, isSpoilt ? other : bytes);
    }
  }

  readonly #place = async (folder: string): Promise<MemoryDisk> => {
    const known = this.#disks.get(folder);
    if (known) return known;
    const disk = new ServedDisk(`${base}/${folder}`, this.fetch);
    this.#disks.set(folder, disk);
    return disk;
  };
}

/** What is written is served. */
class ServedDisk extends MemoryDisk {
  readonly url: string;
  readonly served = new Map<string, Uint8Array>();
  readonly #fetch: ScriptedFetch;

  constructor(url: string, fetch: ScriptedFetch) {
    super();
    this.url = url;
    this.#fetch = fetch;
  }

  override replace(name: string, bytes: Uint8Array): Promise<void> {
    this.served.set(name, bytes);
    this.#fetch.put(`${this.url}/${name}`, bytes);
    return super.replace(name, bytes);
  }
}

interface WorldOptions {
  readonly shop: Shop;
  readonly clock?: ManualClock;
  readonly disk?: MemoryDisk;
  readonly depot?: MemoryDepot;
  readonly fit?: Fit;
}

/** A device's keeper with its shelf, a stage that shows what it is given, and a clock to turn. */
export class ContentWorld {
  readonly shop: Shop;
  readonly clock: ManualClock;
  readonly disk: MemoryDisk;
  readonly depot: MemoryDepot;
  readonly fit: Fit;
  readonly trace = new TraceRing();
  readonly happenings: Happening[] = [];
  /** `state [code]` of the first avatar as it was reported, each once in a row. */
  readonly states: string[] = [];
  /** Versions that the stage refuses. */
  readonly refused = new Set<string>();
  /** Whatever is on the screen: `id version`, or the id of what is shipped. */
  screen = "anna";
  stepMs = 500;
  knowsTime = true;
  isQuiet = false;
  isFrozen = false;
  #shown = 0;
  keeper!: Keeper;
  shelf!: Shelf;

  private constructor({ shop, clock, disk, depot, fit }: WorldOptions) {
    this.shop = shop;
    this.clock = clock ?? new ManualClock();
    this.disk = disk ?? new MemoryDisk();
    this.depot = depot ?? new MemoryDepot();
    this.fit = fit ?? { tier: "540p", lists: { allow: [], deny: [] } };
  }

  static async start(options: WorldOptions): Promise<ContentWorld> {
    const world = new ContentWorld(options);
    await world.#open();
    return world;
  }

  /** The next start of the same device. */
  restart(): Promise<ContentWorld> {
    const { shop, clock, fit } = this;
    const options = { shop, clock, fit, depot: this.depot.restarted() };
    return ContentWorld.start({ ...options, disk: this.disk.restarted() });
  }

  desire(version: number, ...avatars: readonly object[]): Promise<void> {
    const text = JSON.stringify({ version, avatars });
    return this.keeper.receive(new TextEncoder().encode(text), [], this.clock.monotonicMs());
  }

  /** Turns until `ms` are over, or until the fact holds. */
  async run(ms: number, fact: () => boolean = () => false): Promise<void> {
    const untilMs = this.clock.monotonicMs() + ms;
    while (this.clock.monotonicMs() < untilMs && !fact()) {
      await this.keeper.turn({
        nowMs: this.clock.monotonicMs(),
        wallMs: this.clock.wallMs(),
        knowsTime: this.knowsTime,
        isQuiet: this.isQuiet,
        probationMs: 60_000,
        counts: this.#counts(),
      });
      await this.#play();
      await this.clock.advance(this.stepMs);
    }
  }

  /** The first avatar of the set. */
  get avatar(): AvatarReport | undefined {
    return this.keeper.report().avatars[0];
  }

  /** Versions and tiers that lie here, as `ben 1: 360p 540p (current)`. */
  get installed(): string[] {
    return this.keeper
      .report()
      .installed.map(({ id, version, tiers, role }) => {
        return `${id} ${version}: ${tiers.join(" ")} (${role})`;
      })
      .toSorted();
  }

  /** A picture every 40 ms, unless the stage stands still. */
  #counts() {
    if (!this.isFrozen) this.#shown += this.stepMs / 40;
    return { shown: this.#shown, dropped: 0, late: 0, resting: false };
  }

  /** The stage shows the first avatar of the set that is here, or what is shipped. */
  async #play(): Promise<void> {
    const id = this.keeper.wishes[0]?.id ?? "anna";
    const current = this.shelf.current(id);
    const screen = current ? `${id} ${current.version}` : "anna";
    if (screen === this.screen) return;
    if (current && this.refused.has(current.version)) {
      await this.keeper.failed({ id, version: current.version }, "AVATAR_REFUSED", "it is damaged");
      return;
    }
    this.screen = screen;
    const moment = { nowMs: this.clock.monotonicMs(), wallMs: this.clock.wallMs() };
    const shown = current ? { id, version: current.version } : { id: "anna", version: undefined };
    await this.keeper.shown({ ...shown, tier: "360p" }, moment);
  }

  async #open(): Promise<void> {
    const { depot, disk, clock, trace, shop } = this;
    this.shelf = await Shelf.open(depot, trace);
    const { shelf } = this;
    const parts = { fetch: shop.fetch, depot, clock, random: () => 0.5, trace };
    const rules = () => ({ bytesPerSecond: undefined, isQuiet: this.isQuiet });
    const rootFile = await shop.rootFile();
    const supply = new Supplier(
      {
        ...{ depot, shelf, downloader: new Downloader(parts, rules) },
        trust: () => Trust.open({ disk, fetch: shop.fetch, trace }, { base, rootFile }),
      },
      { base, fit: () => this.fit, signers: [] },
    );
    this.keeper = await Keeper.open(
      {
        ...{ disk, trace, shelf, supply, random: () => 0.5 },
        shipped: new Set(["anna"]),
        collect: () => collect(shelf, depot),
        happened: (event) => this.happenings.push(event),
      },
      clock.wallMs(),
    );
    this.keeper.onReport(({ avatars: [avatar] }) => {
      const state = [avatar?.state, avatar?.errors[0]?.code].filter(Boolean).join(" ");
      if (state !== "" && this.states.at(-1) !== state) this.states.push(state);
    });
    await this.keeper.damaged(await damageBySize(shelf, depot), clock.monotonicMs());
  }
}

/** The files of a package of all tiers; what is in its tiers is nobody's picture. */
function packageOf(id: string, version: string, bytes: number): Map<string, Uint8Array> {
  const content = (name: string) => {
    const text = `${id} ${version} ${name} `;
    return new TextEncoder().encode(text.repeat(Math.ceil(bytes / text.length)).slice(0, bytes));
  };
  const names = ["shared.part", ...tiers.map((tier) => `${tier}.tier`)];
  const files = new Map(names.map((name) => [name, content(name)]));
  const entry = (file: string) => {
    const data = files.get(file) ?? new Uint8Array();
    return { file, bytes: data.length, sha256: sha256Of(data) };
  };
  const sized = (tier: string) => ({ ...entry(`${tier}.tier`), width: 36, height: 64 });
  const manifest = {
    ...{ format: "frontdesk-avatar", version: 1, needs: [], id, name: id, kind: "generic" },
    ...{ lipsync: [], speechModel: null, fps: 25, backdrop: [0, 0, 0], idle: { frames: 2 } },
    ...{ actions: [], poses: [], shared: entry("shared.part") },
    tiers: Object.fromEntries(tiers.map((tier) => [tier, sized(tier)])),
    ...{ licence: "CC0-1.0", consent: null, provenance: { version } },
  };
  return new Map([["manifest.json", Buffer.from(JSON.stringify(manifest))], ...files]);
}

function newSigner(): Signer {
  const { privateKey } = generateKeyPairSync("ed25519");
  return readSigner(String(privateKey.export({ format: "pem", type: "pkcs8" })), "of a test");
}
