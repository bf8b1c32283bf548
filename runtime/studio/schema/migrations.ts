import { createHash } from "node:crypto";
import type { Database, Queries } from "../../../drivers/database/database.ts";
import { orderTables } from "./order-tables.ts";
import { peopleTables } from "./people-tables.ts";
import { appendOnlyTables, taskTables } from "./task-tables.ts";

/** A step of the schema. Once released it is never changed; the next one follows it. */
export interface Migration {
  readonly number: number;
  readonly statements: readonly string[];
  readonly appendOnly: readonly string[];
}

export const migrations: readonly Migration[] = [
  {
    number: 1,
    // Tables before those that refer to them: PostgreSQL wants it so.
    statements: [...peopleTables, ...taskTables, ...orderTables],
    appendOnly: appendOnlyTables,
  },
];

/**
 * Brings a database up to the last of `steps`. Forward only: one that knows a later step, or
 * another step of the same number, was made by another program and is refused.
 */
export async function migrate(
  database: Database,
  nowMs: number,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  const work = async (queries: Queries) => {
    await queries.query(
      `CREATE TABLE IF NOT EXISTS migrations (
        number BIGINT PRIMARY KEY, hash TEXT NOT NULL, applied_ms BIGINT NOT NULL)`,
    );
    const done = await queries.query<Applied>("SELECT * FROM migrations ORDER BY number");
    for (const { number, hash } of done) check(number, hash, steps);
    for (const step of steps.slice(done.length)) await apply(queries, step, nowMs);
  };
  // Programs that start at once wait for each other: tables cannot be made side by side.
  await database.transaction(work, "migrations");
}

type Applied = { readonly number: number; readonly hash: string };

function check(number: number, hash: string, steps: readonly Migration[]): void {
  const own = steps[number - 1];
  if (!own) {
    const is = `it has step ${number}`;
    throw new Error(`Cannot use the database: ${is}, this program knows up to ${steps.length}`);
  }
  if (hashOf(own) === hash) return;
  throw new Error(`Cannot use the database: its step ${number} is not this program's own`);
}

async function apply(queries: Queries, step: Migration, nowMs: number): Promise<void> {
  for (const statement of step.statements) await queries.query(statement);
  for (const table of step.appendOnly) await queries.appendOnly(table);
  await queries.query("INSERT INTO migrations (number, hash, applied_ms) VALUES ($1, $2, $3)", [
    step.number,
    hashOf(step),
    nowMs,
  ]);
}

function hashOf({ number, statements, appendOnly }: Migration): string {
  const text = JSON.stringify([number, statements, appendOnly]);
  return createHash("sha256").update(text).digest("hex");
}
