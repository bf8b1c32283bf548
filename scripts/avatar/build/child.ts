import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { python } from "./needs.ts";
import { BuildRefused, type Trouble } from "./trouble.ts";

const root = join(import.meta.dirname, "../../..");
const programs = join(root, "scripts/train-avatar");
/** Of what a broken program said last. */
const logLinesMax = 20;

/** How far a step is, in its own units. */
export interface Progress {
  readonly done: number;
  readonly of: number;
  readonly text: string;
}

/** Who hears of a step while it runs. */
export interface Listener {
  progress(step: string, progress: Progress): void;
  trouble(step: string, trouble: Trouble): void;
}

/**
 * A step's program at work. Its standard output is `pixels`; `ended` resolves when it ended well,
 * and rejects with a BuildRefused or with what a broken program said last.
 */
export interface Child extends AsyncDisposable {
  readonly pixels: Readable;
  readonly ended: Promise<void>;
}

export function startStep(
  name: string,
  words: readonly string[],
  threads: number,
  listener: Listener,
): Child {
  const child = spawn(python, [join(programs, `${name}.py`), ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment(threads) },
  });
  const ended = follow(name, child, listener);
  ended.catch(() => {}); // The caller awaits `ended` later; until then nobody listens.
  return {
    pixels: child.stdout,
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, "exit");
    },
  };
}

/** One result on every machine: sums in one order. The checkout's own Node is found first. */
function environment(threads: number): NodeJS.ProcessEnv {
  const count = String(threads);
  const path = [dirname(process.execPath), join(root, "node_modules/.bin"), process.env.PATH];
  return {
    ...{ OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count },
    ...{ PYTHONDONTWRITEBYTECODE: "1", PYTHONHASHSEED: "0", PATH: path.join(":") },
  };
}

async function follow(
  name: string,
  child: ChildProcessByStdio<null, Readable, Readable>,
  listener: Listener,
): Promise<void> {
  const troubles: Trouble[] = [];
  const log: string[] = [];
  const ended = once(child, "close");
  for await (const line of createInterface({ input: child.stderr })) {
    const told = parse(line);
    if (told?.trouble) {
      if (told.trouble.severity !== "warning") troubles.push(told.trouble);
      listener.trouble(name, told.trouble);
    } else if (told?.text !== undefined) listener.progress(name, told as Progress);
    else log.push(line);
  }
  const [status, signal] = await ended;
  if (status === 0) return;
  if (troubles.length > 0) throw new BuildRefused(name, troubles);
  const last = log.slice(-logLinesMax).map((line) => `\n  ${line}`);
  const end = signal ? `was ended by ${signal}` : `ended with status ${status}`;
  throw new Error(`Cannot build avatar: step ${name} ${end}${last.join("")}`);
}

/** A line of progress or trouble; undefined: a line of the log. */
function parse(line: string): ({ trouble?: Trouble } & Partial<Progress>) | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    // A log line that happens to begin with a brace.
    return undefined;
  }
}
