import type { Database } from "./database.ts";
import { DatabaseError } from "./database.ts";

/**
 * By its URL: `sqlite:/var/lib/frontdesk/studio.db`, `sqlite::memory:`, or `postgres://...` as
 * libpq reads it. Rejects with a DatabaseError; its text does not say the URL, which has a secret.
 */
export async function openDatabase(url: string): Promise<Database> {
  const open = openerOf(url);
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = error instanceof DatabaseError ? error.code : "failed";
    throw new DatabaseError(code, `Cannot open database: ${error.message}`, error);
  }
}

/** Neither library is loaded before it is wanted. */
function openerOf(url: string): () => Promise<Database> {
  if (url.startsWith("sqlite:")) {
    const path = url.slice("sqlite:".length);
    return async () => (await import("./sqlite.ts")).SqliteDatabase.open(path);
  }
  if (/^postgres(ql)?:/.test(url)) {
    return async () => (await import("./postgres.ts")).PostgresDatabase.open(url);
  }
  const scheme = url.split(":")[0];
  const is = `its URL begins with "${scheme}:"`;
  throw new RangeError(`Cannot open database: ${is}, sqlite: or postgres: is due`);
}
