import type { Database, Queries } from "../../drivers/database/database.ts";
import { Refusal } from "./refusal.ts";

/**
 * Runs `work` in a transaction that a refusal takes back, so that by a refusal nothing has changed,
 * however far the work had come. `about`: as of Database.transaction().
 */
export async function attempt<T>(
  database: Database,
  work: (queries: Queries) => Promise<T | Refusal>,
  about?: string,
): Promise<T | Refusal> {
  try {
    return await database.transaction(async (queries) => {
      const outcome = await work(queries);
      if (outcome instanceof Refusal) throw new TakenBack(outcome);
      return outcome;
    }, about);
  } catch (error) {
    if (error instanceof TakenBack) return error.refusal;
    throw error;
  }
}

/** Never leaves this file. */
class TakenBack extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}
