import { type ChildProcess, spawn } from "node:child_process";
import { AbsentSupervisor } from "./absent.ts";
import type { Supervisor } from "./supervisor.ts";

/** What systemd tells a service by its environment (sd_notify(3), sd_watchdog_enabled(3)). */
export type ServiceEnvironment = Readonly<
  Partial<Record<"NOTIFY_SOCKET" | "WATCHDOG_USEC" | "WATCHDOG_PID", string>>
>;

export interface SupervisorSource {
  /** The program of notify.c, for Node has no datagram sockets of this kind. */
  readonly helperPath: string;
  readonly environment: ServiceEnvironment;
  /** A way to reach systemd has failed; the text names it and what is tried instead. */
  readonly onTrouble: (reason: string) => void;
  /** No picture was shown within `startMsMax`; the unit itself sets no limit (see `Systemd`). */
  readonly onOverdue: () => void;
}

/** The slowest board known starts in a third of it. */
export const startMsMax = 120_000;

/** systemd, when this process is a service of its that should notify it; else nobody. */
export function openSupervisor(source: SupervisorSource): Supervisor {
  return source.environment.NOTIFY_SOCKET ? new Systemd(source) : new AbsentSupervisor();
}

/**
 * Notifies systemd through the helper, which stays; should that fail, through systemd-notify(1), a
 * process for each message. When both fail nothing is sent any more: the unit has no time limit for
 * its start and its watchdog runs from the first message on, so that silence alone is no failure
 * and no reason to start again.
 */
class Systemd implements Supervisor {
  readonly name = "systemd";
  readonly #source: SupervisorSource;
  readonly #pingMs: number;
  #helper: ChildProcess | undefined;
  #way: "helper" | "program" | "none" = "helper";
  #started = false;
  #pingedAtMs = 0;
  readonly #overdue: NodeJS.Timeout;

  constructor(source: SupervisorSource) {
    this.#source = source;
    this.#pingMs = pingMs(source.environment);
    this.#helper = this.#start();
    this.#overdue = setTimeout(source.onOverdue, startMsMax).unref();
  }

  alive(): void {
    const nowMs = performance.now();
    if (this.#started && nowMs - this.#pingedAtMs < this.#pingMs) return;
    this.#pingedAtMs = nowMs;
    clearTimeout(this.#overdue);
    this.#send(this.#started ? "WATCHDOG=1" : "READY=1");
    this.#started = true;
  }

  stopping(): void {
    this.#send("STOPPING=1");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#overdue);
    const helper = this.#helper;
    const isGone = helper === undefined || helper.exitCode !== null || helper.signalCode !== null;
    if (isGone || helper.pid === undefined) return;
    const ended = new Promise((resolve) => helper.once("close", resolve));
    this.#helper = undefined;
    helper.stdin?.end();
    await ended;
  }

  #start(): ChildProcess {
    const { helperPath, environment } = this.#source;
    const helper = spawn(helperPath, [environment.NOTIFY_SOCKET ?? ""], {
      stdio: ["pipe", "ignore", "pipe"],
    });
    let complaint = "";
    helper.stderr?.on("data", (text: Buffer) => {
      complaint = `${complaint}${text}`.slice(-200);
    });
    // A write to a program that is gone fails here; its exit tells the reason.
    helper.stdin?.on("error", () => {});
    helper.once("error", (error) => this.#lost(error.message));
    helper.once("exit", (code, signal) => {
      this.#lost(complaint.trim() || signal || `ended with status ${code}`);
    });
    return helper;
  }

  /** What the helper was told last may be lost, so the next picture tells it again. */
  #lost(reason: string): void {
    if (this.#helper === undefined || this.#way !== "helper") return;
    this.#way = "program";
    this.#pingedAtMs = Number.NEGATIVE_INFINITY;
    this.#source.onTrouble(`${reason}; systemd-notify takes its place`);
  }

  #send(message: string): void {
    if (this.#way === "helper") this.#helper?.stdin?.write(`${message}\n`);
    if (this.#way === "program") this.#sendByProgram(message);
  }

  #sendByProgram(message: string): void {
    // With the first message said again: systemd forgives that, and it may never have come.
    const child = spawn("systemd-notify", ["READY=1", message], { stdio: "ignore" });
    const give = (reason: string): void => {
      if (this.#way === "none") return;
      this.#way = "none";
      this.#source.onTrouble(`systemd-notify: ${reason}; systemd is told nothing any more`);
    };
    child.once("error", (error) => give(error.message));
    child.once("exit", (code) => {
      if (code !== 0) give(`ended with status ${code}`);
    });
  }
}

/** Three pings in the time that the watchdog allows; it may watch another process than this one. */
function pingMs({ WATCHDOG_USEC, WATCHDOG_PID }: ServiceEnvironment): number {
  const isOurs = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid;
  const allowedMs = isOurs && WATCHDOG_USEC ? Number(WATCHDOG_USEC) / 1000 : Number.NaN;
  return Number.isFinite(allowedMs) ? allowedMs / 3 : Number.POSITIVE_INFINITY;
}
