import { basename } from "node:path";
import type { UploadPurpose } from "../../config/uploads.ts";
import { type Access, ask } from "./client.ts";
import { handIn } from "./hand-in.ts";

/** A customisation as the command line names it: files by their paths. */
export interface Submission {
  readonly name: string;
  readonly kind: string;
  readonly type: string;
  readonly target: readonly string[];
  readonly take?: string;
  readonly photo?: string;
  readonly sound?: string;
  readonly idle?: string;
  readonly consent: string;
  readonly sentence?: string;
}

const purposes = ["take", "photo", "sound", "idle"] as const;

/** Uploads the files, makes a task for each target and hands it in; yields a line for each step. */
export async function* submitTake(access: Access, submission: Submission): AsyncGenerator<string> {
  const { name, kind, type, target, sentence } = submission;
  const materials: { purpose: UploadPurpose; file: string; name: string }[] = [];
  for (const purpose of purposes) {
    const path = submission[purpose];
    if (path === undefined) continue;
    const file = await handIn(access, purpose, path);
    materials.push({ purpose, file, name: basename(path) });
    yield `${file}  ${purpose} ${path}`;
  }
  const consentFile = await handIn(access, "consent", submission.consent);
  yield `${consentFile}  consent ${submission.consent}`;
  const said = sentence === undefined ? {} : { sentence };
  const wish = { name, kind, type, targets: target, materials, consentFile, ...said };
  const tasks = await ask<readonly { id: string; target: string }[]>(access, "tasks.submit", wish);
  for (const { id, target } of tasks) {
    const task = await ask<{ stage: string; status: string }>(access, "tasks.handIn", { id });
    yield `${id}  ${target}: ${task.stage} ${task.status}`;
  }
}
