import type { Database, Queries } from "../../../drivers/database/database.ts";
import { type Act, scopeOf, sees } from "../act.ts";
import { attempt } from "../attempt.ts";
import type { Audit } from "../audit/audit.ts";
import { type Page, rowsOf } from "../page.ts";
import type { Queue } from "../queue/queue.ts";
import type { Work } from "../queue/work.ts";
import { invalid, Refusal, unknown } from "../refusal.ts";
import type { Assignment } from "./avatar.ts";

/** Which avatars are for which device or group of devices. */
export class Assignments {
  readonly #database: Database;
  readonly #newId: () => string;
  readonly #notes: { readonly audit: Audit; readonly queue: Queue };

  constructor(
    database: Database,
    newId: () => string,
    notes: { readonly audit: Audit; readonly queue: Queue },
  ) {
    this.#database = database;
    this.#newId = newId;
    this.#notes = notes;
  }

  /** A piece of work `assign` then writes `content/desired`; assigning it again changes nothing. */
  async assign(act: Act, { kind, name, avatarId }: AssignmentWish): Promise<Assignment | Refusal> {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      return invalid("/name", `Cannot assign to "${name}": the id of a device or group is due`);
    }
    return attempt(this.#database, async (queries) => {
      const [avatar] = await queries.query<{ account_id: string }>(
        "SELECT account_id FROM avatars WHERE id = $1 AND release IS NOT NULL",
        [avatarId],
      );
      if (!avatar || !sees(act.actor, avatar.account_id)) {
        return unknown("published avatar", avatarId);
      }
      const accountId = avatar.account_id;
      const others = await owners(queries, kind, name);
      if (others.some((owner) => owner !== accountId)) {
        const is = `the ${kind} ${name} shows, at least in part, avatars of another account`;
        return new Refusal("TAKEN", `Cannot assign: ${is}`, { path: "/name" });
      }
      await queries.query(
        `INSERT INTO assignments
         (id, account_id, kind, name, avatar_id, assigned_by, assigned_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (kind, name, avatar_id) DO NOTHING`,
        [this.#newId(), accountId, kind, name, avatarId, act.actor.userId, act.nowMs],
      );
      await this.#changed(queries, act, { accountId, kind, name });
      const columns = { kind, name, avatar_id: avatarId };
      const [row] = await rowsOf<AssignmentRow>(queries, "assignments", columns);
      return row ? assignmentOf(row) : unknown("assignment", name);
    });
  }

  unassign(act: Act, id: string): Promise<Assignment | Refusal> {
    return attempt(this.#database, async (queries) => {
      const sql = "SELECT * FROM assignments WHERE id = $1";
      const [row] = await queries.query<AssignmentRow>(sql, [id]);
      if (!row || !sees(act.actor, row.account_id)) return unknown("assignment", id);
      await queries.query("DELETE FROM assignments WHERE id = $1", [id]);
      const { account_id: accountId, kind, name } = row;
      await this.#changed(queries, act, { accountId, kind, name });
      return assignmentOf(row);
    });
  }

  async list(
    act: Act,
    filter: Partial<AssignmentWish> & { readonly accountId?: string } = {},
    page?: Page,
  ): Promise<readonly Assignment[]> {
    const { kind, name, avatarId, accountId } = filter;
    const scope = scopeOf(act.actor, accountId);
    const columns = { account_id: scope, kind, name, avatar_id: avatarId };
    const rows = await rowsOf<AssignmentRow>(this.#database, "assignments", columns, page);
    return rows.map(assignmentOf);
  }

  /** All avatars of the device or group that a piece of `assign` is about, the newest first. */
  async of(work: Work): Promise<readonly Assignment[]> {
    const rows = await rowsOf<AssignmentRow>(this.#database, "assignments", targetOf(work));
    return rows.map(assignmentOf);
  }

  /** The end of a piece of `assign`: `given` is what `content/desired` says now. */
  written(work: Work, given: readonly Assignment[], nowMs: number): Promise<true | Refusal> {
    return attempt(this.#database, async (queries) => {
      const done = await this.#notes.queue.finish(queries, work);
      if (done instanceof Refusal) return done;
      for (const { id } of given) {
        await queries.query(
          "UPDATE assignments SET written_ms = $2 WHERE id = $1 AND written_ms IS NULL",
          [id, nowMs],
        );
      }
      return true;
    });
  }

  async #changed(queries: Queries, act: Act, { accountId, kind, name }: Whose): Promise<void> {
    const subject = `${kind}/${name}`;
    const nowMs = act.nowMs;
    await this.#notes.queue.add(queries, { kind: "assign", subject, accountId, nowMs });
    await this.#notes.audit.write(queries, act, { accountId, action: "avatar.assign", subject });
  }
}

/** `device/lobby` as the columns of its rows. */
export function targetOf({ subject }: Pick<Work, "subject">) {
  const [kind, name] = subject.split("/");
  return { kind: kind as Assignment["kind"], name: name ?? "" };
}

export type AssignmentWish = Pick<Assignment, "kind" | "name" | "avatarId">;

type Whose = Pick<Assignment, "accountId" | "kind" | "name">;

/** Accounts with an avatar on any of these devices; a group has those below its name and `-`. */
async function owners(queries: Queries, kind: string, name: string): Promise<readonly string[]> {
  const wider = "kind = 'group' AND substr(CAST($2 AS TEXT), 1, length(name) + 1) = name || '-'";
  const narrower = "CAST($1 AS TEXT) = 'group' AND substr(name, 1, length($3)) = $3";
  const rows = await queries.query<{ account_id: string }>(
    `SELECT DISTINCT account_id FROM assignments
     WHERE (kind = $1 AND name = $2) OR (${wider}) OR (${narrower})`,
    [kind, name, `${name}-`],
  );
  return rows.map(({ account_id }) => account_id);
}

type AssignmentRow = {
  readonly id: string;
  readonly account_id: string;
  readonly kind: Assignment["kind"];
  readonly name: string;
  readonly avatar_id: string;
  readonly assigned_by: string;
  readonly assigned_ms: number;
  readonly written_ms: number | null;
};

function assignmentOf(row: AssignmentRow): Assignment {
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.kind,
    name: row.name,
    avatarId: row.avatar_id,
    assignedBy: row.assigned_by,
    assignedMs: row.assigned_ms,
    writtenMs: row.written_ms,
  };
}
