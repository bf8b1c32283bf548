import type { JobDetail, JobState } from "./job.ts";

/** The job at hand has to end now, in `state`; `by` is the job that wants it so. */
export interface Stop {
  readonly jobId: string;
  readonly state: "interrupted" | "cancelled" | "expired";
  readonly reason: "interrupt" | "replace" | "cancel" | "expired";
  readonly by?: string;
}

/** Why the job at hand comes to this end, when that was asked for. */
export function whyOf(stop: Stop | undefined, state: JobState): JobDetail {
  if (!stop || state !== stop.state) return {};
  const { reason, by } = stop;
  return by === undefined ? { reason } : { reason, by };
}
