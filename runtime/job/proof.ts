import { createHash } from "node:crypto";
import type { Job, JobDetail, JobState } from "./job.ts";

/** `completed` is the proof of speech: it names what was said, as far as its words are known. */
export function proofOf({ text }: Job, state: JobState): JobDetail {
  if (state !== "completed" || text === "") return {};
  return { textSha256: createHash("sha256").update(text).digest("hex") };
}
