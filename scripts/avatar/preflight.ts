import { spawn } from "node:child_process";
import { join } from "node:path";
import { Value } from "typebox/value";
import { type Preflight, preflightSchema } from "../../config/preflight.ts";
import { python } from "./build/needs.ts";

/** What else is known of the material; see `scripts/train-avatar/preflight.py`. */
export interface PreflightOptions {
  readonly audio?: string;
  /** An idle clip: the take then needs no silence. */
  readonly idle?: string;
  readonly photo?: boolean;
  readonly type?: "instant" | "studio";
  /** The face by hand: x, y, width, height in pixels. */
  readonly box?: readonly number[];
  /** Least and most duration of a take, by default 60 and 600. */
  readonly seconds?: readonly [number, number];
  /** Folder for pictures of the report. */
  readonly pictures?: string;
  readonly signal?: AbortSignal;
  /** Frames looked at, of how many. */
  readonly progress?: (done: number, of: number) => void;
}

/**
 * Checks a take or a photo in a process of its own. Bad material is an answer, not an error; throws
 * an Error where the program itself fails, with its last words.
 */
export async function preflight(file: string, options: PreflightOptions): Promise<Preflight> {
  const { status, output, words } = await run([program, file, ...argumentsOf(options)], options);
  if (status !== 0 && status !== refused) {
    throw new Error(`Cannot check ${file}: preflight.py ended with ${status}: ${words}`);
  }
  const document: unknown = JSON.parse(output);
  if (Value.Check(preflightSchema, document)) return document;
  const [error] = Value.Errors(preflightSchema, document);
  throw new Error(`Cannot check ${file}: answer at ${error?.instancePath}: ${error?.message}`);
}

const program = join(import.meta.dirname, "../train-avatar/preflight.py");
const refused = 2;

/** Sums in one order give one result; the second core is somebody else's. */
const environment = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };

function argumentsOf(options: PreflightOptions): string[] {
  const pairs = [
    ["--audio", options.audio],
    ["--idle", options.idle],
    ["--type", options.type],
    ["--box", options.box?.join(",")],
    ["--seconds", options.seconds?.join(",")],
    ["--pictures", options.pictures],
  ];
  const given = pairs.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return options.photo ? [...given, "--photo"] : given;
}

interface Ended {
  readonly status: number | NodeJS.Signals;
  readonly output: string;
  /** The last line of standard error that is no progress. */
  readonly words: string;
}

function run(words: readonly string[], options: PreflightOptions): Promise<Ended> {
  const child = spawn(python, words, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
    ...(options.signal && { signal: options.signal }),
  });
  const output: Buffer[] = [];
  const log = new Log(options.progress);
  child.stdout.on("data", (piece: Buffer) => void output.push(piece));
  child.stderr.setEncoding("utf8").on("data", (piece: string) => log.add(piece));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const status = code ?? signal ?? "SIGKILL";
      resolve({ status, output: Buffer.concat(output).toString("utf8"), words: log.last });
    });
  });
}

/** Lines of standard error: progress is told on, the last other one is kept. */
class Log {
  readonly #progress: PreflightOptions["progress"];
  #rest = "";
  last = "no word";

  constructor(progress: PreflightOptions["progress"]) {
    this.#progress = progress;
  }

  add(piece: string): void {
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    const [, done, of] = /^\{"done": (\d+), "of": (\d+)/.exec(line) ?? [];
    if (done !== undefined) this.#progress?.(Number(done), Number(of));
    else if (line.trim() !== "") this.last = line.trim();
  }
}
