import { execFile } from "node:child_process";
import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Tier } from "../../../config/tiers.ts";
import type { Task } from "../../../runtime/studio/task/task.ts";
import type { Bench } from "./bench.ts";

/** What a film of one tier usually takes. */
export const filmSeconds = 20;

const command = join(import.meta.dirname, "../../frontdesk.ts");

/** Films the package saying the task's sentence; gives the film's id in the vault. */
export async function makeFilm(
  { vault, voice, workFolder }: Bench,
  task: Task,
  { folder, tier }: { readonly folder: string; readonly tier: Tier },
  held: AbortSignal,
): Promise<string> {
  const path = join(workFolder, task.id, `${tier}-${process.pid}.mp4`);
  const text = task.sentence || usualSentence(task.name);
  const words = ["render", folder, `--text=${text}`, "--lang", languageOf(text)];
  const options = ["--tier", tier, "--out", path, ...(voice ? ["--voice", voice] : [])];
  try {
    await promisify(execFile)(process.execPath, [command, ...words, ...options], { signal: held });
    const { size } = await stat(path);
    const file = `demo-${task.id}-r${task.round}-${tier}`;
    // Of an earlier try that nobody has seen.
    await vault.remove(file);
    await vault.begin(file, size, { name: `${task.avatarId}-${tier}.mp4`, type: "video/mp4" });
    await vault.append(file, 0, createReadStream(path));
    return file;
  } finally {
    await rm(path, { force: true });
  }
}

/** What is said where nobody chose a sentence, in the language of the name's script. */
function usualSentence(name: string): string {
  if (languageOf(name) === "cmn") return `您好，我是${name}，很高兴为您服务。`;
  return `Hello, I am ${name}. I will be glad to greet your visitors.`;
}

/** By the script of the text, as far as it tells one; else English. */
function languageOf(text: string): string {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return "ja";
  return /\p{Script=Han}/u.test(text) ? "cmn" : "en-US";
}
