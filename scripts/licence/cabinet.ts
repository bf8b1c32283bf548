import { chownSync, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { Drawer } from "../../runtime/content/licence/drawer.ts";
import { Hourglass, type LicenceTime } from "../../runtime/content/licence/hourglass.ts";
import { type DeviceKey, openDeviceKey, readDeviceKey } from "../../runtime/content/licence/key.ts";
import { type Lease, readLease } from "../../runtime/content/licence/lease.ts";
import { type LicenceRequest, newRequest } from "../../runtime/content/licence/request.ts";
import {
  faultOf,
  judge,
  type LicenceVerdict,
  type Terms,
} from "../../runtime/content/licence/verdict.ts";

const unheard = { note: () => {} };

/** The licence of this device as it lies in the state folder, beside a daemon or without one. */
export class Cabinet {
  readonly #config: Config;
  readonly #disk: LocalDisk;
  readonly #drawer: Drawer;

  private constructor(config: Config, disk: LocalDisk) {
    this.#config = config;
    this.#disk = disk;
    this.#drawer = new Drawer(disk);
  }

  static async open(config: Config): Promise<Cabinet> {
    return new Cabinet(config, await LocalDisk.open(config.state));
  }

  /** For who only looks: nothing is made. */
  static look(config: Config): Cabinet {
    return new Cabinet(config, new LocalDisk(config.state));
  }

  /** How the licence stands by what lies there, and whose it should be. */
  async verdict(): Promise<{ verdict: LicenceVerdict; time: LicenceTime; device: string }> {
    const file = await this.#drawer.lease();
    const device = await this.#name(file);
    const glass = new Hourglass(await this.#drawer.sand(unheard));
    const time = glass.look(0, wallMs());
    const verdict = judge(file, { ...this.#terms, device }, time);
    return { verdict, time, device };
  }

  /** A signed request; makes the device's key where there is none. */
  async request(code: string | null): Promise<LicenceRequest> {
    const key = await this.#key();
    const nonce = await this.#drawer.nextNonce(wallMs());
    this.#hand("licence.nonce");
    const { device: name, licence } = this.#config;
    const pool = code === null ? ((await this.#lease(key))?.pool ?? null) : null;
    const { application = null } = licence;
    return newRequest(key, { name, application, code, pool, nonce, atMs: wallMs() ?? null });
  }

  /** Puts a lease in place; throws why it is of no use here. */
  async install(bytes: Uint8Array, from: string): Promise<Lease> {
    const cannot = (reason: string) => new Error(`Cannot install ${from}: ${reason}`);
    const { signers } = this.#config.licence;
    if (signers.length === 0) {
      throw cannot("licence.signers is empty, it should hold the studio's public key");
    }
    const key = await this.#key();
    const fault = faultOf(bytes, { ...this.#terms, device: key.name });
    const read = readLease(bytes);
    if (fault !== undefined || "reason" in read) throw cannot(fault ?? "it is no lease");
    const { lease } = read;
    if ((wallMs() ?? 0) >= lease.expiresMs) {
      throw cannot(`it ended ${day(lease.expiresMs)}, one that still holds is due`);
    }
    const before = await this.#lease(key);
    if (before && before.expiresMs > lease.expiresMs) {
      const due = `one that ends after that in place, ${day(before.expiresMs)}, is due`;
      throw cannot(`it ends ${day(lease.expiresMs)}, ${due}`);
    }
    await this.#drawer.keepLease(lease);
    this.#hand("licence.json");
    return lease;
  }

  get #terms(): Omit<Terms, "device"> {
    const { signers, application } = this.#config.licence;
    return { signers, application };
  }

  async #key(): Promise<DeviceKey> {
    const key = await openDeviceKey(this.#disk, unheard);
    this.#hand("licence.key");
    return key;
  }

  /** Who may not read the key takes the lease's word for it. */
  async #name(file: Uint8Array | undefined): Promise<string> {
    try {
      return (await readDeviceKey(this.#disk))?.name ?? "none yet";
    } catch {
      const read = file && readLease(file);
      return read && "lease" in read ? read.lease.device : "none that this user may read";
    }
  }

  /** The lease in place that is of use here. */
  async #lease({ name }: DeviceKey): Promise<Lease | undefined> {
    const file = await this.#drawer.lease();
    if (file === undefined || faultOf(file, { ...this.#terms, device: name })) return undefined;
    const read = readLease(file);
    return "lease" in read ? read.lease : undefined;
  }

  /** What root makes must be the daemon's, or it could not read its own key. */
  #hand(name: string): void {
    const { state } = this.#config;
    const { uid, gid } = statSync(state);
    const file = join(state, name);
    if (process.getuid?.() === 0 && existsSync(file)) chownSync(file, uid, gid);
  }
}

/** As `2027-02-21`. */
export function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The board's clock where it is known to be set, as the daemon knows it. */
function wallMs(): number | undefined {
  return existsSync("/run/systemd/timesync/synchronized") ? Date.now() : undefined;
}
