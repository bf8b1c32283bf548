import assert from "node:assert/strict";
import pg from "pg";
import type { Database, Queries, Row, Value } from "./database.ts";
import { DatabaseError, type DatabaseTrouble } from "./database.ts";
import { Guard } from "./guard.ts";
import { checkTable } from "./name.ts";
import { pause, triesMax } from "./pause.ts";

/** PostgreSQL 13 or later on a server, for a studio whose workers run on many machines. */
export class PostgresDatabase implements Database {
  readonly dialect = "postgres";
  readonly #pool: pg.Pool;
  readonly #guard = new Guard();

  private constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** `url` as libpq reads it: `postgres://user:secret@host/database?sslmode=verify-full`. */
  static async open(url: string): Promise<PostgresDatabase> {
    const pool = new pg.Pool({
      connectionString: url,
      max: connectionsMax,
      // Waiting for a free connection counts too.
      connectionTimeoutMillis: 60_000,
      types: { getTypeParser: ((oid: number) => parserOf(oid)) as typeof pg.types.getTypeParser },
    });
    // An idle connection that ends is replaced when the next one is asked for.
    pool.on("error", () => {});
    const database = new PostgresDatabase(pool);
    try {
      await database.query("SELECT 1 AS here");
    } catch (error) {
      await pool.end();
      throw error;
    }
    return database;
  }

  query<R extends Row = Row>(sql: string, values: readonly Value[] = []): Promise<readonly R[]> {
    this.#guard.check();
    return run<R>(this.#pool, sql, values);
  }

  appendOnly(table: string): Promise<void> {
    return this.transaction((queries) => queries.appendOnly(table));
  }

  async transaction<T>(work: (queries: Queries) => Promise<T>, about?: string): Promise<T> {
    this.#guard.check();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(work, about);
      } catch (error) {
        if (!mayPass(error, attempt)) throw error;
        await pause(attempt);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }

  async #attempt<T>(work: (queries: Queries) => Promise<T>, about?: string): Promise<T> {
    const client = await this.#connect();
    // Without a listener a connection that breaks between two queries would end the process; the
    // next query on it tells.
    const onError = () => {};
    client.on("error", onError);
    let broken = false;
    try {
      // Before it begins: what a serialisable transaction sees is fixed by its first statement, a
      // wait included.
      if (about !== undefined) await run(client, `SELECT pg_advisory_lock(${keyOf})`, [about]);
      await run(client, "BEGIN ISOLATION LEVEL SERIALIZABLE", []);
      const value = await this.#guard.enter(() => work(queriesOf(client)));
      await run(client, "COMMIT", []);
      return value;
    } catch (error) {
      broken = !(await tried(client, "ROLLBACK"));
      throw error;
    } finally {
      if (about !== undefined && !broken) broken = !(await tried(client, unlockAll));
      client.off("error", onError);
      client.release(broken);
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw typed(error);
    }
  }
}

const connectionsMax = 10;

/** Tries against a key that another transaction has just taken; then it is really taken. */
const uniqueTriesMax = 3;

function queriesOf(client: pg.PoolClient): Queries {
  return {
    query: <R extends Row>(sql: string, values: readonly Value[] = []) =>
      run<R>(client, sql, values),
    appendOnly: async (table) => {
      checkTable(table);
      const name = `${table}_keeps_rows`;
      await run(
        client,
        `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         RAISE EXCEPTION '${table} takes new rows only' USING ERRCODE = '${appendOnlyState}';
         END $$`,
        [],
      );
      await run(
        client,
        `CREATE TRIGGER ${name} BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
         FOR EACH STATEMENT EXECUTE FUNCTION ${name}()`,
        [],
      );
    },
  };
}

async function run<R extends Row>(
  on: pg.Pool | pg.PoolClient,
  sql: string,
  values: readonly Value[],
): Promise<readonly R[]> {
  try {
    const { rows } = await on.query<R>(sql, [...values]);
    return rows;
  } catch (error) {
    throw typed(error);
  }
}

/** False when the connection is gone, and with it its transaction and its locks. */
async function tried(client: pg.PoolClient, sql: string): Promise<boolean> {
  try {
    await client.query(sql);
    return true;
  } catch {
    return false;
  }
}

const keyOf = "hashtextextended($1, 0)";
const unlockAll = "SELECT pg_advisory_unlock_all()";

/** Whether a transaction that met others may get through at another try. */
function mayPass(error: unknown, attempt: number): boolean {
  if (!(error instanceof DatabaseError) || attempt >= triesMax) return false;
  // The key of one that was committed meanwhile: seen from the start, it is no surprise.
  return error.code === "busy" || (error.code === "unique" && attempt < uniqueTriesMax);
}

function typed(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const state = "code" in error && typeof error.code === "string" ? error.code : "";
  const silent = /terminated|ended|timeout/i.test(error.message);
  if (state === "" && !silent) return error;
  // Of several addresses that all refused there is a code, and no message.
  return new DatabaseError(troubleOf(state), error.message || state, error);
}

/** By SQLSTATE (PostgreSQL's manual, appendix A); the system's own codes mean no connection. */
function troubleOf(state: string): DatabaseTrouble {
  if (state === "23505") return "unique";
  if (state.startsWith("23")) return "constraint";
  if (state === appendOnlyState) return "append-only";
  if (state === "40001" || state === "40P01" || state === "55P03") return "busy";
  const gone = /^(08|57P)/.test(state) || /^E[A-Z]{3,}/.test(state) || state === "";
  return gone ? "lost" : "failed";
}

/** A class of our own, as SQLSTATE leaves them to applications. */
const appendOnlyState = "FD001";

function parserOf(oid: number): (text: string) => Value {
  // int8, int2, int4 and numeric (the sum of int8), float4 and float8.
  if ([20, 21, 23, 1700].includes(oid)) return wholeNumber;
  if (oid === 700 || oid === 701) return Number;
  return (text) => text;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), `numbers stay below 2^53, not ${text}`);
  return value;
}
