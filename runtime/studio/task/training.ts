import type { Database, Queries } from "../../../drivers/database/database.ts";
import type { Acceptance } from "../accept/acceptance.ts";
import { type Act, systemAct } from "../act.ts";
import { attempt } from "../attempt.ts";
import type { Queue } from "../queue/queue.ts";
import type { Work } from "../queue/work.ts";
import { Refusal } from "../refusal.ts";
import type { Journal } from "./journal.ts";
import type { StepName } from "./steps.ts";
import type { Demo, MaterialFinding, Task } from "./task.ts";

/**
 * Customisation tasks as workers have to do with them, by the piece of work that they hold. A
 * worker whose lease is lost is refused with LEASE_LOST and changes nothing.
 */
export class Training {
  readonly #database: Database;
  readonly #journal: Journal;
  readonly #queue: Queue;
  readonly #acceptance: Acceptance;

  constructor(database: Database, journal: Journal, queue: Queue, acceptance: Acceptance) {
    this.#database = database;
    this.#journal = journal;
    this.#queue = queue;
    this.#acceptance = acceptance;
  }

  /** The task that a piece of `check` or `build` is about. */
  task(work: Work, nowMs: number): Promise<Task | Refusal> {
    return this.#journal.find(this.#database, systemAct(work.accountId, nowMs), work.subject);
  }

  /** The end of a check: with an error among the findings it is the customer's turn again. */
  checked(
    work: Work,
    { findings }: { readonly findings: readonly MaterialFinding[] },
    nowMs: number,
  ): Promise<Task | Refusal> {
    return this.#holding(work, nowMs, async (queries, act, task) => {
      const error = findings.find(({ severity }) => severity === "error");
      const step = error ? "check-failed" : "check-passed";
      const reason = error?.message ?? "";
      const moved = await this.#journal.move(queries, act, task, { step, reason });
      if (moved instanceof Refusal) return moved;
      const done = await this.#queue.finish(queries, work);
      if (done instanceof Refusal) return done;
      await queries.query("UPDATE tasks SET findings = $2 WHERE id = $1", [
        task.id,
        JSON.stringify(findings),
      ]);
      return this.#journal.find(queries, act, task.id);
    });
  }

  /** A worker begins a build, or goes on with one. */
  began(work: Work, nowMs: number): Promise<Task | Refusal> {
    return this.#step(work, nowMs, "begin");
  }

  /** The material is prepared, training begins. */
  processed(work: Work, nowMs: number): Promise<Task | Refusal> {
    return this.#step(work, nowMs, "processed");
  }

  /** `progress`: 0 to 1 of the stage. */
  progress(
    work: Work,
    { progress, note }: { readonly progress: number; readonly note: string },
    nowMs: number,
  ): Promise<Task | Refusal> {
    return this.#holding(work, nowMs, async (queries, act, task) => {
      await queries.query(
        "UPDATE tasks SET progress = $2, note = $3, changed_ms = $4 WHERE id = $1",
        [task.id, Math.min(Math.max(progress, 0), 1), note, nowMs],
      );
      return this.#journal.find(queries, act, task.id);
    });
  }

  log(work: Work, lines: readonly string[], nowMs: number): Promise<Task | Refusal> {
    return this.#holding(work, nowMs, async (queries, _act, task) => {
      for (const text of lines) {
        await queries.query(
          `INSERT INTO task_logs (task_id, seq, at_ms, round, text)
           SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4 FROM task_logs WHERE task_id = $1`,
          [task.id, nowMs, task.round, text.slice(0, lineCharsMax)],
        );
      }
      return task;
    });
  }

  /**
   * The end of a build: the demos are shown in Avatar Settings. A photo avatar skips CONFIRM and is
   * accepted at once, if there is a quota; if not it waits for one.
   */
  trained(
    work: Work,
    { demos, build }: { readonly demos: readonly Demo[]; readonly build: string },
    nowMs: number,
  ): Promise<Task | Refusal> {
    return this.#holding(work, nowMs, async (queries, act, task) => {
      const step = task.kind === "photo" ? "photo-trained" : "trained";
      const wrong = this.#journal.stepError(act, task, step);
      // Before the row: another end of this round would be a trouble of the database.
      if (wrong) return wrong;
      await queries.query(
        `INSERT INTO task_rounds (task_id, round, demos, build, trained_ms)
         VALUES ($1, $2, $3, $4, $5)`,
        [task.id, task.round, JSON.stringify(demos), build, nowMs],
      );
      const moved = await this.#journal.move(queries, act, task, { step });
      const done = await this.#queue.finish(queries, work);
      if (moved instanceof Refusal) return moved;
      if (done instanceof Refusal) return done;
      if (task.kind !== "photo") return moved;
      const accepted = await this.#acceptance.acceptWithin(queries, act, moved);
      if (!(accepted instanceof Refusal)) return accepted.task;
      return accepted.code === "NO_QUOTA" ? moved : accepted;
    });
  }

  /** A try that failed: another follows later, unless it was the last or another is of no use. */
  failed(
    work: Work,
    { message, final = false }: { readonly message: string; readonly final?: boolean },
    nowMs: number,
  ): Promise<Task | Refusal> {
    return this.#holding(work, nowMs, async (queries, act, task) => {
      const failure = { error: message, final };
      const state = await this.#queue.giveUp(queries, work, failure, nowMs);
      if (state instanceof Refusal) return state;
      if (state === "dead") return this.#fail(queries, act, task, message);
      if (work.kind === "check") return task;
      return this.#journal.move(queries, act, task, { step: "try-again", reason: message });
    });
  }

  /** A dead letter: no worker came to an end with it. */
  async buried(queries: Queries, work: Work, nowMs: number): Promise<void> {
    if (work.kind !== "check" && work.kind !== "build") return;
    const act = systemAct(work.accountId, nowMs);
    const task = await this.#journal.find(queries, act, work.subject);
    if (!(task instanceof Refusal)) await this.#fail(queries, act, task, work.error);
  }

  /** No more tries: a check's task goes back to its customer, a build's to the delivery team. */
  #fail(queries: Queries, act: Act, task: Task, reason: string): Promise<Task | Refusal> {
    const inTraining = task.stage === "TRAIN" ? "train-failed" : "process-failed";
    const step = task.stage === "SUBMIT" ? "check-failed" : inTraining;
    return this.#journal.move(queries, act, task, { step, reason });
  }

  #step(work: Work, nowMs: number, step: StepName): Promise<Task | Refusal> {
    return this.#holding(work, nowMs, (queries, act, task) =>
      this.#journal.move(queries, act, task, { step }),
    );
  }

  #holding(work: Work, nowMs: number, change: Change): Promise<Task | Refusal> {
    const act = systemAct(work.accountId, nowMs);
    return attempt(this.#database, async (queries) => {
      const held = await this.#queue.holds(queries, work);
      if (held instanceof Refusal) return held;
      const task = await this.#journal.find(queries, act, work.subject);
      return task instanceof Refusal ? task : change(queries, act, task);
    });
  }
}

type Change = (queries: Queries, act: Act, task: Task) => Promise<Task | Refusal>;

const lineCharsMax = 2_000;
