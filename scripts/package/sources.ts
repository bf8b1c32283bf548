import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/**
 * Copies what runs: all of config/, drivers/ and runtime/, and of scripts/ what the command line
 * reaches, by imports or by the address of a file that is started, such as a worker.
 */
export function copySources(root: string, target: string): void {
  const isC = (path: string): boolean => path.endsWith(".c");
  for (const folder of ["config", "drivers", "runtime"]) {
    const options = { recursive: true, filter: (path: string) => !isC(path) };
    cpSync(join(root, folder), join(target, folder), options);
  }
  const scripts = new Set(entries.flatMap((entry) => reachable(root, entry)));
  for (const file of [...scripts, ...besides]) copy(root, target, file);
  const isProgram = (path: string): boolean => !/\.\w+$/.test(path) || path.endsWith(".py");
  const options = { recursive: true, filter: isProgram };
  cpSync(join(root, avatarSteps), join(target, avatarSteps), options);
}

/** What is started by itself: the command line, and what steps of an avatar's build start. */
const entries = ["scripts/frontdesk.ts", "scripts/avatar/features.ts", "scripts/avatar/units.ts"];

/** Python, started by its path. */
const avatarSteps = "scripts/train-avatar";

/** Read by name when the daemon runs. */
const besides = ["scripts/frontdesk", "package.json", "LICENSE", "NOTICE"];

function reachable(root: string, entry: string): readonly string[] {
  const found = new Set<string>([entry]);
  for (const file of found) {
    const text = readFileSync(join(root, file), "utf8");
    for (const [, path] of text.matchAll(reference)) {
      found.add(normalize(join(dirname(file), path ?? "")));
    }
  }
  return [...found].sort();
}

/** `from "./x.ts"`, `import("./x.ts")`, `new URL("./x.ts", ...)`; data files likewise. */
const reference = /(?:from |import\(|new URL\()\s*"((?:\.{1,2}\/)*[\w./-]+\.(?:ts|json))"/g;

function copy(root: string, target: string, file: string): void {
  mkdirSync(dirname(join(target, file)), { recursive: true });
  cpSync(join(root, file), join(target, file));
}
