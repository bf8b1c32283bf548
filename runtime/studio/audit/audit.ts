import type { Database, Queries } from "../../../drivers/database/database.ts";
import { type Act, scopeOf } from "../act.ts";
import { type Page, rowsOf } from "../page.ts";
import type { AuditEntry } from "../people/person.ts";

/** Who did what, and when: written in the transaction that does it, and never changed. */
export class Audit {
  readonly #database: Database;
  readonly #newId: () => string;

  constructor(database: Database, newId: () => string) {
    this.#database = database;
    this.#newId = newId;
  }

  /** Notes something that happens outside of the studio's own actions, such as a failed login. */
  note(act: Act, action: string, subject: string, detail: AuditEntry["detail"] = {}) {
    return this.write(this.#database, act, { action, subject, detail });
  }

  /** Staff sees all accounts. */
  async list(
    act: Act,
    { subject, accountId }: { readonly subject?: string; readonly accountId?: string } = {},
    page?: Page,
  ): Promise<readonly AuditEntry[]> {
    const columns = { account_id: scopeOf(act.actor, accountId), subject };
    return (await rowsOf<AuditRow>(this.#database, "audit", columns, page)).map(entryOf);
  }

  async write(
    queries: Pick<Queries, "query">,
    { actor, nowMs }: Act,
    { accountId = actor.accountId, action, subject, detail = {} }: Deed,
  ): Promise<void> {
    const values = [accountId, actor.userId, action, subject, JSON.stringify(detail)];
    await queries.query(
      `INSERT INTO audit (id, at_ms, account_id, by_id, action, subject, detail)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [this.#newId(), nowMs, ...values],
    );
  }
}

/** `accountId`: whom it concerns, where that is not the actor's own. */
interface Deed {
  readonly accountId?: string;
  readonly action: string;
  readonly subject: string;
  readonly detail?: AuditEntry["detail"];
}

type AuditRow = {
  readonly id: string;
  readonly at_ms: number;
  readonly account_id: string;
  readonly by_id: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
};

function entryOf(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    atMs: row.at_ms,
    accountId: row.account_id,
    by: row.by_id,
    action: row.action,
    subject: row.subject,
    detail: JSON.parse(row.detail),
  };
}
