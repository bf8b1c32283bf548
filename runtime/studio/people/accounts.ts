import type { Queries } from "../../../drivers/database/database.ts";

export async function isAccount(queries: Pick<Queries, "query">, id: string): Promise<boolean> {
  return (await queries.query("SELECT id FROM accounts WHERE id = $1", [id])).length === 1;
}

/** Whose calendar an account's months follow. */
export async function zoneOf(queries: Pick<Queries, "query">, accountId: string): Promise<string> {
  const sql = "SELECT time_zone FROM accounts WHERE id = $1";
  const [row] = await queries.query<{ time_zone: string }>(sql, [accountId]);
  if (!row) throw new Error(`Cannot find account ${accountId}: what refers to it should keep it`);
  return row.time_zone;
}
