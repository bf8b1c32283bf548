import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Database } from "../../drivers/database/database.ts";
import { DatabaseError } from "../../drivers/database/database.ts";
import { openDatabase } from "../../drivers/database/open.ts";
import { SqliteDatabase } from "../../drivers/database/sqlite.ts";
import { startPostgres } from "../../scripts/bench/postgres-server.ts";
import { databaseContract } from "./database.ts";

const parts = new AsyncDisposableStack();
const folder = await mkdtemp(join(tmpdir(), "frontdesk-database-"));
parts.defer(() => rm(folder, { recursive: true }));
const server = parts.use(await startPostgres({ durable: false }));
after(() => parts.disposeAsync());

databaseContract("sqlite", () => under(fileUrl()));
databaseContract("postgres", async () => under(await server.fresh()));

// In memory there is one process and one connection: another opening is the same one.
databaseContract("sqlite in memory", async () => {
  const database = parts.use(await openDatabase("sqlite::memory:"));
  return { database, another: async () => sharing(database) };
});

test("sqlite: the file is for its owner's eyes alone", async () => {
  const path = join(folder, "private.db");
  await using database = await SqliteDatabase.open(path);
  await database.query("CREATE TABLE a (b TEXT)");
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test("sqlite: a commit is on the medium, others read while one writes", async () => {
  await using database = await SqliteDatabase.open(join(folder, "modes.db"));
  assert.deepEqual(await database.query("PRAGMA synchronous"), [{ synchronous: 2 }]);
  assert.deepEqual(await database.query("PRAGMA journal_mode"), [{ journal_mode: "wal" }]);
});

test("sqlite: after a kill what was acknowledged is there, and nothing is half there", async () => {
  const path = join(folder, "killed.db");
  const script = `
    import { SqliteDatabase } from ${JSON.stringify(join(process.cwd(), driver))};
    const database = await SqliteDatabase.open(${JSON.stringify(path)});
    await database.query("CREATE TABLE pairs (id BIGINT, half BIGINT)");
    for (let id = 1; ; id++) {
      await database.transaction(async (queries) => {
        const sql = "INSERT INTO pairs VALUES ($1, $2)";
        for (const half of [1, 2]) await queries.query(sql, [id, half]);
      });
      process.stdout.write(id + "\\n");
    }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
  let said = "";
  for await (const bytes of child.stdout) {
    said += bytes;
    if (said.split("\n").length > 50 && !child.killed) child.kill("SIGKILL");
  }
  const acknowledged = said.split("\n").slice(0, -1).map(Number);
  await using database = await SqliteDatabase.open(path);
  const rows = await database.query<{ id: number; n: number }>(
    "SELECT id, COUNT(*) AS n FROM pairs GROUP BY id ORDER BY id",
  );
  assert(acknowledged.length >= 50 && rows.length >= acknowledged.length);
  assert(rows.every(({ n }) => n === 2));
});

test("postgres: a server that is not there is lost, not a mistake", async () => {
  const nobody = `postgres://studio@localhost/none?host=${folder}`;
  const lost = (error: unknown) => error instanceof DatabaseError && error.code === "lost";
  await assert.rejects(openDatabase(nobody), lost);
});

test("postgres: a connection that breaks is told, and the next one works", async () => {
  await using database = await openDatabase(await server.fresh());
  const end = "SELECT pg_terminate_backend(pg_backend_pid())";
  const lost = (error: unknown) => error instanceof DatabaseError && error.code === "lost";
  await assert.rejects(
    database.transaction((queries) => queries.query(end)),
    lost,
  );
  assert.deepEqual(await database.query("SELECT 7 AS n"), [{ n: 7 }]);
});

test("openDatabase() says what is wrong, and keeps the secret of a URL to itself", async () => {
  await assert.rejects(openDatabase("mysql://host/x"), /"mysql:", sqlite: or postgres: is due/);
  const none = `sqlite:${join(folder, "none/studio.db")}`;
  await assert.rejects(openDatabase(none), { code: "failed", message: /^Cannot open.*ENOENT/ });
  await writeFile(join(folder, "letter.db"), "Dear database, ".repeat(100));
  const letter = openDatabase(`sqlite:${join(folder, "letter.db")}`);
  await assert.rejects(letter, { code: "failed", message: /file is not a database/ });
  const nobody = openDatabase("postgres://studio:secret@localhost:1/studio");
  await assert.rejects(nobody, (error) => {
    assert(error instanceof DatabaseError);
    assert.match(error.message, /^Cannot open database: .*ECONNREFUSED/);
    assert(!error.message.includes("secret"));
    return error.code === "lost";
  });
});

const driver = "drivers/database/sqlite.ts";
let files = 0;

function fileUrl(): string {
  return `sqlite:${join(folder, `case-${++files}.db`)}`;
}

async function under(url: string) {
  const database = parts.use(await openDatabase(url));
  return { database, another: () => openDatabase(url) };
}

function sharing(database: Database): Database {
  return {
    dialect: database.dialect,
    query: (sql, values) => database.query(sql, values),
    appendOnly: (table) => database.appendOnly(table),
    transaction: (work) => database.transaction(work),
    async [Symbol.asyncDispose]() {},
  };
}
