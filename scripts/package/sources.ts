import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/**
 * Copies the TypeScript that the command line reaches, and only that: what is imported from
 * `scripts/frontdesk.ts` on, and the entries that are started by their address, such as a worker.
 */
export function copySources(root: string, target: string): void {
  for (const file of reachable(root, "scripts/frontdesk.ts")) copy(root, target, file);
  for (const file of besides) copy(root, target, file);
}

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
