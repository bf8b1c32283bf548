import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment of the child. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Programs that write what they say to one log file. */
export class CommandLog {
  readonly file: string;

  /** Starts the log anew. */
  constructor(file: string) {
    this.file = file;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "");
  }

  /** Runs a program to its end. Throws an error with the log's last lines when it fails. */
  async run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<void> {
    const log = openSync(this.file, "a");
    const child = spawn(program, args, {
      stdio: ["ignore", log, log],
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const outcome = await new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) => resolve(signal ?? `status ${code}`));
    });
    closeSync(log);
    if (outcome !== "status 0") throw new Error(this.#failure(program, outcome));
  }

  #failure(program: string, outcome: string): string {
    const lines = readFileSync(this.file, "utf8").trimEnd().split("\n").slice(-linesShown);
    return `Cannot run ${program}: it ended with ${outcome}, see ${this.file}\n${lines.join("\n")}`;
  }
}

const linesShown = 20;
