import type { JobState } from "./job.ts";

/** Whether a job may go from one state to the next. */
export function mayFollow(state: JobState, next: JobState): boolean {
  return successors[state].includes(next);
}

/** Every step a job can take. What is not here is a broken program. */
const successors: Readonly<Record<JobState, readonly JobState[]>> = {
  received: ["validated", "rejected"],
  // Straight to `completed`: a request to stop, which has nothing to say.
  validated: ["queued", "completed", "rejected"],
  queued: ["preparing", "cancelled", "expired", "failed"],
  // Back to `queued`: the power went before the first sound.
  preparing: ["queued", "speaking", "failed", "cancelled", "interrupted", "expired"],
  // To itself with a new `spokenMs`; back to `queued` when it asked to be replayed.
  speaking: ["speaking", "queued", "completed", "failed", "cancelled", "interrupted"],
  completed: [],
  failed: [],
  cancelled: [],
  expired: [],
  interrupted: [],
  rejected: [],
};
