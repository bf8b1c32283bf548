/**
 * Rows that outlive a power cut, in an SQL that SQLite and PostgreSQL both speak: `$1` for values,
 * TEXT, BIGINT and DOUBLE PRECISION columns, `ON CONFLICT`, `RETURNING`. Whole numbers come back as
 * numbers; one past 2^53 is refused rather than rounded.
 */
export interface Database extends Queries, AsyncDisposable {
  readonly dialect: "sqlite" | "postgres";
  /**
   * Runs `work` as if nothing else ran beside it, and resolves once what it wrote is on the medium.
   * When `work` throws, nothing was written. It may be run several times until nobody gets in its
   * way, so it must touch nothing but its `queries`. Asking the database itself from within `work`
   * is a broken program. Transactions that are `about` the same thing wait for each other instead
   * of getting in each other's way: it is quicker, and nothing else.
   */
  transaction<T>(work: (queries: Queries) => Promise<T>, about?: string): Promise<T>;
}

export interface Queries {
  /** One statement. Rejects with a DatabaseError. */
  query<R extends Row = Row>(sql: string, values?: readonly Value[]): Promise<readonly R[]>;
  /** From now on the table takes new rows only; changing or removing one is `append-only`. */
  appendOnly(table: string): Promise<void>;
}

export type Value = string | number | null;

export type Row = Readonly<Record<string, Value>>;

/**
 * unique: another row has this key. constraint: another rule of the table. append-only: rows of
 * this table stay as they are. busy: others got in the way for too long, may be tried again.
 * lost: the server is gone. failed: anything else, a mistake in the SQL or a full disk.
 */
export type DatabaseTrouble = "unique" | "constraint" | "append-only" | "busy" | "lost" | "failed";

export class DatabaseError extends Error {
  readonly code: DatabaseTrouble;

  constructor(code: DatabaseTrouble, message: string, cause: unknown) {
    super(message, { cause });
    this.name = "DatabaseError";
    this.code = code;
  }
}
