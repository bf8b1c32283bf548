import { createHash } from "node:crypto";
import { limits } from "../../../config/limits.ts";
import type { Disk } from "../../../drivers/disk/disk.ts";
import type { Enquiry } from "../../../drivers/enquiry/enquiry.ts";
import type { Trace } from "../../diagnostics/trace.ts";
import { Drawer } from "./drawer.ts";
import { Hourglass, type LicenceTime, noSand } from "./hourglass.ts";
import { type DeviceKey, openDeviceKey } from "./key.ts";
import { type Lease, writeLease } from "./lease.ts";
import { newRequest } from "./request.ts";
import { askStudio } from "./studio.ts";
import { faultOf, judge, type LicenceVerdict, type Terms } from "./verdict.ts";

/** What a device must have, and whom it asks for it. */
export interface KeeperTerms {
  readonly signers: readonly string[];
  readonly application: string | undefined;
  /** The studio; undefined: leases come as files. */
  readonly url: string | undefined;
  /** What the device is called in its fleet. */
  readonly name: string;
}

export interface KeeperParts {
  readonly disk: Disk;
  readonly enquiry: Enquiry;
  readonly trace: Trace;
  /** The board's clock in ms since 1970 UTC; undefined where it is not known to be set. */
  wallMs(): number | undefined;
}

/** How a licence stands. */
export interface LicenceStanding {
  readonly verdict: LicenceVerdict;
  readonly time: LicenceTime;
  /** Why the last attempt to renew it brought nothing. */
  readonly trouble: string | undefined;
}

/** The sand is kept so often, in ms of its own time: what a power cut gives back. */
const sandMs = 3_600_000;

/**
 * Keeps the licence of a device: looks every few seconds at the lease that lies on the disk,
 * whoever put it there, and has it renewed early and quietly. Whatever goes wrong is told and
 * waited for; nothing here stops a show.
 */
export class Keeper implements Disposable {
  readonly #terms: KeeperTerms;
  readonly #parts: KeeperParts;
  readonly #drawer: Drawer;
  readonly #glass: Hourglass;
  readonly #key: DeviceKey | undefined;
  readonly #end = new AbortController();
  #standing: LicenceStanding;
  #file: Uint8Array | undefined;
  /** Why the disk does not give it. */
  #unread: string | undefined;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #savedMs: number;
  #renewing = false;
  /** When the studio may be asked next; undefined: nobody has looked yet. */
  #nextMs: number | undefined;
  #failures = 0;

  private constructor(
    terms: KeeperTerms,
    parts: KeeperParts,
    kept: { drawer: Drawer; glass: Hourglass; key: DeviceKey | undefined },
  ) {
    this.#terms = terms;
    this.#parts = parts;
    this.#drawer = kept.drawer;
    this.#glass = kept.glass;
    this.#key = kept.key;
    this.#savedMs = kept.glass.sand.reachedMs ?? 0;
    const time = { ms: undefined, isClocked: false, behindMs: 0 };
    this.#standing = { verdict: { state: "absent" }, time, trouble: undefined };
  }

  /** Makes the device's key where there is none. Never rejects for what lies on the disk. */
  static async open(terms: KeeperTerms, parts: KeeperParts): Promise<Keeper> {
    const { disk, trace } = parts;
    const drawer = new Drawer(disk);
    const key = await openDeviceKey(disk, trace).catch((error: unknown) => {
      trace.note({ area: "licence", kind: "key-refused", error });
      return undefined;
    });
    const sand = await drawer.sand(trace).catch((error: unknown) => {
      trace.note({ area: "licence", kind: "time-unreadable", error });
      return noSand;
    });
    const glass = new Hourglass(sand);
    return new Keeper(terms, parts, { drawer, glass, key });
  }

  get standing(): LicenceStanding {
    return this.#standing;
  }

  /** To be called often; does what is due every few seconds. */
  async turn(nowMs: number): Promise<void> {
    if (nowMs - this.#lookedMs < limits.licenceLookMs) return;
    this.#lookedMs = nowMs;
    await this.#read();
    const time = this.#glass.look(nowMs, this.#parts.wallMs());
    const verdict = this.#judge(time);
    // Who looks at the disk beside this keeper should see what it sees.
    if (verdict.state !== this.#standing.verdict.state) this.#savedMs = 0;
    this.#standing = { ...this.#standing, verdict, time };
    this.#renewWhenDue(nowMs);
    await this.#saveSand();
  }

  /** Gives up an attempt that is on its way. */
  [Symbol.dispose](): void {
    this.#end.abort(new Error("the keeper ends"));
  }

  get #due(): Terms {
    const { signers, application } = this.#terms;
    return { signers, application, device: this.#key?.name };
  }

  #judge(time: LicenceTime): LicenceVerdict {
    const verdict = judge(this.#file, this.#due, time);
    if (verdict.state !== "absent" || this.#unread === undefined) return verdict;
    return { state: "unreadable", reason: this.#unread };
  }

  /** Somebody may have put another lease in place. A disk that gives nothing takes none away. */
  async #read(): Promise<void> {
    try {
      const file = await this.#drawer.lease();
      this.#unread = undefined;
      if (same(file, this.#file)) return;
      this.#file = file;
      const verdict = judge(file, this.#due, { ms: undefined, isClocked: false });
      const { lease } = verdict;
      if (!lease || lease.device !== this.#key?.name) return;
      this.#glass.hear(lease, lease.nonce === (await this.#drawer.lastNonce()));
      this.#savedMs = 0;
      const { id, pool, expiresMs } = lease;
      this.#parts.trace.note({ area: "licence", kind: "lease", id, pool, expiresMs });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason === this.#unread) return;
      this.#unread = reason;
      this.#parts.trace.note({ area: "licence", kind: "lease-unread", reason });
    }
  }

  #renewWhenDue(nowMs: number): void {
    const { verdict, time } = this.#standing;
    const { lease } = verdict;
    const { url } = this.#terms;
    const share = shareOf(this.#key?.name ?? "");
    this.#nextMs ??= nowMs + share * startMs;
    if (url === undefined || !lease || this.#key?.name !== lease.device) return;
    const { renewAfterMs, expiresMs } = lease;
    // Devices that were made on one day do not come back at one moment.
    const dueMs = renewAfterMs + share * spreadShare * (expiresMs - renewAfterMs);
    if ((time.ms ?? 0) < dueMs || this.#renewing || nowMs < this.#nextMs) return;
    this.#renewing = true;
    void this.#renew(lease, url, this.#key).then((trouble) => {
      this.#renewing = false;
      this.#failures = trouble === undefined ? 0 : this.#failures + 1;
      this.#nextMs = this.#lookedMs + againAfterMs(this.#failures, share);
      this.#standing = { ...this.#standing, trouble };
      const kind = trouble === undefined ? "renewed" : "renewal-failed";
      if (!this.#end.signal.aborted) this.#parts.trace.note({ area: "licence", kind, trouble });
    });
  }

  /** Resolves with why it brought nothing, or undefined when another lease is on the disk. */
  async #renew(before: Lease, url: string, key: DeviceKey): Promise<string | undefined> {
    try {
      const wallMs = this.#parts.wallMs();
      const nonce = await this.#drawer.nextNonce(wallMs);
      const { name, application = null } = this.#terms;
      const { pool } = before;
      const wish = { name, application, code: null, pool, nonce, atMs: wallMs ?? null };
      const request = newRequest(key, wish);
      const answer = await askStudio(this.#parts.enquiry, url, request, this.#end.signal);
      if ("code" in answer) return `${answer.code}: ${answer.message}`;
      const { lease } = answer;
      const fault = faultOf(writeLease(lease), this.#due);
      if (fault !== undefined) return `Cannot use the studio's lease: ${fault}`;
      if (lease.expiresMs <= before.expiresMs) return "the studio's pool ends with this lease";
      await this.#drawer.keepLease(lease);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async #saveSand(): Promise<void> {
    const { sand } = this.#glass;
    if ((sand.reachedMs ?? 0) - this.#savedMs < sandMs) return;
    // One that fails is tried again with the next.
    this.#savedMs = sand.reachedMs ?? 0;
    try {
      await this.#drawer.keepSand(sand);
    } catch (error) {
      this.#parts.trace.note({ area: "licence", kind: "time-not-saved", error });
    }
  }
}

/** After a start nobody is asked for up to so long. */
const startMs = 60_000;
/** Of the time between the moment of renewal and the end. */
const spreadShare = 0.1;

/** Doubles from try to try, between its bounds; each device within a quarter of it by its share. */
function againAfterMs(failures: number, share: number): number {
  const { licenceAgainMsMin, licenceAgainMsMax } = limits;
  const wished = licenceAgainMsMin * 2 ** Math.max(0, failures - 1);
  return Math.min(licenceAgainMsMax, wished) * (0.875 + 0.25 * share);
}

/** From 0 to 1, the same for a device whenever it is asked: chance that can be repeated. */
function shareOf(key: string): number {
  return createHash("sha256").update(key).digest().readUInt32BE() / 2 ** 32;
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.compare(a, b) === 0;
}
