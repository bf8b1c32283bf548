import type { Stamps } from "../../drivers/clock/clock.ts";
import { Keeper, type KeeperParts } from "../content/licence/keeper.ts";
import { licenceTroubles } from "../content/licence/trouble.ts";
import { holds, type LicenceState, type LicenceVerdict } from "../content/licence/verdict.ts";
import { licenceNotice } from "../content/licence/words.ts";
import { finding } from "../diagnostics/finding.ts";
import type { Vitals } from "../diagnostics/vitals.ts";
import type { Reports } from "../fleet/reports.ts";
import type { Settings } from "../settings/settings.ts";
import type { ToStage } from "../stage/messages.ts";
import type { LicenceInfo } from "./passport.ts";

/** What a licensing works with, and whom it tells. */
export interface LicensingParts extends Omit<KeeperParts, "wallMs"> {
  readonly stamps: Pick<Stamps, "wallMs" | "isoTime">;
  readonly monitor: { readonly vitals: Pick<Vitals, "report">; licence: string | undefined };
  readonly reports: Pick<Reports, "event">;
  /** Whether the board's clock can be believed. */
  knowsTime(): boolean;
  post(message: ToStage): void;
  /** Sends `info` again. */
  inform(): void;
}

/**
 * Says in all places how the licence of this device stands: a small line on the screen while there
 * is none that holds, findings with their alarms, the fleet's `info`. It never stops anything.
 */
export class Licensing implements Disposable {
  readonly #keeper: Keeper | undefined;
  readonly #settings: Settings;
  readonly #parts: LicensingParts;
  /** What the screen says, and what the fleet was told last. */
  #shown = "";
  #said: string | undefined;
  #lease: string | undefined;

  constructor(keeper: Keeper | undefined, settings: Settings, parts: LicensingParts) {
    this.#keeper = keeper;
    this.#settings = settings;
    this.#parts = parts;
  }

  /** Where nobody signs licences none is asked for, and nothing is ever said. */
  static async open(settings: Settings, parts: LicensingParts): Promise<Licensing> {
    const { licence, device } = settings.config;
    const { signers, application, url } = licence;
    if (signers.length === 0) return new Licensing(undefined, settings, parts);
    const wallMs = () => (parts.knowsTime() ? parts.stamps.wallMs() : undefined);
    const terms = { signers, application, url, name: device };
    return new Licensing(await Keeper.open(terms, { ...parts, wallMs }), settings, parts);
  }

  /** The data of `info` with how the licence stands, where one is asked for. */
  signed<T extends object>(info: T): T & { readonly licence?: LicenceInfo } {
    return this.#keeper ? { ...info, licence: infoOf(this.#keeper.standing.verdict) } : info;
  }

  /** To be called often. */
  async turn(nowMs: number): Promise<void> {
    if (!this.#keeper) return;
    await this.#keeper.turn(nowMs);
    const { standing } = this.#keeper;
    const troubles = licenceTroubles(standing);
    const findings = troubles.map(({ code, evidence }) => finding(code, evidence));
    this.#parts.monitor.vitals.report("licence", findings);
    this.#show(standing.verdict.state);
    const said = JSON.stringify(infoOf(standing.verdict));
    if (said === this.#said) return;
    const isFirst = this.#said === undefined;
    this.#said = said;
    this.#parts.monitor.licence = this.#wordsOf(standing.verdict);
    this.#parts.inform();
    await this.#tellLease(standing.verdict, isFirst);
  }

  /** The stage started anew and shows nothing of it. */
  forget(): void {
    this.#shown = "";
  }

  [Symbol.dispose](): void {
    this.#keeper?.[Symbol.dispose]();
  }

  /** Another lease that holds is an event; the one from before the start is none. */
  async #tellLease({ state, lease }: LicenceVerdict, isFirst: boolean): Promise<void> {
    if (!lease || !holds(state) || lease.id === this.#lease) return;
    this.#lease = lease.id;
    if (isFirst) return;
    const { id, pool, expiresMs } = lease;
    const event = { severity: "info", code: "LICENCE_RENEWED" } as const;
    const wallMs = this.#parts.stamps.wallMs();
    await this.#parts.reports.event({ ...event, wallMs, detail: { id, pool, expiresMs } });
  }

  #wordsOf({ state, lease }: LicenceVerdict): string {
    if (!lease) return state;
    const until = this.#parts.stamps.isoTime(lease.expiresMs).slice(0, 10);
    return `${state}, until ${until}${lease.test ? ", a test" : ""}`;
  }

  #show(state: LicenceState): void {
    const { lang } = this.#settings.config.voice;
    const text = holds(state) ? "" : licenceNotice(state, lang);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#parts.post({ kind: "imprint", text });
  }
}

function infoOf({ state, lease }: LicenceVerdict): LicenceInfo {
  if (!lease) return { state };
  const { id, pool, test, application, expiresMs } = lease;
  return { state, id, pool, test, application, expiresMs };
}
