import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A running mosquitto that only this machine reaches. */
export interface Broker extends AsyncDisposable {
  /** `mqtt://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
  /** Ends it as a power cut does and starts it again on what its disk holds. */
  crash(): Promise<void>;
  restart(): Promise<void>;
  /** Has it read its files of rights and passwords again. */
  reread(): void;
}

export interface BrokerOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** More lines for mosquitto.conf. */
  readonly config?: readonly string[];
}

/**
 * Starts mosquitto on 127.0.0.1 with its sessions and retained messages in a temporary folder.
 * Rejects with the next step when mosquitto is not installed, or with its own words when it ends.
 */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const port = options.port || (await freePort());
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-broker-"));
  const config = join(folder, "mosquitto.conf");
  await writeFile(config, configText(port, folder, options.config ?? []));
  let child = await startMosquitto(config, port);

  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  const stop = async () => {
    await end("SIGTERM");
    await rm(folder, { recursive: true, force: true });
  };
  const crash = () => end("SIGKILL");
  const restart = async () => {
    child = await startMosquitto(config, port);
  };
  const reread = () => void child.kill("SIGHUP");
  const url = `mqtt://127.0.0.1:${port}`;
  return { url, port, stop, crash, restart, reread, [Symbol.asyncDispose]: stop };
}

/** Debian puts mosquitto into /usr/sbin, which is not on everybody's path. */
const searchPath = `${process.env.PATH ?? ""}:/usr/sbin:/usr/local/sbin`;
const startMsMax = 10_000;

function configText(port: number, folder: string, more: readonly string[]): string {
  return [
    `listener ${port} 127.0.0.1`,
    "allow_anonymous true",
    // Started by root it would otherwise change to a user who may not write into the folder.
    `user ${userInfo().username}`,
    "persistence true",
    `persistence_location ${folder}/`,
    // Every change is saved, so that a crash loses nothing it has acknowledged.
    "autosave_on_changes true",
    "autosave_interval 1",
    "set_tcp_nodelay true",
    "log_type error",
    "log_type warning",
    ...more,
    "",
  ].join("\n");
}

async function startMosquitto(config: string, port: number): Promise<ChildProcess> {
  const child = spawn("mosquitto", ["-c", config], {
    env: { ...process.env, PATH: searchPath },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let words = "";
  child.stderr?.on("data", (chunk) => {
    words = (words + chunk).slice(-2_000);
  });
  const failed = new Promise<never>((_, reject) => {
    child.once("error", (error) => reject(new Error(missingText(error))));
    child.once("exit", (code) => reject(new Error(endedText(port, code, words))));
  });
  failed.catch(() => {});
  await Promise.race([failed, answers(port)]);
  return child;
}

/** Resolves when something listens on the port. */
async function answers(port: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < startMsMax; waitedMs += 20) {
    const socket = connect(port, "127.0.0.1");
    const open = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await sleep(20);
  }
  throw new Error(`Cannot start mosquitto: port ${port} does not answer after ${startMsMax} ms`);
}

function missingText(error: NodeJS.ErrnoException): string {
  if (error.code !== "ENOENT") return `Cannot start mosquitto: ${error.message}`;
  return "Cannot start mosquitto: it is not installed, install it with: apt-get install mosquitto";
}

function endedText(port: number, code: number | null, words: string): string {
  return `Cannot start mosquitto on port ${port}: it ended with code ${code}: ${words.trim()}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("Cannot find a free port");
  return address.port;
}
