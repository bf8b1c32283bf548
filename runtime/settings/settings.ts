import type { Config } from "../../config/config.ts";
import { limits } from "../../config/limits.ts";
import type { Stamps } from "../../drivers/clock/clock.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { JobError } from "../job/job.ts";
import { hashOf } from "../job/payload.ts";
import { layerErrors, readDesired, type Version } from "./document.ts";
import { type Ending, type Kept, KeptFile, type Trial } from "./kept.ts";
import { changes, type Layer, type Settled, settle } from "./layers.ts";
import { type Override, readOverride } from "./override.ts";
import { type ConfigReport, type ConfigState, missing, type Proof } from "./report.ts";
import { isCommitted, isKnown, startAgain, versionError } from "./version.ts";

/** What the kiosk has to do to follow its settings: apply `config` as it runs, or start again. */
export type Demand = "none" | "hot" | "restart";

/**
 * The settings of one kiosk: which configuration is in force, and the way of a pushed one from
 * staged over probation to committed, or back. What it decided outlives a power cut before anybody
 * acts on it. Holds no clock; calls may overlap and take effect one after another.
 */
export class Settings {
  readonly #disk: Disk;
  readonly #trace: Trace;
  readonly #stamps: Stamps;
  readonly #file: KeptFile;
  readonly #layers: readonly Layer[];
  #kept: Kept;
  #override: Override | undefined;
  #settled: Settled;
  /** The trial's layer is in force only from the start that tries it. */
  #trying = false;
  #demand: Demand = "none";
  #startedMs = 0;
  #provenSinceMs: number | undefined;
  #latest: Pick<ConfigReport, "version" | "state" | "errors">;
  #listener: (report: ConfigReport) => void = () => {};
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    { disk, trace, stamps }: { disk: Disk; trace: Trace; stamps: Stamps },
    layers: readonly Layer[],
    kept: Kept,
  ) {
    this.#disk = disk;
    this.#trace = trace;
    this.#stamps = stamps;
    this.#file = new KeptFile(disk);
    this.#layers = layers;
    this.#kept = kept;
    this.#settled = this.#settle();
    this.#latest = kept.ending ?? { version: null, state: "none", errors: [] };
  }

  /** `layers` are those of the device itself; the fleet's and the override's are on `disk`. */
  static async open(
    parts: { disk: Disk; trace: Trace; stamps: Stamps },
    layers: readonly Layer[],
  ): Promise<Settings> {
    return new Settings(parts, layers, await new KeptFile(parts.disk).read(parts.trace));
  }

  /** What is in force. */
  get config(): Config {
    return this.#settled.config;
  }

  /** Hears of every step of a pushed configuration. */
  onReport(listener: (report: ConfigReport) => void): void {
    this.#listener = listener;
  }

  report(): ConfigReport {
    const { committed, poisoned } = this.#kept;
    const { sources, config } = this.#settled;
    const keys = Object.keys(sources).filter((key) => sources[key] === "override");
    const until = this.#override && this.#stamps.isoTime(this.#override.untilMs);
    return {
      ...this.#latest,
      committed: committed?.version ?? null,
      hash: hashOf(config),
      sources,
      drift: until === undefined ? null : { keys, until },
      poisoned: poisoned.map(({ version }) => version),
    };
  }

  /** The kiosk's parts are about to be started with `config`; a staged version is tried now. */
  start(nowMs: number): Promise<void> {
    return this.#inTurn(async () => {
      this.#startedMs = nowMs;
      this.#provenSinceMs = undefined;
      this.#demand = "none";
      const { trial } = this.#kept;
      if (trial) await this.#try(trial);
      this.#override = await this.#readOverride();
      this.#settled = this.#settle();
    });
  }

  /** Takes a `config/desired` in; resolves when what becomes of it is on disk. */
  receive(payload: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      const read = readDesired(payload, this.config.fleet.signers);
      if ("errors" in read) this.#reject(read.version, read.errors);
      else if (isCommitted(this.#kept, read)) this.#tell("committed", read.version);
      else if (isKnown(this.#kept, read)) this.#listener(this.report());
      else await this.#take(read);
    });
  }

  /** Follows a trial to its end and a technician's override; to be called often. */
  turn(proof: Proof, nowMs: number): Promise<Demand> {
    return this.#inTurn(async () => {
      const { trial } = this.#kept;
      if (trial && this.#trying) await this.#judge(trial, proof, nowMs);
      await this.#followOverride();
      const demand = this.#demand;
      // Applying as it runs is asked for once, a start until it comes.
      if (demand === "hot") this.#demand = "none";
      return demand;
    });
  }

  async #take(wanted: Version): Promise<void> {
    this.#tell("received", wanted.version);
    const error = versionError(this.#kept, wanted);
    const errors = error ? [error] : layerErrors(wanted.config, this.#layers);
    if (errors.length > 0) {
      this.#reject(wanted.version, errors);
      return;
    }
    this.#tell("validated", wanted.version);
    const needs = changes(this.config, this.#settle(wanted).config).map(({ apply }) => apply);
    this.#tell("checked", wanted.version);
    if (needs.every((apply) => apply === "hot")) await this.#applyHot(wanted);
    else {
      const risky = needs.some((apply) => apply === "connectivity" || apply === "display");
      const proof = risky ? "everything" : "picture";
      await this.#stage({ ...wanted, state: "staged", proof, startsMs: [] });
    }
  }

  async #applyHot(wanted: Version): Promise<void> {
    const ending = endingOf(wanted, "committed", []);
    if (!(await this.#keep({ ...this.#kept, committed: wanted, trial: null, ending }))) return;
    this.#tell("staged", wanted.version);
    this.#tell("applying", wanted.version);
    this.#settled = this.#settle();
    if (this.#demand === "none") this.#demand = "hot";
    this.#tell("committed", wanted.version);
  }

  async #stage(trial: Trial): Promise<void> {
    if (!(await this.#keep({ ...this.#kept, trial }))) return;
    this.#trying = false;
    this.#tell("staged", trial.version);
    this.#demand = "restart";
  }

  async #try(trial: Trial): Promise<void> {
    const next = startAgain(trial, this.#stamps.wallMs());
    if (next === "over") {
      const message = `Cannot keep version ${trial.version}: it was started too often unproven`;
      await this.#rollBack(trial, [{ code: "CRASH_LOOP", message, retryable: false }]);
      return;
    }
    this.#tell("applying", trial.version);
    if (!(await this.#keep({ ...this.#kept, trial: next }))) return;
    this.#trying = true;
    this.#tell("probation", trial.version);
  }

  async #judge(trial: Trial, proof: Proof, nowMs: number): Promise<void> {
    const lacks = missing(proof, trial.proof);
    if (lacks.length > 0) this.#provenSinceMs = undefined;
    else this.#provenSinceMs ??= nowMs;
    if (nowMs - (this.#provenSinceMs ?? nowMs) >= limits.probationMsMin) {
      const { version, hash, config } = trial;
      const committed = { version, hash, config };
      const ending = endingOf(trial, "committed", []);
      if (await this.#keep({ ...this.#kept, committed, trial: null, ending })) {
        this.#tell("committed", version);
      }
    } else if (lacks.length > 0 && nowMs - this.#startedMs >= limits.probationMsMax) {
      await this.#rollBack(trial, lacks);
      this.#demand = "restart";
    }
  }

  async #rollBack(trial: Trial, errors: readonly JobError[]): Promise<void> {
    const { version, hash } = trial;
    const poisoned = [...this.#kept.poisoned, { version, hash }];
    const ending = endingOf(trial, "rolled_back", errors);
    const kept = poisoned.slice(-limits.configVersionsPoisonedMax);
    await this.#keep({ ...this.#kept, trial: null, poisoned: kept, ending });
    this.#trying = false;
    this.#trace.note({ area: "settings", kind: "rolled-back", version, code: errors[0]?.code });
    this.#tell("rolled_back", version, errors);
  }

  #reject(version: number | null, errors: readonly JobError[]): void {
    this.#trace.note({ area: "settings", kind: "rejected", version, code: errors[0]?.code });
    this.#tell("rejected", version, errors);
  }

  async #followOverride(): Promise<void> {
    const override = await this.#readOverride();
    if (override?.sinceMs === this.#override?.sinceMs) return;
    this.#override = override;
    const settled = this.#settle();
    const needs = changes(this.config, settled.config);
    const hot = needs.every(({ apply }) => apply === "hot");
    this.#trace.note({ area: "settings", kind: override ? "override" : "override-over" });
    if (hot) this.#settled = settled;
    if (needs.length > 0 && this.#demand === "none") this.#demand = hot ? "hot" : "restart";
    this.#listener(this.report());
  }

  /** A disk that cannot be read leaves what is known as it is. */
  async #readOverride(): Promise<Override | undefined> {
    try {
      return await readOverride(this.#disk, this.#stamps.wallMs());
    } catch (error) {
      this.#trace.note({ area: "settings", kind: "override-unreadable", error });
      return this.#override;
    }
  }

  /**
   * The layers laid over each other. Layers that came from elsewhere and no longer fit (the program
   * or the site's file is another now) are left out and noted: the kiosk starts in any case.
   */
  #settle(fleet: Version | null = this.#trying ? this.#kept.trial : this.#kept.committed): Settled {
    const pushed: Layer[] = fleet ? [{ name: "fleet", document: fleet.config }] : [];
    const { document } = this.#override ?? {};
    const onTheSpot: Layer[] = document ? [{ name: "override", document }] : [];
    for (const extra of [[...pushed, ...onTheSpot], pushed]) {
      try {
        return settle([...this.#layers, ...extra]);
      } catch (error) {
        this.#trace.note({ area: "settings", kind: "layer-unfit", error });
      }
    }
    return settle(this.#layers);
  }

  /** False when the disk does not take it: then nothing has happened, and that is told. */
  async #keep(kept: Kept): Promise<boolean> {
    try {
      await this.#file.write(kept);
      this.#kept = kept;
      return true;
    } catch (error) {
      this.#trace.note({ area: "settings", kind: "not-saved", error });
      const message = "Cannot keep the configuration: the disk does not take it";
      const version = kept.trial?.version ?? kept.ending?.version ?? null;
      this.#tell("rejected", version, [{ code: "STORAGE_FAILED", message, retryable: true }]);
      return false;
    }
  }

  #tell(state: ConfigState, version: number | null, errors: readonly JobError[] = []): void {
    this.#latest = { version, state, errors };
    this.#listener(this.report());
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

function endingOf(version: Version, state: Ending["state"], errors: Ending["errors"]): Ending {
  return { version: version.version, hash: version.hash, state, errors };
}
