import type { Database, Queries } from "../../../drivers/database/database.ts";
import { type Act, sees } from "../act.ts";
import { attempt } from "../attempt.ts";
import { forbidden, invalid, type Refusal, unknown } from "../refusal.ts";
import type { Balance } from "./balance.ts";

/** What a cloud session has used since it told last. */
export interface HourUse {
  readonly accountId: string;
  readonly sessionId: string;
  /** Counts a session's messages; the same one told again uses nothing again. */
  readonly seq: number;
  /** Whole seconds, 0 to a day. */
  readonly seconds: number;
}

/** Hour packages of the lightweight cloud service: what was bought and what sessions used. */
export class Hours {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async balance(act: Act, accountId = act.actor.accountId): Promise<Balance | Refusal> {
    if (!sees(act.actor, accountId)) return unknown("account", accountId);
    return this.left(this.#database, accountId);
  }

  /**
   * Takes seconds off the packages, as many as are left: `takenSeconds` below those asked for means
   * that the packages are used up and the session is to end.
   */
  async consume(
    { actor, nowMs }: Act,
    use: HourUse,
  ): Promise<{ readonly takenSeconds: number; readonly balance: Balance } | Refusal> {
    if (actor.role !== "system") return forbidden("meter cloud hours", actor.role);
    if (!Number.isInteger(use.seconds) || use.seconds < 0 || use.seconds > secondsMax) {
      const is = `Cannot meter ${use.seconds} s: a whole number of 0 to ${secondsMax} s is due`;
      return invalid("/seconds", is);
    }
    return attempt(
      this.#database,
      async (queries) => {
        const told = await this.#told(queries, use);
        if (told && (told.asked_seconds !== use.seconds || told.account_id !== use.accountId)) {
          const was = `${told.asked_seconds} s were told`;
          return invalid(
            "/seq",
            `Cannot meter part ${use.seq} again: ${was}, not ${use.seconds} s`,
          );
        }
        if (!told) await this.#take(queries, use, nowMs);
        const takenSeconds = (told ?? (await this.#told(queries, use)))?.seconds ?? 0;
        return { takenSeconds, balance: await this.left(queries, use.accountId) };
      },
      `hours of ${use.accountId}`,
    );
  }

  async grant(
    queries: Queries,
    grant: { id: string; accountId: string; orderId: string; seconds: number; nowMs: number },
  ): Promise<void> {
    await queries.query(
      `INSERT INTO hour_grants (id, account_id, order_id, seconds, at_ms)
       VALUES ($1, $2, $3, $4, $5)`,
      [grant.id, grant.accountId, grant.orderId, grant.seconds, grant.nowMs],
    );
  }

  async left(queries: Pick<Queries, "query">, accountId: string): Promise<Balance> {
    const sum = async (table: string) => {
      const sql = `SELECT COALESCE(SUM(seconds), 0) AS seconds FROM ${table}`;
      const [row] = await queries.query<{ seconds: number }>(`${sql} WHERE account_id = $1`, [
        accountId,
      ]);
      return row?.seconds ?? 0;
    };
    const grantedSeconds = await sum("hour_grants");
    const usedSeconds = await sum("hour_uses");
    return { grantedSeconds, usedSeconds, leftSeconds: grantedSeconds - usedSeconds };
  }

  async #take(queries: Queries, use: HourUse, nowMs: number): Promise<void> {
    const { leftSeconds } = await this.left(queries, use.accountId);
    const seconds = Math.min(use.seconds, leftSeconds);
    await queries.query(
      `INSERT INTO hour_uses (session_id, seq, account_id, asked_seconds, seconds, at_ms)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [use.sessionId, use.seq, use.accountId, use.seconds, seconds, nowMs],
    );
  }

  async #told(queries: Queries, { sessionId, seq }: HourUse) {
    const [row] = await queries.query<{
      account_id: string;
      asked_seconds: number;
      seconds: number;
    }>("SELECT * FROM hour_uses WHERE session_id = $1 AND seq = $2", [sessionId, seq]);
    return row;
  }
}

const secondsMax = 24 * 3600;
