import type { Database } from "./database.ts";

/**
 * By its URL: `sqlite:/var/lib/frontdesk/studio.db`, `sqlite::memory:`, or `postgres://...` as
 * libpq reads it.
 */
export async function openDatabase(url: string): Promise<Database> {
  if (url.startsWith("sqlite:")) {
    const { SqliteDatabase } = await import("./sqlite.ts");
    return SqliteDatabase.open(url.slice("sqlite:".length));
  }
  if (/^postgres(ql)?:/.test(url)) {
    const { PostgresDatabase } = await import("./postgres.ts");
    return PostgresDatabase.open(url);
  }
  const scheme = url.split(":")[0];
  throw new RangeError(
    `Cannot open database: its URL begins with "${scheme}:", known are sqlite: and postgres:`,
  );
}
