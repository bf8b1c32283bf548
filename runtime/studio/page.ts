import type { Queries, Row, Value } from "../../drivers/database/database.ts";

/** A piece of a list, newest first. */
export interface Page {
  /** 1 to 200; 50 by default. */
  readonly limit?: number;
  /** The id of the last row of the piece before. */
  readonly before?: string;
}

/** Rows of a table whose columns have these values; an undefined one may have any. */
export function rowsOf<R extends Row>(
  queries: Pick<Queries, "query">,
  table: string,
  columns: Readonly<Record<string, Value | undefined>>,
  page: Page = {},
): Promise<readonly R[]> {
  const wanted = Object.entries(columns).filter(([, value]) => value !== undefined);
  const values = wanted.map(([, value]) => value as Value);
  const conditions = wanted.map(([column], index) => `${column} = $${index + 1}`);
  if (page.before !== undefined) conditions.push(`id < $${values.push(page.before)}`);
  const where = conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "";
  const limit = Math.min(Math.max(Math.floor(page.limit ?? 50), 1), 200);
  return queries.query<R>(
    `SELECT * FROM ${table} ${where} ORDER BY id DESC LIMIT ${limit}`,
    values,
  );
}
