import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why there is no PulseAudio to test with; undefined when there is. */
export function pulseMissing(): string | undefined {
  const missing = ["pulseaudio", "parec", "pactl"].filter(
    (name) => spawnSync(name, ["--version"]).error,
  );
  return missing.length === 0 ? undefined : `${missing.join(" and ")} not installed`;
}

/** A PulseAudio server of its own, with a null sink, on a private socket. */
export class PulseServer implements AsyncDisposable {
  readonly folder: string;
  #server: ChildProcess | undefined;
  #hiss: ChildProcess | undefined;

  /** In a folder of its own; `start` gives one that runs. */
  constructor(folder: string) {
    this.folder = folder;
  }

  static async start(): Promise<PulseServer> {
    const pulse = new PulseServer(await mkdtemp(join(tmpdir(), "pulse-")));
    await pulse.resume();
    return pulse;
  }

  /** Where clients find it, as the value of PULSE_SERVER. */
  get address(): string {
    return `unix:${join(this.folder, "native")}`;
  }

  async resume(): Promise<void> {
    const socket = join(this.folder, "native");
    const modules = [
      "module-null-sink rate=48000 channels=1",
      `module-native-protocol-unix socket=${socket} auth-anonymous=1`,
    ];
    this.#server = spawn(
      "pulseaudio",
      ["-n", "--daemonize=no", "--exit-idle-time=-1", ...modules.map((each) => `--load=${each}`)],
      { stdio: "ignore", env: { ...process.env, HOME: this.folder, XDG_RUNTIME_DIR: this.folder } },
    );
    while (!existsSync(socket)) await pause(20);
    await this.#keepAwake();
  }

  /** An idle null sink plays two seconds ahead; a stream of low latency ends that. */
  async #keepAwake(): Promise<void> {
    const env = { ...process.env, PULSE_SERVER: this.address };
    this.#hiss = spawn("pacat", ["--latency-msec=20", "/dev/zero"], { stdio: "ignore", env });
    for (;;) {
      const { stdout } = spawnSync("pactl", ["list", "sinks"], { env, encoding: "utf8" });
      const [, latencyUs] = /State: RUNNING.*?Latency: (\d+) usec/s.exec(stdout) ?? [];
      if (latencyUs && Number(latencyUs) < 100_000) return;
      await pause(50);
    }
  }

  async kill(): Promise<void> {
    if (!this.#server || this.#server.exitCode !== null) return;
    this.#hiss?.kill();
    this.#server.kill("SIGKILL");
    await once(this.#server, "exit");
    await rm(join(this.folder, "native"), { force: true });
  }

  /** Records what the sink plays, 48 kHz mono, until disposed. */
  record(): PulseRecorder {
    return new PulseRecorder(this.address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export class PulseRecorder implements AsyncDisposable {
  readonly #parec: ChildProcess;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(server: string) {
    const format = ["--raw", "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=20"];
    this.#parec = spawn("parec", [...format, "--device=@DEFAULT_MONITOR@"], {
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, PULSE_SERVER: server },
    });
    this.#parec.stdout?.on("data", (bytes: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
    });
  }

  /** All samples so far. */
  get pcm(): Int16Array {
    return new Int16Array(this.#bytes.buffer.slice(this.#bytes.byteOffset, this.#end()));
  }

  #end(): number {
    return this.#bytes.byteOffset + (this.#bytes.length & ~1);
  }

  /** Waits until it has recorded so much more. */
  async more(samples: number): Promise<void> {
    const until = this.#bytes.length + 2 * samples;
    while (this.#bytes.length < until) await pause(10);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parec.kill();
    await once(this.#parec, "exit");
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
