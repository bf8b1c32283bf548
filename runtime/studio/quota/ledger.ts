import type { AvatarKind, LipSyncType } from "../../../config/skus.ts";
import type { Database, Queries } from "../../../drivers/database/database.ts";
import { type Act, scopeOf } from "../act.ts";
import { type Page, rowsOf } from "../page.ts";
import type { Quota, QuotaUse, Target } from "./quota.ts";
import { reusableUntil, stateOf } from "./rule.ts";

/**
 * Quotas and their uses, to which rows are only added: what a quota is good for is what they add
 * up to. The database itself refuses a second use by the same form.
 */
export class QuotaLedger {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(act: Act, accountId?: string, page?: Page): Promise<readonly Quota[]> {
    const columns = { account_id: scopeOf(act.actor, accountId) };
    const rows = await rowsOf<QuotaRow>(this.#database, "quotas", columns, page);
    if (rows.length === 0) return [];
    const names = rows.map((_, index) => `$${index + 1}`).join(", ");
    const uses = await this.#database.query<UseRow>(
      `SELECT * FROM quota_uses WHERE quota_id IN (${names}) ORDER BY form`,
      rows.map(({ id }) => id),
    );
    return rows.map((row) =>
      quotaOf(
        row,
        uses.filter((use) => use.quota_id === row.id),
        act.nowMs,
      ),
    );
  }

  async grant(queries: Queries, ids: readonly string[], of: Granted): Promise<void> {
    for (const id of ids) {
      await queries.query(
        `INSERT INTO quotas (id, account_id, order_id, kind, type, granted_ms)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [id, of.accountId, of.orderId, of.kind, of.type, of.nowMs],
      );
    }
  }

  /**
   * The quota that an acceptance at `nowMs` uses, undefined where there is none. A client-rendered
   * one takes what would expire first before it takes an unused one.
   */
  async pick(queries: Queries, wish: QuotaWish, nowMs: number): Promise<Picked | undefined> {
    const reusable = wish.target === "client" ? await this.#reusable(queries, wish, nowMs) : [];
    const [second] = reusable;
    if (second) return { quotaId: second.id, form: 2 };
    const [first] = await queries.query<{ id: string }>(
      `SELECT id FROM quotas q WHERE account_id = $1 AND kind = $2 AND type = $3
       AND NOT EXISTS (SELECT 1 FROM quota_uses u WHERE u.quota_id = q.id)
       ORDER BY granted_ms, id LIMIT 1`,
      [wish.accountId, wish.kind, wish.type],
    );
    return first && { quotaId: first.id, form: 1 };
  }

  /** Whether an unused quota is there, of a kind and type or of any. */
  async hasUnused(
    queries: Queries,
    { accountId, kind, type }: Pick<QuotaWish, "accountId"> & Partial<QuotaWish>,
  ): Promise<boolean> {
    const rows = await queries.query<Pick<QuotaRow, "kind" | "type">>(
      `SELECT DISTINCT kind, type FROM quotas q WHERE account_id = $1
       AND NOT EXISTS (SELECT 1 FROM quota_uses u WHERE u.quota_id = q.id)`,
      [accountId],
    );
    return rows.some((row) => (!kind || row.kind === kind) && (!type || row.type === type));
  }

  async use(queries: Queries, picked: Picked, by: Acceptance): Promise<void> {
    const until = picked.form === 1 ? reusableUntil(by.target, by.nowMs, by.timeZone) : null;
    await queries.query(
      `INSERT INTO quota_uses
       (quota_id, form, task_id, target, at_ms, reusable_until_ms, used_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [picked.quotaId, picked.form, by.taskId, by.target, by.nowMs, until, by.userId],
    );
  }

  #reusable(queries: Queries, { accountId, kind, type }: QuotaWish, nowMs: number) {
    return queries.query<{ id: string }>(
      `SELECT q.id FROM quotas q JOIN quota_uses u ON u.quota_id = q.id AND u.form = 1
       WHERE q.account_id = $1 AND q.kind = $2 AND q.type = $3 AND u.reusable_until_ms > $4
       AND NOT EXISTS (SELECT 1 FROM quota_uses s WHERE s.quota_id = q.id AND s.form = 2)
       ORDER BY u.reusable_until_ms, q.id LIMIT 1`,
      [accountId, kind, type, nowMs],
    );
  }
}

/** A quota serves exactly the kind and type that it was bought for, and both targets. */
export interface QuotaWish {
  readonly accountId: string;
  readonly kind: AvatarKind;
  readonly type: LipSyncType;
  readonly target: Target;
}

export interface Picked {
  readonly quotaId: string;
  readonly form: 1 | 2;
}

interface Granted extends Omit<QuotaWish, "target"> {
  readonly orderId: string;
  readonly nowMs: number;
}

interface Acceptance {
  readonly taskId: string;
  readonly target: Target;
  readonly userId: string;
  readonly timeZone: string;
  readonly nowMs: number;
}

type QuotaRow = {
  readonly id: string;
  readonly account_id: string;
  readonly order_id: string;
  readonly kind: AvatarKind;
  readonly type: LipSyncType;
  readonly granted_ms: number;
};

type UseRow = {
  readonly quota_id: string;
  readonly form: 1 | 2;
  readonly task_id: string;
  readonly target: Target;
  readonly at_ms: number;
  readonly reusable_until_ms: number | null;
};

function quotaOf(row: QuotaRow, rows: readonly UseRow[], nowMs: number): Quota {
  const uses = rows.map(useOf);
  const reusableUntilMs = rows[0]?.reusable_until_ms ?? null;
  return {
    id: row.id,
    accountId: row.account_id,
    orderId: row.order_id,
    kind: row.kind,
    type: row.type,
    state: stateOf({ uses, reusableUntilMs }, nowMs),
    grantedMs: row.granted_ms,
    uses,
    reusableUntilMs,
  };
}

function useOf({ form, task_id, target, at_ms }: UseRow): QuotaUse {
  return { form, taskId: task_id, target, atMs: at_ms };
}
