import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { python } from "../../scripts/avatar/build/needs.ts";

const root = join(import.meta.dirname, "../..");

/** What a step says of material that it does not like. */
export interface Trouble {
  readonly code: string;
  readonly severity: string;
  readonly advice: string;
}

/** Work folders of avatar builds, and the programs of scripts/train-avatar at work in them. */
export class BuildSteps {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A work folder with an order for clips; a take may be as short as eight seconds. */
  order(name: string, clips: object): string {
    const work = join(this.#folder, name);
    mkdirSync(work);
    const document = { seconds: [8, 600], types: ["instant"], actions: [], ...clips };
    writeFileSync(join(work, "build.json"), JSON.stringify(document));
    return work;
  }

  /** Runs a step and reads what it leaves. */
  run<R>(work: string, step: string): R {
    const { status, log } = this.attempt(work, step);
    assert.equal(status, 0, log);
    return JSON.parse(readFileSync(join(work, step, "result.json"), "utf8"));
  }

  attempt(work: string, step: string) {
    const path = `${join(root, "node_modules/.bin")}:${process.env.PATH}`;
    const env = { ...process.env, PATH: path, OMP_NUM_THREADS: "1", PYTHONDONTWRITEBYTECODE: "1" };
    const program = join(root, "scripts/train-avatar", `${step}.py`);
    const { status, stderr } = spawnSync(python, [program, work], { env });
    const lines = stderr.toString().split("\n");
    const troubles: Trouble[] = lines
      .filter((line) => line.startsWith('{"trouble"'))
      .map((line) => JSON.parse(line).trouble);
    return { status, troubles, log: lines.slice(-20).join("\n") };
  }
}
