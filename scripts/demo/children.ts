import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program that runs beside the demo and is told to stop with it. */
export class Child implements AsyncDisposable {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #exit: Promise<unknown[]>;

  constructor(name: string, command: readonly [string, ...string[]], onLine?: LineListener) {
    const [file, ...args] = command;
    this.name = name;
    this.#process = spawn(file, args, {
      stdio: ["ignore", onLine ? "pipe" : "inherit", "inherit"],
    });
    this.#exit = once(this.#process, "exit");
    const { stdout } = this.#process;
    if (stdout && onLine) createInterface({ input: stdout }).on("line", onLine);
  }

  /** Resolves with the exit status, or rejects when the program could not be started. */
  async ended(): Promise<number> {
    const [code] = (await this.#exit) as [number | null];
    return code ?? 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null) this.#process.kill("SIGTERM");
    await this.#exit.catch(() => {});
  }
}

type LineListener = (line: string) => void;
