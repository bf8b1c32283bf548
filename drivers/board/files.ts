import { execFile } from "node:child_process";
import { accessSync, constants, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** The kernel's files below a root, read leniently: what is not there is undefined. */
export class Files {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  text(path: string): string | undefined {
    try {
      return readFileSync(this.path(path), "utf8").trim();
    } catch {
      // The kernel has a file or it has not, and answers EINVAL for sensors that sleep.
      return undefined;
    }
  }

  number(path: string): number | undefined {
    const text = this.text(path);
    return text === undefined || text === "" || Number.isNaN(Number(text))
      ? undefined
      : Number(text);
  }

  bytes(path: string): number {
    try {
      return readFileSync(this.path(path)).length;
    } catch {
      return 0;
    }
  }

  link(path: string): string | undefined {
    try {
      return readlinkSync(this.path(path));
    } catch {
      return undefined;
    }
  }

  /** Paths that fit, sorted; `*` stays within a level. Links are followed: /sys needs it. */
  list(pattern: string): readonly string[] {
    const levels = pattern.split("/").slice(1);
    return levels.reduce<string[]>((folders, level) => this.#below(folders, level), [""]).sort();
  }

  has(path: string): boolean {
    return this.#may(path, constants.F_OK);
  }

  openable(path: string): boolean {
    return this.#may(path, constants.R_OK | constants.W_OK);
  }

  writable(path: string): boolean {
    return this.#may(path, constants.W_OK);
  }

  path(path: string): string {
    return join(this.#root, path);
  }

  #below(folders: readonly string[], level: string): string[] {
    const fits = new RegExp(`^${level.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
    if (!/[*[]/.test(level)) {
      return folders.map((folder) => `${folder}/${level}`).filter((path) => this.has(path));
    }
    return folders.flatMap((folder) =>
      this.#names(folder)
        .filter((name) => fits.test(name))
        .map((name) => `${folder}/${name}`),
    );
  }

  #names(folder: string): readonly string[] {
    try {
      return readdirSync(this.path(folder || "/"));
    } catch {
      // Not there, no folder, or not for this user: nothing to be found in it.
      return [];
    }
  }

  #may(path: string, mode: number): boolean {
    try {
      accessSync(this.path(path), mode);
      return true;
    } catch {
      return false;
    }
  }
}

/** What a program printed, or why it could not say. */
export type Answer = { readonly text: string } | { readonly reason: string };

const answerMsMax = 3_000;

/** Runs a program of the system that answers quickly. */
export function ask(file: string, args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { timeout: answerMsMax, maxBuffer: 4 * 1024 * 1024, env: plainEnvironment() };
    execFile(file, [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve({ text: stdout });
      else if (error.code === "ENOENT") resolve({ reason: `${file} is not installed` });
      else if (error.killed) resolve({ reason: `${file} has no answer after ${answerMsMax} ms` });
      else resolve({ reason: `${file}: ${stderr.trim().split("\n")[0] || error.message}` });
    });
  });
}

/** Answers are parsed: they have to be in English. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: "C" };
}
