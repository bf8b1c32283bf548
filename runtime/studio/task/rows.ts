import type { AvatarKind, LipSyncType } from "../../../config/skus.ts";
import type { Target } from "../quota/quota.ts";
import type { Round, Stage, Status, Task, TaskEvent, TaskLog } from "./task.ts";

/** A task with the round it is in, as far as that is trained. */
export const selectTasks = `SELECT t.*, r.demos, r.build FROM tasks t
  LEFT JOIN task_rounds r ON r.task_id = t.id AND r.round = t.round`;

export type TaskRow = {
  readonly id: string;
  readonly account_id: string;
  readonly pair_id: string;
  readonly submitted_by: string;
  readonly name: string;
  readonly kind: AvatarKind;
  readonly type: LipSyncType;
  readonly target: Target;
  readonly avatar_id: string;
  readonly stage: Stage;
  readonly status: Status;
  readonly round: number;
  readonly progress: number;
  readonly note: string;
  readonly findings: string;
  readonly materials: string;
  readonly consent_file: string | null;
  readonly sentence: string;
  readonly assignee_id: string | null;
  readonly created_ms: number;
  readonly changed_ms: number;
  readonly ended_ms: number | null;
  readonly demos: string | null;
  readonly build: string | null;
};

export function taskOf(row: TaskRow): Task {
  return {
    id: row.id,
    accountId: row.account_id,
    pairId: row.pair_id,
    submittedBy: row.submitted_by,
    name: row.name,
    kind: row.kind,
    type: row.type,
    target: row.target,
    avatarId: row.avatar_id,
    stage: row.stage,
    status: row.status,
    round: row.round,
    progress: row.progress,
    note: row.note,
    findings: JSON.parse(row.findings),
    materials: JSON.parse(row.materials),
    consentFile: row.consent_file,
    sentence: row.sentence,
    assigneeId: row.assignee_id,
    demos: row.demos === null ? [] : JSON.parse(row.demos),
    build: row.build ?? "",
    createdMs: row.created_ms,
    changedMs: row.changed_ms,
    endedMs: row.ended_ms,
  };
}

export type EventRow = {
  readonly seq: number;
  readonly at_ms: number;
  readonly by_id: string;
  readonly step: string;
  readonly stage: Stage;
  readonly status: Status;
  readonly round: number;
  readonly reason: string;
};

export function eventOf(row: EventRow): TaskEvent {
  const { seq, at_ms: atMs, by_id: by, step, stage, status, round, reason } = row;
  return { seq, atMs, by, step, stage, status, round, reason };
}

export type LogRow = {
  readonly seq: number;
  readonly at_ms: number;
  readonly round: number;
  readonly text: string;
};

export function logOf({ seq, at_ms: atMs, round, text }: LogRow): TaskLog {
  return { seq, atMs, round, text };
}

export type RoundRow = {
  readonly round: number;
  readonly demos: string;
  readonly build: string;
  readonly trained_ms: number;
};

export function roundOf({ round, demos, build, trained_ms }: RoundRow): Round {
  return { round, demos: JSON.parse(demos), build, trainedMs: trained_ms };
}
