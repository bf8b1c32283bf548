import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { ScryptPasswords } from "../../drivers/passwords/scrypt.ts";
import type { Role } from "../../runtime/studio/act.ts";
import { Refusal } from "../../runtime/studio/refusal.ts";
import { type Broker, startBroker } from "../demo/broker.ts";
import { type Access, ask } from "../studio/client.ts";
import { openStudio } from "../studio/open.ts";
import { certificate } from "./certificate.ts";

/** The password of everybody in the town. */
export const townPassword = "a quiet river at dawn";

const emails: Readonly<Record<Role, string>> = {
  administrator: "ada@studio.example",
  delivery: "dora@studio.example",
  customer: "carl@firm.example",
};

const command = join(import.meta.dirname, "../frontdesk.ts");
/** Only ends a wait for ever. */
const waitMsMax = 3_600_000;

/**
 * A whole studio as its operator starts it: people, `frontdesk studio serve` with TLS, workers and
 * a broker, each a process of its own, in a folder that goes with it. What they log lies in
 * `FRONTDESK_STUDIO_LOG`, where that names a file.
 */
export class StudioTown implements AsyncDisposable {
  readonly folder: string;
  readonly state: string;
  readonly broker: Broker;
  /** As `https://127.0.0.1:4711`. */
  readonly url: string;
  readonly caFile: string;
  readonly #access: Readonly<Record<Role, Access>>;
  readonly #parts: AsyncDisposableStack;
  readonly #database: readonly string[];

  private constructor(
    of: Pick<StudioTown, "folder" | "state" | "broker" | "url" | "caFile">,
    more: More,
  ) {
    this.folder = of.folder;
    this.state = of.state;
    this.broker = of.broker;
    this.url = of.url;
    this.caFile = of.caFile;
    this.#access = more.access;
    this.#parts = more.parts;
    this.#database = more.database;
  }

  /** `database`: a URL; absent: SQLite in the folder. */
  static async open(database?: string): Promise<StudioTown> {
    const folder = mkdtempSync(join(tmpdir(), "frontdesk-town-"));
    await using parts = new AsyncDisposableStack();
    parts.defer(() => rmSync(folder, { recursive: true, force: true }));
    const state = join(folder, "studio");
    const broker = parts.use(await startBroker());
    await settle(state, database);
    const { key, cert } = certificate();
    const [keyFile, caFile] = [join(folder, "key.pem"), join(folder, "ca.pem")];
    writeFileSync(keyFile, key);
    writeFileSync(caFile, cert);
    setDefaultCACertificates([...getCACertificates(), cert]);
    const words = database === undefined ? [] : ["--database", database];
    const tls = ["--cert", caFile, "--key", keyFile];
    const server = start(["serve", "--state", state, "--port", "0", ...tls, ...words]);
    parts.defer(() => end(server));
    const url = await addressOf(server);
    const roles = Object.keys(emails) as Role[];
    const access = await Promise.all(roles.map((role) => signIn(url, role)));
    const byRole = Object.fromEntries(roles.map((role, at) => [role, access[at]]));
    const more = { access: byRole as Readonly<Record<Role, Access>>, database: words };
    return new StudioTown({ folder, state, broker, url, caFile }, { ...more, parts: parts.move() });
  }

  as(role: Role): Access {
    return this.#access[role];
  }

  emailOf(role: Role): string {
    return emails[role];
  }

  ask<T>(role: Role, id: string, given: Readonly<Record<string, unknown>> = {}): Promise<T> {
    return ask<T>(this.as(role), id, given);
  }

  /** A worker with these options besides place and broker; ends with the town. */
  work(...options: readonly string[]): ChildProcess {
    const place = ["--state", this.state, "--broker", this.broker.url, ...this.#database];
    const worker = start(["worker", ...place, ...options]);
    this.#parts.defer(() => end(worker));
    return worker;
  }

  /** What `look` finds as soon as it finds something; an Error with `what` when it never does. */
  async until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    const endMs = performance.now() + waitMsMax;
    while (performance.now() < endMs) {
      const found = await look();
      if (found !== undefined) return found;
      await sleep(250);
    }
    throw new Error(`Cannot see ${what}: it has not come within ${waitMsMax / 1e3} s`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync();
  }
}

interface More {
  readonly access: Readonly<Record<Role, Access>>;
  readonly parts: AsyncDisposableStack;
  readonly database: readonly string[];
}

/** Founds the studio and gives each role a person. */
async function settle(state: string, database: string | undefined): Promise<void> {
  mkdirSync(state, { recursive: true });
  const place = { state, ...(database === undefined ? {} : { database }) };
  await using opened = await openStudio(place, { note: () => {} });
  const { people } = opened.studio;
  const nowMs = Date.now();
  const passwordHash = await new ScryptPasswords().hash(townPassword);
  const named = (role: Role) => ({ name: role, email: emails[role], passwordHash });
  const studio = { accountName: "Studio", timeZone: "UTC", ...named("administrator") };
  const ada = must(await people.found(studio, nowMs));
  const { id: userId, role, accountId } = ada;
  const act = { actor: { userId, role, accountId }, nowMs };
  const firm = must(await people.openAccount(act, { name: "Firm", timeZone: "Europe/Berlin" }));
  for (const [role, account] of [
    ["delivery", accountId],
    ["customer", firm.id],
  ] as const) {
    must(await people.add(act, { ...named(role), role, accountId: account, language: "en" }));
  }
}

function must<T>(outcome: T | Refusal): T {
  if (outcome instanceof Refusal) throw new Error(outcome.message);
  return outcome;
}

function start(words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [command, "studio", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Also where a bench ends in an error: nothing is left running.
  process.once("exit", () => child.kill());
  const { FRONTDESK_STUDIO_LOG: log } = process.env;
  for (const stream of [child.stdout, child.stderr]) {
    if (log === undefined) stream.resume();
    else stream.pipe(createWriteStream(log, { flags: "a" }));
  }
  return child;
}

async function addressOf(server: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  server.once("exit", (code) => {
    reject(new Error(`Cannot start studio: it ended with status ${code}`));
  });
  if (server.stdout === null) throw new Error("Cannot hear the studio: it has no output");
  createInterface({ input: server.stdout }).on("line", (line) => {
    const [, url] = /^The studio is at (\S+)$/.exec(line) ?? [];
    if (url !== undefined) resolve(url);
  });
  return promise;
}

async function signIn(server: string, role: Role): Promise<Access> {
  const who = { email: emails[role], password: townPassword };
  return { server, token: (await ask<{ token: string }>({ server }, "tokens.make", who)).token };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}
