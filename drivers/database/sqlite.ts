import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Database, Queries, Row, Value } from "./database.ts";
import { DatabaseError, type DatabaseTrouble } from "./database.ts";
import { Guard } from "./guard.ts";
import { checkTable } from "./name.ts";
import { pause, triesMax } from "./pause.ts";

/**
 * SQLite inside this process, in one file or in memory (`:memory:`). Other processes of this host
 * may have the file open too. Statements block the thread, each for the time of its fsync.
 */
export class SqliteDatabase implements Database {
  readonly dialect = "sqlite";
  readonly #file: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #guard = new Guard();
  #last: Promise<unknown> = Promise.resolve();

  private constructor(file: DatabaseSync) {
    this.#file = file;
  }

  /** Makes the file when there is none, for its owner's eyes alone; its folder must be there. */
  static async open(path: string): Promise<SqliteDatabase> {
    if (path !== ":memory:") closeSync(openSync(path, "a", 0o600));
    const file = new DatabaseSync(path, { timeout: 0, enableForeignKeyConstraints: true });
    const database = new SqliteDatabase(file);
    // What was there stays readable while somebody writes; a commit is on the medium (FULL).
    for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "recursive_triggers = ON"]) {
      await database.query(`PRAGMA ${pragma}`);
    }
    return database;
  }

  query<R extends Row = Row>(sql: string, values: readonly Value[] = []): Promise<readonly R[]> {
    this.#guard.check();
    return this.#inTurn(() => patiently(async () => this.#run<R>(sql, values)));
  }

  appendOnly(table: string): Promise<void> {
    return this.transaction((queries) => queries.appendOnly(table));
  }

  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    this.#guard.check();
    return this.#inTurn(async () => {
      // Taking the right to write at once: a transaction that has begun is never in the way.
      await patiently(async () => this.#run("BEGIN IMMEDIATE", []));
      try {
        const value = await this.#guard.enter(() => work(this.#queries()));
        await patiently(async () => this.#run("COMMIT", []));
        return value;
      } catch (error) {
        if (this.#file.isTransaction) this.#run("ROLLBACK", []);
        throw error;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inTurn(async () => this.#file.close());
  }

  #queries(): Queries {
    return {
      query: async <R extends Row>(sql: string, values: readonly Value[] = []) =>
        this.#run<R>(sql, values),
      appendOnly: async (table) => {
        checkTable(table);
        for (const change of ["UPDATE", "DELETE"]) {
          const name = `${table}_keeps_${change.toLowerCase()}`;
          this.#run(
            `CREATE TRIGGER ${name} BEFORE ${change} ON ${table}
             BEGIN SELECT RAISE(ABORT, '${table} takes new rows only'); END`,
            [],
          );
        }
      },
    };
  }

  #run<R extends Row>(sql: string, values: readonly Value[]): readonly R[] {
    try {
      const statement = this.#prepare(sql);
      const named = Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value]));
      const rows = values.length > 0 ? statement.all(named) : statement.all();
      return rows.map((row) => ({ ...row }) as unknown as R);
    } catch (error) {
      throw typed(error);
    }
  }

  #prepare(sql: string): StatementSync {
    const kept = this.#statements.get(sql);
    if (kept) return kept;
    const statement = this.#file.prepare(sql);
    if (this.#statements.size >= statementsMax) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

const statementsMax = 256;

/** Another process may write just now: its turn is soon over. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const busy = error instanceof DatabaseError && error.code === "busy";
      if (!busy || attempt >= triesMax) throw error;
      await pause(attempt);
    }
  }
}

function typed(error: unknown): unknown {
  if (!(error instanceof Error) || !("errcode" in error)) return error;
  assert(typeof error.errcode === "number", "SQLite gives numbers");
  return new DatabaseError(troubleOf(error.errcode), error.message, error);
}

/** By the extended result codes of sqlite.org/rescode.html. */
function troubleOf(code: number): DatabaseTrouble {
  if (code === 2067 || code === 1555) return "unique";
  if (code === 1811) return "append-only";
  const primary = code & 0xff;
  if (primary === 19) return "constraint";
  if (primary === 5 || primary === 6) return "busy";
  return "failed";
}
