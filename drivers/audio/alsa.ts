import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { Audio, AudioState } from "./audio.ts";

const rateHz = 48_000;
/** Room for samples: enough to outlast a stage that pauses, little enough to be forgotten fast. */
const queuedSamplesMax = 2 * rateHz;
/** Reports come every 10 ms while playing; a program silent for so long hangs in its device. */
const reportAgeMsMax = 1_000;
const restartMs = 1_000;
const closeMsMax = 500;

/**
 * A loudspeaker of ALSA (`default`, `pulse`, `plughw:0,0`, ...) through the program at `helperPath`
 * (built from alsa.c). Throws when the device does not open; the text names the device, the reason
 * and what to do. A device that is lost later shows as `fault`, is opened again once a second, and
 * the position goes on by the clock meanwhile, so that the show continues unheard. When the program
 * itself dies, the rest of the piece is unheard in the same way and the next piece has a new one.
 */
export async function openAlsa(helperPath: string, device: string): Promise<Audio> {
  const player = new PlayerProcess(helperPath, device);
  await player.opened;
  return new AlsaAudio(helperPath, device, player);
}

class AlsaAudio implements Audio {
  readonly name: string;
  readonly rateHz = rateHz;
  readonly #path: string;
  readonly #device: string;
  #player: PlayerProcess;
  #volume = 1;
  #playing = false;
  #written = 0;
  #heard = 0;
  #startedAtMs = 0;
  #generation = 0;
  #underrunsBefore = 0;
  #diedAtMs: number | undefined;
  #triedAtMs = 0;

  constructor(path: string, device: string, player: PlayerProcess) {
    this.name = `alsa:${device}`;
    this.#path = path;
    this.#device = device;
    this.#player = player;
  }

  write(pcm: Int16Array, balance = 0): number {
    const room = queuedSamplesMax - (this.#written - this.#position());
    const taken = Math.max(0, Math.min(pcm.length, Math.floor(room)));
    if (taken === 0) return 0;
    const frames = framesOf(pcm.subarray(0, taken), this.#volume, balance);
    this.#player.send("p", frames.length, frames);
    this.#written += taken;
    return taken;
  }

  start(): void {
    if (this.#playing) return;
    this.#playing = true;
    this.#startedAtMs = nowMs();
    this.#player.send("s", 0);
    if (!this.#player.alive) this.#diedAtMs = nowMs();
  }

  drop(): void {
    this.#playing = false;
    this.#written = 0;
    this.#heard = 0;
    this.#diedAtMs = undefined;
    this.#generation++;
    if (!this.#player.alive) this.#replace();
    this.#player.send("d", this.#generation);
  }

  setVolume(volume: number): void {
    this.#volume = Math.min(1, Math.max(0, volume));
  }

  state(): AudioState {
    const heard = this.#position();
    const underruns = this.#underrunsBefore + this.#player.report.underruns;
    const state = { playing: this.#playing, heard, queued: this.#written - heard, underruns };
    const fault = this.#player.fault || this.#hanging(state);
    return fault === "" ? state : { ...state, fault };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#player[Symbol.asyncDispose]();
  }

  #hanging({ playing, queued }: AudioState): string {
    const { generation, atMs, moving } = this.#player.report;
    const isSilent = nowMs() - Math.max(atMs, this.#startedAtMs) > reportAgeMsMax;
    const isExpected = playing && queued > 0 && (moving || generation !== this.#generation);
    return isExpected && isSilent ? "the sound device does not answer" : "";
  }

  #position(): number {
    const until = Math.min(this.#written, this.#told());
    this.#heard = Math.max(this.#heard, until);
    return this.#heard;
  }

  #told(): number {
    if (!this.#playing) return 0;
    if (!this.#player.alive) return this.#heardByClock();
    const { generation, atMs, heard, moving } = this.#player.report;
    if (generation !== this.#generation) return 0;
    const ageMs = Math.max(0, nowMs() - atMs);
    return moving ? heard + Math.floor((ageMs * rateHz) / 1000) : heard;
  }

  #heardByClock(): number {
    const now = nowMs();
    const elapsedMs = now - (this.#diedAtMs ?? now);
    this.#diedAtMs = now;
    return this.#heard + Math.floor((elapsedMs * rateHz) / 1000);
  }

  #replace(): void {
    if (nowMs() - this.#triedAtMs < restartMs) return;
    this.#triedAtMs = nowMs();
    this.#underrunsBefore += this.#player.report.underruns;
    this.#player = new PlayerProcess(this.#path, this.#device);
    // A new program that fails shows as the fault of the state; nobody waits for its opening.
    this.#player.opened.catch(() => {});
  }
}

interface Report {
  readonly generation: number;
  /** Monotonic time at which `heard` was true. */
  readonly atMs: number;
  readonly heard: number;
  readonly underruns: number;
  readonly moving: boolean;
  readonly fault: string;
}

const silence = { generation: 0, atMs: 0, heard: 0, underruns: 0, moving: false, fault: "" };
/** Layout of `Report` in alsa.c. */
const reportBytes = 128;

class PlayerProcess implements AsyncDisposable {
  /** Resolves once the device is open; rejects with the reason when it does not open. */
  readonly opened: Promise<void>;
  report: Report = silence;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #closed: Promise<void>;
  #rest: Buffer = Buffer.alloc(0);
  #ending = "";
  #complaint = "";

  constructor(path: string, device: string) {
    this.#child = spawn(path, [device, String(rateHz)], { stdio: ["pipe", "pipe", "pipe"] });
    this.#closed = new Promise((resolve) => this.#child.once("close", () => resolve()));
    this.#child.once("error", (error) => this.#end(error.message));
    this.#child.once("exit", (code, signal) => this.#end(signal ?? `exit status ${code}`));
    // A write to a program that is gone fails here; its exit tells the reason.
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.on("data", (text: Buffer) => {
      this.#complaint = `${this.#complaint}${text}`.slice(-200);
    });
    this.opened = this.#listen(device);
  }

  get alive(): boolean {
    return this.#ending === "";
  }

  /** Why nothing is heard; empty while all is well. */
  get fault(): string {
    if (this.alive) return this.report.fault;
    const said = this.#complaint.trim();
    return `the sound program ended with ${this.#ending}${said === "" ? "" : `: ${said}`}`;
  }

  send(kind: string, value: number, payload?: Buffer): void {
    if (!this.alive) return;
    const command = Buffer.alloc(8);
    command.write(kind, 0, "latin1");
    command.writeUInt32LE(value, 4);
    this.#child.stdin.write(payload ? Buffer.concat([command, payload]) : command);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const kill = setTimeout(() => this.#child.kill("SIGKILL"), closeMsMax);
    this.#child.stdin.end();
    await this.#closed;
    clearTimeout(kill);
  }

  #listen(device: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = (reason: string) => reject(new Error(cannotOpen(device, reason)));
      this.#child.stdout.on("data", (bytes: Buffer) => {
        for (const [kind, report] of this.#reports(bytes)) {
          if (kind === "x") refuse(report.fault);
          this.report = report;
        }
        if (this.report !== silence) resolve();
      });
      this.#child.once("close", () => refuse(this.fault));
    });
  }

  *#reports(bytes: Buffer): Generator<[kind: string, report: Report]> {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= reportBytes) {
      const line = this.#rest.subarray(0, reportBytes);
      this.#rest = this.#rest.subarray(reportBytes);
      yield [line.toString("latin1", 0, 1), readReport(line)];
    }
  }

  #end(reason: string): void {
    this.#ending ||= reason;
  }
}

function readReport(line: Buffer): Report {
  return {
    generation: line.readUInt32LE(4),
    atMs: Number(line.readBigInt64LE(8)) / 1e6,
    heard: Number(line.readBigInt64LE(16)),
    underruns: line.readUInt32LE(24),
    moving: line.readUInt32LE(28) === 1,
    fault: line.toString("utf8", 32, line.indexOf(0, 32)),
  };
}

function cannotOpen(device: string, reason: string): string {
  const hint = device.startsWith("hw:")
    ? `try plug${device}, which converts what the card cannot play`
    : "aplay -L lists the devices there are; the user must be in group audio";
  return `Cannot open audio device ${device}: ${reason}, it should be a playback device (${hint})`;
}

/** Left and right by turns, each as loud as volume and balance have it. */
function framesOf(pcm: Int16Array, volume: number, balance: number): Buffer {
  const left = volume * Math.min(1, 1 - balance);
  const right = volume * Math.min(1, 1 + balance);
  const frames = new Int16Array(2 * pcm.length);
  for (let at = 0; at < pcm.length; at++) {
    frames[2 * at] = pcm[at]! * left;
    frames[2 * at + 1] = pcm[at]! * right;
  }
  return Buffer.from(frames.buffer);
}

/** CLOCK_MONOTONIC, which the program stamps its reports with. */
function nowMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
