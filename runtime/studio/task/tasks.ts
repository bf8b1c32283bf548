import type { AvatarKind, LipSyncType } from "../../../config/skus.ts";
import type { Database, Queries, Value } from "../../../drivers/database/database.ts";
import { type Act, scopeOf } from "../act.ts";
import { attempt } from "../attempt.ts";
import { type Page, rowsOf } from "../page.ts";
import type { Queue } from "../queue/queue.ts";
import type { Target } from "../quota/quota.ts";
import { Refusal } from "../refusal.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nameAvatar } from "./avatar-id.ts";
import type { Journal } from "./journal.ts";
import {
  type EventRow,
  eventOf,
  type LogRow,
  logOf,
  type RoundRow,
  roundOf,
  selectTasks,
  type TaskRow,
  taskOf,
} from "./rows.ts";
import type { Round, Stage, Status, Task, TaskEvent, TaskLog, TaskWish } from "./task.ts";
import { handInError, type Revision, revisionError, submissionError } from "./wish.ts";

/** Customisation tasks as their customer has to do with them. */
export class Tasks {
  readonly #database: Database;
  readonly #newId: () => string;
  readonly #journal: Journal;
  readonly #needs: { readonly scenario: Scenario; readonly queue: Queue };

  constructor(
    database: Database,
    newId: () => string,
    journal: Journal,
    needs: { readonly scenario: Scenario; readonly queue: Queue },
  ) {
    this.#database = database;
    this.#newId = newId;
    this.#journal = journal;
    this.#needs = needs;
  }

  /** One task for each target; both or none. What is for the cloud needs what its use will need. */
  async submit(act: Act, wish: TaskWish): Promise<readonly Task[] | Refusal> {
    const wrong = submissionError(wish);
    if (wrong) return wrong;
    return attempt(this.#database, async (queries) => {
      if (wish.targets.includes("cloud")) {
        const lacking = await this.#needs.scenario.cloudError(queries, act, wish);
        if (lacking) return lacking;
      }
      const pairId = this.#newId();
      const tasks: Task[] = [];
      for (const target of wish.targets) {
        const task = await this.#insert(queries, act, { ...wish, target, pairId });
        if (task instanceof Refusal) return task;
        await this.#journal.note(queries, act, task, { step: "submit", reason: "" });
        tasks.push(task);
      }
      return tasks;
    });
  }

  /** As long as nothing is checked: another name, other files, another sentence. */
  async revise(act: Act, id: string, revision: Revision): Promise<Task | Refusal> {
    const wrong = revisionError(revision);
    if (wrong) return wrong;
    return attempt(this.#database, async (queries) => {
      const task = await this.#journal.find(queries, act, id);
      if (task instanceof Refusal) return task;
      const early = this.#journal.stepError(act, task, "hand-in");
      if (early) return early;
      const { name, materials, consentFile, sentence } = { ...task, ...revision };
      await queries.query(
        `UPDATE tasks SET name = $2, materials = $3, consent_file = $4, sentence = $5,
         changed_ms = $6 WHERE id = $1`,
        [id, name.trim(), JSON.stringify(materials), consentFile, sentence, act.nowMs],
      );
      await this.#journal.note(queries, act, task, { step: "revise", reason: "" });
      return this.#journal.find(queries, act, id);
    });
  }

  /** The material is complete: it is checked before anything else is done with it. */
  async handIn(act: Act, id: string): Promise<Task | Refusal> {
    return attempt(this.#database, async (queries) => {
      const task = await this.#journal.find(queries, act, id);
      if (task instanceof Refusal) return task;
      const wrong = this.#journal.stepError(act, task, "hand-in") ?? handInError(task);
      if (wrong) return wrong;
      const { accountId } = task;
      const work = { kind: "check", subject: id, accountId, nowMs: act.nowMs } as const;
      await this.#needs.queue.add(queries, work);
      return this.#journal.move(queries, act, task, { step: "hand-in" });
    });
  }

  /** At any step before the end; a worker that is at it stops. */
  cancel(act: Act, id: string, reason = ""): Promise<Task | Refusal> {
    return attempt(this.#database, async (queries) => {
      const task = await this.#journal.find(queries, act, id);
      if (task instanceof Refusal) return task;
      const moved = await this.#journal.move(queries, act, task, { step: "cancel", reason });
      if (!(moved instanceof Refusal)) await this.#needs.queue.cancel(queries, id);
      return moved;
    });
  }

  get(act: Act, id: string): Promise<Task | Refusal> {
    return this.#journal.find(this.#database, act, id);
  }

  async list(act: Act, filter: TaskFilter = {}, page?: Page): Promise<readonly Task[]> {
    const { accountId, assigneeId, ...same } = filter;
    const columns = { ...same, assignee_id: assigneeId };
    const scope = scopeOf(act.actor, accountId);
    const rows = await rowsOf<TaskRow>(
      this.#database,
      `(${selectTasks}) AS tasks`,
      { ...columns, account_id: scope },
      page,
    );
    return rows.map(taskOf);
  }

  async history(act: Act, id: string): Promise<readonly TaskEvent[] | Refusal> {
    const rows = await this.#of<EventRow>(act, id, { table: "task_events", column: "seq" });
    return rows instanceof Refusal ? rows : rows.map(eventOf);
  }

  /** What workers wrote after line `afterSeq`, 500 lines at most. */
  async logs(act: Act, id: string, afterSeq = 0): Promise<readonly TaskLog[] | Refusal> {
    const rows = await this.#of<LogRow>(act, id, {
      table: "task_logs",
      column: "seq",
      after: afterSeq,
    });
    return rows instanceof Refusal ? rows : rows.map(logOf);
  }

  /** All that was ever shown for acceptance, rejected rounds too. */
  async rounds(act: Act, id: string): Promise<readonly Round[] | Refusal> {
    const rows = await this.#of<RoundRow>(act, id, { table: "task_rounds", column: "round" });
    return rows instanceof Refusal ? rows : rows.map(roundOf);
  }

  async #insert(
    queries: Queries,
    act: Act,
    wish: TaskWish & { readonly target: Target; readonly pairId: string },
  ): Promise<Task | Refusal> {
    const id = this.#newId();
    const { pairId, target, kind, type, materials = [], consentFile = null } = wish;
    const name = wish.name.trim();
    const { accountId, userId } = act.actor;
    await queries.query(
      `INSERT INTO tasks (id, account_id, pair_id, submitted_by, name, kind, type, target,
       avatar_id, stage, status, round, materials, consent_file, sentence, created_ms, changed_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'SUBMIT', 'open', 1, $10, $11, $12, $13, $13)`,
      [
        ...[id, accountId, pairId, userId, name, kind, type, target, nameAvatar(name, id)],
        ...[JSON.stringify(materials), consentFile, wish.sentence ?? "", act.nowMs],
      ],
    );
    return this.#journal.find(queries, act, id);
  }

  async #of<R extends Readonly<Record<string, Value>>>(
    act: Act,
    id: string,
    { table, column, after = 0 }: Part,
  ): Promise<readonly R[] | Refusal> {
    const task = await this.#journal.find(this.#database, act, id);
    if (task instanceof Refusal) return task;
    return this.#database.query<R>(
      `SELECT * FROM ${table} WHERE task_id = $1 AND ${column} > $2
       ORDER BY ${column} LIMIT ${partRowsMax}`,
      [id, after],
    );
  }
}

export interface TaskFilter {
  readonly stage?: Stage;
  readonly status?: Status;
  readonly kind?: AvatarKind;
  readonly type?: LipSyncType;
  readonly target?: Target;
  readonly assigneeId?: string;
  readonly accountId?: string;
}

interface Part {
  readonly table: "task_events" | "task_logs" | "task_rounds";
  readonly column: "seq" | "round";
  readonly after?: number;
}

const partRowsMax = 500;
