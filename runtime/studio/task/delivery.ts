import type { Database, Queries } from "../../../drivers/database/database.ts";
import type { Act } from "../act.ts";
import { attempt } from "../attempt.ts";
import type { Queue } from "../queue/queue.ts";
import { forbidden, invalid, Refusal } from "../refusal.ts";
import type { Journal } from "./journal.ts";
import type { StepName } from "./steps.ts";
import type { Task } from "./task.ts";

/** Customisation tasks as the delivery team has to do with them. */
export class Delivery {
  readonly #database: Database;
  readonly #journal: Journal;
  readonly #queue: Queue;

  constructor(database: Database, journal: Journal, queue: Queue) {
    this.#database = database;
    this.#journal = journal;
    this.#queue = queue;
  }

  /** Who of the team looks after it; null: nobody in particular. */
  async assign(act: Act, id: string, assigneeId: string | null): Promise<Task | Refusal> {
    if (act.actor.role === "customer") return forbidden("assign a task", act.actor.role);
    return attempt(this.#database, async (queries) => {
      const task = await this.#journal.find(queries, act, id);
      if (task instanceof Refusal) return task;
      if (assigneeId !== null && !(await isStaff(queries, assigneeId))) {
        return invalid("/assigneeId", `Cannot assign to ${assigneeId}: one of the staff is due`);
      }
      await queries.query("UPDATE tasks SET assignee_id = $2, changed_ms = $3 WHERE id = $1", [
        ...[id, assigneeId, act.nowMs],
      ]);
      await this.#journal.note(queries, act, task, { step: "assign", reason: assigneeId ?? "" });
      return this.#journal.find(queries, act, id);
    });
  }

  /** The material is good: it is processed and trained. */
  approve(act: Act, id: string): Promise<Task | Refusal> {
    return this.#build(act, id, "approve");
  }

  /** The material, or the wish, will not do; `reason` of 1 to 300 characters. */
  turnDown(act: Act, id: string, reason: string): Promise<Task | Refusal> {
    return attempt(this.#database, async (queries) => {
      const task = await this.#journal.find(queries, act, id);
      if (task instanceof Refusal) return task;
      return this.#journal.move(queries, act, task, { step: "turn-down", reason });
    });
  }

  /** Another try of a task whose training failed. */
  retry(act: Act, id: string): Promise<Task | Refusal> {
    return this.#build(act, id, "retry");
  }

  #build(act: Act, id: string, step: StepName): Promise<Task | Refusal> {
    return attempt(this.#database, async (queries) => {
      const task = await this.#journal.find(queries, act, id);
      if (task instanceof Refusal) return task;
      const moved = await this.#journal.move(queries, act, task, { step });
      if (moved instanceof Refusal) return moved;
      // What is left of an earlier try must not run beside this one.
      await this.#queue.cancel(queries, id);
      const { accountId } = task;
      const work = { kind: "build", subject: id, accountId, nowMs: act.nowMs } as const;
      await this.#queue.add(queries, work);
      return moved;
    });
  }
}

async function isStaff(queries: Queries, id: string): Promise<boolean> {
  const sql = "SELECT id FROM persons WHERE id = $1 AND role <> 'customer' AND disabled = 0";
  return (await queries.query(sql, [id])).length === 1;
}
