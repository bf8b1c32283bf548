import type { Actor } from "../act.ts";
import type { Stage, Status, Task } from "./task.ts";

/** A stage, and where within it. */
export type Place = `${Stage} ${Status}`;

export type StepName = keyof typeof steps;

interface Step {
  readonly from: readonly Place[];
  readonly to: Place;
  readonly by: readonly Actor["role"][];
}

/** Everything that can happen to a task. What is not here cannot. */
export const steps = {
  "hand-in": {
    from: ["SUBMIT open", "SUBMIT refused"],
    to: "SUBMIT checking",
    by: ["customer", "delivery", "administrator"],
  },
  "check-passed": { from: ["SUBMIT checking"], to: "AUDIT waiting", by: ["system"] },
  "check-failed": { from: ["SUBMIT checking"], to: "SUBMIT refused", by: ["system"] },
  approve: { from: ["AUDIT waiting"], to: "PROCESS queued", by: ["delivery", "administrator"] },
  "turn-down": { from: ["AUDIT waiting"], to: "SUBMIT refused", by: ["delivery", "administrator"] },
  // From `running` as well: another worker goes on with what one that died left.
  begin: {
    from: ["PROCESS queued", "PROCESS running", "TRAIN running"],
    to: "PROCESS running",
    by: ["system"],
  },
  processed: { from: ["PROCESS running"], to: "TRAIN running", by: ["system"] },
  "try-again": {
    from: ["PROCESS queued", "PROCESS running", "TRAIN running"],
    to: "PROCESS queued",
    by: ["system"],
  },
  "process-failed": {
    from: ["PROCESS queued", "PROCESS running"],
    to: "PROCESS failed",
    by: ["system"],
  },
  "train-failed": { from: ["TRAIN running"], to: "TRAIN failed", by: ["system"] },
  retry: {
    from: ["PROCESS failed", "TRAIN failed"],
    to: "PROCESS queued",
    by: ["delivery", "administrator"],
  },
  trained: { from: ["TRAIN running"], to: "CONFIRM waiting", by: ["system"] },
  // A photo avatar has no CONFIRM: it waits here only as long as there is no quota.
  "photo-trained": { from: ["TRAIN running"], to: "TRAIN waiting", by: ["system"] },
  accept: {
    from: ["CONFIRM waiting", "TRAIN waiting"],
    to: "END accepted",
    by: ["customer", "administrator", "system"],
  },
  // Another round: the delivery team looks at the reason, and trains again or asks for material.
  reject: { from: ["CONFIRM waiting"], to: "AUDIT waiting", by: ["customer", "administrator"] },
  cancel: {
    from: [
      ...(["SUBMIT open", "SUBMIT checking", "SUBMIT refused", "AUDIT waiting"] as const),
      ...(["PROCESS queued", "PROCESS running", "PROCESS failed"] as const),
      ...(["TRAIN running", "TRAIN failed", "TRAIN waiting", "CONFIRM waiting"] as const),
    ],
    to: "END cancelled",
    by: ["customer", "delivery", "administrator"],
  },
} as const satisfies Readonly<Record<string, Step>>;

export function placeOf({ stage, status }: Pick<Task, "stage" | "status">): Place {
  return `${stage} ${status}`;
}

/** What this role may do with the task now. */
export function stepsFrom(task: Pick<Task, "stage" | "status">, role: Actor["role"]): StepName[] {
  const names = Object.keys(steps) as StepName[];
  return names.filter((name) => {
    const { from, by }: Step = steps[name];
    return from.includes(placeOf(task)) && by.includes(role);
  });
}
