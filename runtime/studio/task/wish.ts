import { limits } from "../../../config/limits.ts";
import { targets } from "../quota/quota.ts";
import { invalid, type Refusal } from "../refusal.ts";
import type { Material, TaskWish } from "./task.ts";

/** What of a task its customer may still change. */
export type Revision = Partial<Pick<TaskWish, "name" | "materials" | "consentFile" | "sentence">>;

/** What is wrong with a submission as it was handed in. */
export function submissionError(wish: TaskWish): Refusal | undefined {
  const wanted = wish.targets;
  const known = wanted.every((target) => targets.includes(target));
  if (!known || wanted.length < 1 || new Set(wanted).size !== wanted.length) {
    const is = `targets are ${wanted.join(", ") || "none"}`;
    return invalid("/targets", `Cannot submit: ${is}, client, cloud or both are due`);
  }
  return revisionError(wish);
}

/** What is wrong with the parts that may be changed. */
export function revisionError(wish: Revision): Refusal | undefined {
  const chars = [...(wish.name ?? "name").trim()].length;
  if (chars < 1 || chars > nameCharsMax) {
    const is = `name has ${chars} characters`;
    return invalid("/name", `Cannot submit: ${is}, 1 to ${nameCharsMax} are due`);
  }
  const bytes = new TextEncoder().encode(wish.sentence ?? "").length;
  if (bytes > limits.studioSentenceBytesMax) {
    const is = `sentence has ${bytes} bytes, limit is ${limits.studioSentenceBytesMax}`;
    return invalid("/sentence", `Cannot submit: ${is}`);
  }
  const count = wish.materials?.length ?? 0;
  if (count <= limits.studioMaterialsMax) return undefined;
  const is = `${count} files, limit is ${limits.studioMaterialsMax}`;
  return invalid("/materials", `Cannot submit ${is}`);
}

/** What is still missing before the material can be checked. */
export function handInError(task: {
  readonly kind: string;
  readonly materials: readonly Material[];
  readonly consentFile: string | null;
}): Refusal | undefined {
  const purpose = task.kind === "photo" ? "photo" : "take";
  if (!task.materials.some((material) => material.purpose === purpose)) {
    const is = `there is no ${purpose}, one is due`;
    return invalid("/materials", `Cannot hand in: ${is}`);
  }
  if (task.consentFile !== null) return undefined;
  const due = "that of the person who is shown is due";
  return invalid("/consentFile", `Cannot hand in: there is no consent, ${due}`);
}

const nameCharsMax = 64;
