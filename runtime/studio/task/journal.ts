import type { Queries } from "../../../drivers/database/database.ts";
import { type Act, sees } from "../act.ts";
import type { Audit } from "../audit/audit.ts";
import { forbidden, invalid, Refusal, unknown } from "../refusal.ts";
import { selectTasks, type TaskRow, taskOf } from "./rows.ts";
import { placeOf, type StepName, steps } from "./steps.ts";
import type { Stage, Status, Task } from "./task.ts";

/** Moves tasks by the table of steps, and writes each step into their history. */
export class Journal {
  readonly #audit: Audit;

  constructor(audit: Audit) {
    this.#audit = audit;
  }

  /** The task, where this actor may see it. */
  async find(queries: Pick<Queries, "query">, act: Act, id: string): Promise<Task | Refusal> {
    const [row] = await queries.query<TaskRow>(`${selectTasks} WHERE t.id = $1`, [id]);
    return row && sees(act.actor, row.account_id) ? taskOf(row) : unknown("task", id);
  }

  /** One step, or why it cannot follow; `task` is as it stands in this transaction. */
  async move(
    queries: Queries,
    act: Act,
    task: Task,
    { step, reason = "" }: { readonly step: StepName; readonly reason?: string },
  ): Promise<Task | Refusal> {
    const wrong = this.stepError(act, task, step) ?? reasonError(step, reason);
    if (wrong) return wrong;
    const [stage, status] = steps[step].to.split(" ") as [Stage, Status];
    const round = step === "reject" ? task.round + 1 : task.round;
    const ended = stage === "END" ? act.nowMs : null;
    await queries.query(
      `UPDATE tasks SET stage = $2, status = $3, round = $4, progress = 0, note = $5,
       changed_ms = $6, ended_ms = $7 WHERE id = $1`,
      [task.id, stage, status, round, reason, act.nowMs, ended],
    );
    const moved = { ...task, stage, status, round };
    await this.note(queries, act, moved, { step, reason });
    return this.find(queries, act, task.id);
  }

  /** Why this step cannot follow, or not for this role. */
  stepError({ actor }: Act, task: Task, step: StepName): Refusal | undefined {
    const { from, by } = steps[step];
    if (!(by as readonly string[]).includes(actor.role)) {
      return forbidden(`${step} a task`, actor.role);
    }
    if ((from as readonly string[]).includes(placeOf(task))) return undefined;
    const is = `task ${task.id} is at ${placeOf(task)}, ${from.join(" or ")} is due`;
    return new Refusal("WRONG_STEP", `Cannot ${step}: ${is}`);
  }

  /** A line of the task's history. */
  async note(
    queries: Queries,
    act: Act,
    task: Task,
    { step, reason }: { readonly step: string; readonly reason: string },
  ): Promise<void> {
    const { id, stage, status, round, accountId } = task;
    await queries.query(
      `INSERT INTO task_events (task_id, seq, at_ms, by_id, step, stage, status, round, reason)
       SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5, $6, $7, $8
       FROM task_events WHERE task_id = $1`,
      [id, act.nowMs, act.actor.userId, step, stage, status, round, reason],
    );
    if (act.actor.role === "system") return;
    await this.#audit.write(queries, act, { accountId, action: `task.${step}`, subject: id });
  }
}

function reasonError(step: StepName, reason: string): Refusal | undefined {
  if (!peopleGive.has(step)) return undefined;
  const due = `a reason of 1 to ${reasonCharsMax} characters is due`;
  if (mustGive.has(step) && reason.trim() === "") {
    return invalid("/reason", `Cannot ${step}: there is no reason, ${due}`);
  }
  const chars = [...reason].length;
  if (chars <= reasonCharsMax) return undefined;
  return invalid("/reason", `Cannot ${step}: reason has ${chars} characters, ${due}`);
}

/** As in the vendor's process. */
const reasonCharsMax = 300;
const mustGive: ReadonlySet<StepName> = new Set<StepName>(["turn-down", "reject"]);
const peopleGive: ReadonlySet<StepName> = new Set<StepName>(["turn-down", "reject", "cancel"]);
