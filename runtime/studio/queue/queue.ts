import type { Database, Queries } from "../../../drivers/database/database.ts";
import { type Act, scopeOf } from "../act.ts";
import { type Page, rowsOf } from "../page.ts";
import { forbidden, Refusal, unknown } from "../refusal.ts";
import type { Work, WorkKind, WorkState } from "./work.ts";

/**
 * Work that waits on the database, for workers on any number of machines. Who takes a piece holds
 * it for the time of a lease and says so again before that is over; a piece whose lease ran out is
 * anybody's again, and one that was taken too often is a dead letter.
 */
export class Queue {
  readonly #database: Database;
  readonly #newId: () => string;

  constructor(database: Database, newId: () => string) {
    this.#database = database;
    this.#newId = newId;
  }

  /** The piece that is due longest, now held by `holder`; undefined when nothing is due. */
  async claim({ kinds, holder, leaseMs }: Claim, nowMs: number): Promise<Work | undefined> {
    const names = kinds.map((_, index) => `$${index + 5}`).join(", ");
    // What another one is just taking is passed over, not waited for.
    const skip = this.#database.dialect === "postgres" ? "FOR UPDATE SKIP LOCKED" : "";
    const [row] = await this.#database.query<WorkRow>(
      `UPDATE work SET state = 'leased', attempt = attempt + 1, holder = $1, lease_until_ms = $2
       WHERE id = (SELECT id FROM work WHERE kind IN (${names}) AND attempt < $4
         AND ((state = 'ready' AND due_ms <= $3) OR (state = 'leased' AND lease_until_ms <= $3))
         ORDER BY due_ms, id LIMIT 1 ${skip}) RETURNING *`,
      [holder, nowMs + leaseMs, nowMs, attemptsMax, ...kinds],
    );
    return row && workOf(row);
  }

  /** Prolongs the lease; undefined when it is lost or the work is cancelled: then stop. */
  async beat(work: Work, leaseMs: number, nowMs: number): Promise<Work | undefined> {
    const [row] = await this.#database.query<WorkRow>(
      `UPDATE work SET lease_until_ms = $4 ${held} RETURNING *`,
      [...keyOf(work), nowMs + leaseMs],
    );
    return row && workOf(row);
  }

  done(work: Work): Promise<true | Refusal> {
    return this.finish(this.#database, work);
  }

  fail(work: Work, error: string, nowMs: number): Promise<WorkState | Refusal> {
    return this.giveUp(this.#database, work, { error }, nowMs);
  }

  async list(
    act: Act,
    { state, kind }: { readonly state?: WorkState; readonly kind?: WorkKind } = {},
    page?: Page,
  ): Promise<readonly Work[]> {
    const columns = { account_id: scopeOf(act.actor), state, kind };
    return (await rowsOf<WorkRow>(this.#database, "work", columns, page)).map(workOf);
  }

  /** Gives a dead letter all its tries again; of a task, handing in or a retry does that. */
  async revive(act: Act, id: string): Promise<Work | Refusal> {
    if (act.actor.role === "customer") return forbidden("revive work", act.actor.role);
    const [row] = await this.#database.query<WorkRow>(
      `UPDATE work SET state = 'ready', attempt = 0, due_ms = $2
       WHERE id = $1 AND state = 'dead' AND kind NOT IN ('check', 'build') RETURNING *`,
      [id, act.nowMs],
    );
    return row ? workOf(row) : unknown("dead letter without a task", id);
  }

  /** Pieces whose last lease ran out are dead letters from now on. */
  async bury(queries: Queries, nowMs: number): Promise<readonly Work[]> {
    const rows = await queries.query<WorkRow>(
      `UPDATE work SET state = 'dead', error = $3
       WHERE state = 'leased' AND lease_until_ms <= $1 AND attempt >= $2 RETURNING *`,
      [nowMs, attemptsMax, `no worker came to an end with it in ${attemptsMax} tries`],
    );
    return rows.map(workOf);
  }

  async add(queries: Pick<Queries, "query">, { kind, subject, accountId, nowMs }: NewWork) {
    await queries.query(
      `INSERT INTO work (id, account_id, kind, subject, state, due_ms, created_ms)
       VALUES ($1, $2, $3, $4, 'ready', $5, $5)`,
      [this.#newId(), accountId, kind, subject, nowMs],
    );
  }

  async cancel(queries: Queries, subject: string): Promise<void> {
    await queries.query(
      `UPDATE work SET state = 'cancelled'
       WHERE subject = $1 AND state IN ('ready', 'leased', 'dead')`,
      [subject],
    );
  }

  async finish(queries: Pick<Queries, "query">, work: Work): Promise<true | Refusal> {
    const rows = await queries.query(`UPDATE work SET state = 'done' ${held} RETURNING id`, [
      ...keyOf(work),
    ]);
    return rows.length === 1 ? true : lost(work);
  }

  /** Back to `ready` for a later time, or `dead` when it was the last try or `final`. */
  async giveUp(
    queries: Pick<Queries, "query">,
    work: Work,
    { error, final = false }: Failure,
    nowMs: number,
  ): Promise<WorkState | Refusal> {
    const state = final || work.attempt >= attemptsMax ? "dead" : "ready";
    const values = [state, error.slice(0, errorCharsMax), nowMs + backoffMs(work.attempt)];
    const rows = await queries.query(
      `UPDATE work SET state = $4, error = $5, due_ms = $6, holder = '' ${held} RETURNING id`,
      [...keyOf(work), ...values],
    );
    return rows.length === 1 ? state : lost(work);
  }

  /** Whether the piece is still held; also what a worker writes goes by this. */
  async holds(queries: Pick<Queries, "query">, work: Work): Promise<true | Refusal> {
    const rows = await queries.query(`SELECT id FROM work ${held}`, [...keyOf(work)]);
    return rows.length === 1 ? true : lost(work);
  }
}

interface Failure {
  readonly error: string;
  /** Another try would end the same way. */
  readonly final?: boolean;
}

interface Claim {
  readonly kinds: readonly WorkKind[];
  /** Names the worker. */
  readonly holder: string;
  readonly leaseMs: number;
}

interface NewWork {
  readonly kind: WorkKind;
  readonly subject: string;
  readonly accountId: string;
  readonly nowMs: number;
}

/** Times a piece is taken before it is a dead letter. */
export const attemptsMax = 5;

const errorCharsMax = 2_000;

/** The attempt is part of the key: a worker that lost its lease cannot act on the next one's. */
const held = "WHERE id = $1 AND holder = $2 AND attempt = $3 AND state = 'leased'";

function keyOf({ id, holder, attempt }: Work) {
  return [id, holder, attempt] as const;
}

/** 10 s, doubled each time: 10, 20, 40, 80 s. */
function backoffMs(attempt: number): number {
  return 10_000 * 2 ** (attempt - 1);
}

function lost({ id, holder }: Work): Refusal {
  const is = `${holder} does not hold work ${id}`;
  return new Refusal("LEASE_LOST", `Cannot go on: ${is}, another one does or it was cancelled`);
}

type WorkRow = {
  readonly id: string;
  readonly account_id: string;
  readonly kind: WorkKind;
  readonly subject: string;
  readonly state: WorkState;
  readonly attempt: number;
  readonly holder: string;
  readonly lease_until_ms: number;
  readonly due_ms: number;
  readonly error: string;
};

function workOf(row: WorkRow): Work {
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.kind,
    subject: row.subject,
    state: row.state,
    attempt: row.attempt,
    holder: row.holder,
    leaseUntilMs: row.lease_until_ms,
    dueMs: row.due_ms,
    error: row.error,
  };
}
