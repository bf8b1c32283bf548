import { skus } from "../../../config/skus.ts";
import type { Database, Queries } from "../../../drivers/database/database.ts";
import { type Act, scopeOf } from "../act.ts";
import { attempt } from "../attempt.ts";
import type { Avatar } from "../catalogue/avatar.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { zoneOf } from "../people/accounts.ts";
import type { QuotaLedger } from "../quota/ledger.ts";
import { type Missing, Refusal } from "../refusal.ts";
import type { Journal } from "../task/journal.ts";
import { selectTasks, type TaskRow, taskOf } from "../task/rows.ts";
import type { Task } from "../task/task.ts";

/** What an acceptance has used and made. */
export interface Accepted {
  readonly task: Task;
  readonly avatar: Avatar;
  readonly quotaId: string;
  readonly form: 1 | 2;
}

/** Avatar Settings: what is trained and waits to be accepted, which takes a valid quota. */
export class Acceptance {
  readonly #database: Database;
  readonly #journal: Journal;
  readonly #quotas: QuotaLedger;
  readonly #catalogue: Catalogue;

  constructor(database: Database, journal: Journal, quotas: QuotaLedger, catalogue: Catalogue) {
    this.#database = database;
    this.#journal = journal;
    this.#quotas = quotas;
    this.#catalogue = catalogue;
  }

  /** What waits, of a type or of both, oldest first. */
  async waiting(
    act: Act,
    { type, accountId }: { readonly type?: Task["type"]; readonly accountId?: string } = {},
  ): Promise<readonly Task[]> {
    const scope = scopeOf(act.actor, accountId);
    const rows = await this.#database.query<TaskRow>(
      `${selectTasks} WHERE t.status = 'waiting' AND t.stage IN ('TRAIN', 'CONFIRM')
       ORDER BY t.changed_ms, t.id`,
    );
    return rows
      .map(taskOf)
      .filter((task) => (!scope || task.accountId === scope) && (!type || task.type === type));
  }

  /**
   * Completes the training: takes a quota, ends the task and puts the avatar into the catalogue,
   * from where it is published; all of it or nothing.
   */
  async accept(act: Act, taskId: string): Promise<Accepted | Refusal> {
    const found = await this.#journal.find(this.#database, act, taskId);
    if (found instanceof Refusal) return found;
    return attempt(
      this.#database,
      async (queries) => {
        const task = await this.#journal.find(queries, act, taskId);
        return task instanceof Refusal ? task : this.acceptWithin(queries, act, task);
      },
      `quotas of ${found.accountId}`,
    );
  }

  /** Another round of the same task; `reason` of 1 to 300 characters. */
  reject(act: Act, taskId: string, reason: string): Promise<Task | Refusal> {
    return attempt(this.#database, async (queries) => {
      const task = await this.#journal.find(queries, act, taskId);
      if (task instanceof Refusal) return task;
      return this.#journal.move(queries, act, task, { step: "reject", reason });
    });
  }

  /** The same inside a transaction, of a task as it stands there. */
  async acceptWithin(queries: Queries, act: Act, task: Task): Promise<Accepted | Refusal> {
    const wrong = this.#journal.stepError(act, task, "accept");
    if (wrong) return wrong;
    const picked = await this.#quotas.pick(queries, task, act.nowMs);
    if (!picked) return noQuota(task);
    const timeZone = await zoneOf(queries, task.accountId);
    const { userId } = act.actor;
    const by = { taskId: task.id, target: task.target, userId, timeZone, nowMs: act.nowMs };
    await this.#quotas.use(queries, picked, by);
    const avatar = await this.#catalogue.add(queries, task, act.nowMs);
    const ended = await this.#journal.move(queries, act, task, { step: "accept" });
    if (ended instanceof Refusal) return ended;
    return { task: ended, avatar, ...picked };
  }
}

/** The quota that would do, with the articles that bring it. */
export function missingQuota({ kind, type }: Partial<Pick<Task, "kind" | "type">>): Missing {
  const fitting = skus.filter(
    ({ grant }) =>
      grant.kind === "quota" &&
      (kind === undefined || grant.avatar === kind) &&
      (type === undefined || grant.type === type),
  );
  const names = fitting.map(({ name }) => name).join(" or ");
  return { what: "quota", skus: fitting.map(({ sku }) => sku), text: `a quota: ${names}` };
}

function noQuota(task: Task): Refusal {
  const missing = missingQuota(task);
  const message = `Cannot accept ${task.name}: there is no valid quota, ${missing.text} is due`;
  return new Refusal("NO_QUOTA", message, { missing: [missing] });
}
