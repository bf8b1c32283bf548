import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PostgresDatabase } from "../../drivers/database/postgres.ts";

/** A PostgreSQL server of one's own, on a socket in a folder that goes when it stops. */
export interface PostgresServer extends AsyncDisposable {
  /** The URL of a new, empty database. */
  fresh(): Promise<string>;
}

/**
 * Starts Debian's PostgreSQL; `durable` false leaves out fsync, for tests that do not cut power.
 * It ends with this process, also when that is killed.
 */
export async function startPostgres({ durable }: { durable: boolean }): Promise<PostgresServer> {
  const programs = await programsFolder();
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-postgres-"));
  const user = process.getuid?.() === 0 ? systemUser() : undefined;
  if (user) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const make = ["--auth=trust", "--username=studio", "--encoding=UTF8", "--no-locale", "--no-sync"];
  run(user, [join(programs, "initdb"), "-D", data, ...make], folder);
  const options = [
    "-k",
    folder,
    "-c",
    "listen_addresses=",
    "-c",
    `fsync=${durable ? "on" : "off"}`,
  ];
  const [file, ...words] = asUser(user, [join(programs, "postgres"), "-D", data, ...options]);
  const server = spawn(file, words, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  server.stderr.on("data", (bytes) => {
    said = `${said}${bytes}`.slice(-4_000);
  });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const url = (name: string) => `postgres://studio@localhost/${name}?host=${folder}`;
  await ready(url("postgres"), () => (server.exitCode === null ? undefined : said));
  let count = 0;
  return {
    async fresh() {
      await using database = await PostgresDatabase.open(url("postgres"));
      const name = `studio_${++count}`;
      await database.query(`CREATE DATABASE ${name}`);
      return url(name);
    },
    async [Symbol.asyncDispose]() {
      // Its "fast" way to stop: sessions are ended, what they had not committed is rolled back.
      server.kill("SIGINT");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

async function programsFolder(): Promise<string> {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? await readdir(root) : [];
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (newest) return join(root, newest, "bin");
  throw new Error(`Cannot start PostgreSQL: ${root} is not there, run 'npm run setup' first`);
}

/** The server refuses to be root; Debian's package brings a user for it. */
function systemUser(): User {
  const number = (option: string) => Number(spawnSync("id", [option, "postgres"]).stdout);
  return { uid: number("-u"), gid: number("-g") };
}

function asUser(user: User | undefined, command: readonly string[]): [string, ...string[]] {
  const who = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"] : [];
  return ["setpriv", "--pdeathsig=INT", ...who, "--", ...command];
}

function run(user: User | undefined, command: readonly string[], cwd: string): void {
  const [file, ...words] = asUser(user, command);
  const { status, stderr } = spawnSync(file, words, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot make a PostgreSQL cluster: ${stderr}`);
}

async function ready(url: string, death: () => string | undefined): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const said = death();
    if (said !== undefined) throw new Error(`Cannot start PostgreSQL: it ended, saying ${said}`);
    const answer = await PostgresDatabase.open(url).catch(() => undefined);
    if (answer) {
      await answer[Symbol.asyncDispose]();
      return;
    }
    await sleep(100);
  }
  throw new Error("Cannot start PostgreSQL: it gave no answer within 30 s");
}
