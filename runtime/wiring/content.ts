import type { Disk } from "../../drivers/disk/disk.ts";
import { findingsOf } from "../content/findings.ts";
import type { Happening } from "../content/happening.ts";
import { readAnswer, readOrder, writeAnswer } from "../content/order.ts";
import { tiersOf } from "../content/release.ts";
import { type ContentReport, emptyReport } from "../content/report.ts";
import { type Finding, finding } from "../diagnostics/finding.ts";
import type { Monitor } from "../diagnostics/monitor.ts";
import type { Reports } from "../fleet/reports.ts";
import type { FromStage } from "../stage/messages.ts";
import { obey } from "./storekeeper.ts";
import type { Troupe } from "./troupe.ts";
import { isQuiet, Warehouse, type WarehouseParts } from "./warehouse.ts";

/** What the content of a kiosk is connected to. */
export interface ContentParts extends Omit<WarehouseParts, "happened" | "isShow"> {
  readonly monitor: Pick<Monitor, "vitals" | "avatars">;
  /** The avatars in folders, those that come with the program among them. */
  readonly residents: Troupe;
  /** Where the last report lies for other programs of this board; need not outlive a power cut. */
  readonly board: Pick<Disk, "replace"> | undefined;
}

/** Whom the content tells what happens. */
type Ears = Pick<Reports, "content" | "event" | "telemetry">;

/** A folder that another program holds is asked for again so often. */
const openAgainMs = 5_000;
/** After so many it is no moment any more. */
const attemptsMax = 4;
/** The last report, in the folder that a daemon leaves what it saw in. */
export const boardName = "content.json";

/**
 * The avatars of a kiosk beside its show: hands on what the fleet desires and what the stage says,
 * and tells what becomes of it. Without its folder the residents play, and it is asked for again.
 */
export class Content implements AsyncDisposable {
  readonly #parts: ContentParts;
  #warehouse: Warehouse | undefined;
  /** Why there is no warehouse. */
  #fault = "";
  #attempts = 0;
  #openAgainMs = Number.NEGATIVE_INFINITY;
  /** What came while there was none. */
  #unread: Uint8Array | undefined;
  #ears: Ears | undefined;
  #turning: Promise<void> | undefined;
  #untold: Happening[] = [];
  /** The order that was followed last. */
  #orderId: string | undefined;

  private constructor(parts: ContentParts) {
    this.#parts = parts;
  }

  static async open(parts: ContentParts): Promise<Content> {
    const content = new Content(parts);
    await content.#open(parts.clock.monotonicMs());
    return content;
  }

  /** Who can be shown: what is installed, and before it is there the residents. */
  get troupe(): Troupe {
    const { residents } = this.#parts;
    const installed = () => this.#warehouse?.shelf.releases.map(({ id }) => id) ?? [];
    return {
      ids: () => [...new Set([...residents.ids(), ...installed()])].toSorted(),
      find: (id) => {
        const { shelf } = this.#warehouse ?? {};
        const placed = shelf?.current(id);
        if (!shelf || !placed) return residents.find(id);
        const { version } = placed;
        return { id, version, tiers: tiersOf(placed), files: shelf.filesOf(placed) };
      },
      first: () => this.#warehouse?.keeper.wishes[0]?.id,
    };
  }

  report(): ContentReport {
    return this.#warehouse?.keeper.report() ?? emptyReport(this.#fault);
  }

  /** These hear of everything from now on, and of what nobody heard yet; undefined: nobody. */
  follow(ears: Ears | undefined): void {
    this.#ears = ears;
    for (const event of ears ? this.#untold.splice(0) : []) this.#happened(event);
  }

  /** Takes a `content/desired` in; resolves when it is safe. */
  async receive(payload: Uint8Array): Promise<void> {
    const { clock, config } = this.#parts;
    this.#unread = this.#warehouse ? undefined : payload;
    const { signers } = config().fleet;
    await this.#warehouse?.keeper.receive(payload, signers, clock.monotonicMs());
  }

  /** What the stage says of who is on it. */
  hear(message: FromStage): void {
    if (message.kind === "ready" || message.kind === "avatar-shown") void this.#see(message.facts);
    if (message.kind === "trace" && message.event.kind === "lips-refused") {
      this.#blame("LIPS_REFUSED", "its mouth cannot be opened");
    }
    if (message.kind === "avatar-refused" && message.by === "package") {
      const { id, version, reason } = message;
      void this.#failed({ id, version }, "AVATAR_REFUSED", reason);
    }
  }

  /** The stage ended: as far as is known of this one, or of whoever was on it. */
  stageLost(reason: string, suspect?: { readonly id: string; readonly version?: string }): void {
    const { avatar, avatarVersion } = this.#parts.monitor.vitals.facts ?? {};
    const { id = avatar ?? "", version = avatarVersion } = suspect ?? {};
    void this.#failed({ id, version }, "STAGE_LOST", `the stage ended with it (${reason})`);
  }

  /** Does what is due beside the show, which waits for no slow disk; about once a second. */
  turn(nowMs: number): void {
    this.#turning ??= this.#turn(nowMs)
      .catch((error: unknown) => this.#note("turn-failed", String(error)))
      .finally(() => {
        this.#turning = undefined;
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turning;
    await this.#warehouse?.[Symbol.asyncDispose]();
    this.#warehouse = undefined;
  }

  async #turn(nowMs: number): Promise<void> {
    if (!this.#warehouse && nowMs >= this.#openAgainMs) await this.#open(nowMs);
    const { stamps, config, knowsTime, monitor } = this.#parts;
    await this.#followOrders(nowMs);
    const { keeper } = this.#warehouse ?? {};
    await keeper?.turn({
      nowMs,
      wallMs: stamps.wallMs(),
      knowsTime: knowsTime(),
      isQuiet: isQuiet(this.#parts),
      probationMs: config().content.probationMs,
      counts: monitor.vitals.pulse,
    });
    const report = this.report();
    monitor.avatars = report.avatars.map(rowOf);
    monitor.vitals.report("content", this.#findings(report));
    const { bytes = 0, of = 0, bytesPerSecond = 0 } = fetchedOf(report) ?? {};
    this.#ears?.telemetry("content", { bytes, of, bytesPerSecond }, nowMs);
  }

  /** A folder that a technician's command has for a moment is none. */
  #findings(report: ContentReport): readonly Finding[] {
    const found = findingsOf(report).map(({ code, evidence }) => finding(code, evidence));
    if (this.#attempts < attemptsMax) return found;
    return [finding("CONTENT_STORAGE", { reason: this.#fault }), ...found];
  }

  async #open(nowMs: number): Promise<void> {
    this.#openAgainMs = nowMs + openAgainMs * Math.max(1, Math.min(this.#attempts, attemptsMax));
    const happened = (event: Happening) => this.#happened(event);
    try {
      this.#warehouse = await Warehouse.open({ ...this.#parts, happened, isShow: true });
      this.#fault = "";
      this.#attempts = 0;
    } catch (error) {
      this.#attempts += 1;
      this.#fault = error instanceof Error ? error.message : String(error);
      this.#note("not-open", this.#fault);
      return;
    }
    this.#warehouse.keeper.onReport((report) => this.#tell(report));
    this.#tell(this.report());
    const { facts } = this.#parts.monitor.vitals;
    if (facts) await this.#see(facts);
    if (this.#unread) await this.receive(this.#unread);
  }

  async #see(facts: Extract<FromStage, { kind: "ready" }>["facts"]): Promise<void> {
    const { clock, stamps } = this.#parts;
    const { avatar, avatarVersion: version, tier } = facts;
    const moment = { nowMs: clock.monotonicMs(), wallMs: stamps.wallMs() };
    await this.#warehouse?.keeper.shown({ id: avatar ?? "", version, tier }, moment);
  }

  #tell(report: ContentReport): void {
    this.#ears?.content(report);
    const bytes = new TextEncoder().encode(JSON.stringify(report));
    this.#parts.board?.replace(boardName, bytes).catch((error: unknown) => {
      this.#note("report-not-kept", String(error));
    });
  }

  /** What a technician asks is done beside the show. */
  async #followOrders(nowMs: number): Promise<void> {
    const { disk } = this.#parts;
    const order = await readOrder(disk);
    if (!order || !this.#warehouse || order.orderId === this.#orderId) return;
    const isOld = (await readAnswer(disk))?.orderId === order.orderId;
    this.#orderId = order.orderId;
    if (isOld) return;
    const done = obey(order, this.#warehouse, nowMs).then(
      (text) => ({ isDone: true, text }),
      (error) => ({ isDone: false, text: error instanceof Error ? error.message : String(error) }),
    );
    const { orderId } = order;
    void done
      .then((answer) => writeAnswer(disk, { orderId, ...answer }))
      .catch((error: unknown) => this.#note("answer-not-kept", String(error)));
  }

  /** Whoever is on the screen is at fault, as far as it is on trial. */
  #blame(code: string, reason: string): void {
    const { avatar, avatarVersion: version } = this.#parts.monitor.vitals.facts ?? {};
    void this.#failed({ id: avatar ?? "", version }, code, reason);
  }

  /** A release that was good once is looked into: what is damaged is fetched again. */
  async #failed(
    release: { readonly id: string; readonly version: string | undefined },
    code: string,
    reason: string,
  ): Promise<void> {
    const warehouse = this.#warehouse;
    if (!warehouse || release.version === undefined) return;
    try {
      const isOver = await warehouse.keeper.failed(release, code, reason);
      if (!isOver && code === "AVATAR_REFUSED") await warehouse.inspect();
    } catch (error) {
      this.#note("not-taken-back", error instanceof Error ? error.message : String(error));
    }
  }

  #happened(event: Happening): void {
    const { stamps } = this.#parts;
    this.#parts.trace.note({ area: "content", kind: event.code, ...event.detail });
    if (!this.#ears) this.#untold.push(event);
    this.#ears?.event({ ...event, wallMs: stamps.wallMs() }).catch((error: unknown) => {
      this.#note("event-not-kept", String(error));
    });
  }

  #note(kind: string, reason: string): void {
    this.#parts.trace.note({ area: "content", kind, reason });
  }
}

/** An avatar of the set as the page shows it. */
function rowOf({ id, version, state, progress, errors }: ContentReport["avatars"][number]) {
  const { bytes = 0, of = 0, bytesPerSecond = 0 } = progress ?? {};
  const speed = `${(bytesPerSecond / 1e6).toFixed(1)} MB/s of ${(of / 1e6).toFixed(1)} MB`;
  const note = progress ? speed : (errors[0]?.message ?? "");
  return {
    id,
    version: version ?? "newest",
    state,
    note,
    ...(of > 0 ? { share: bytes / of } : {}),
  };
}

/** What is being fetched. */
function fetchedOf({ avatars }: ContentReport) {
  return avatars.find(({ progress }) => progress !== undefined)?.progress;
}
