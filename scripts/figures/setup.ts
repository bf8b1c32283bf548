import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure } from "../bench/figure-line.ts";

/** Set-up of a fresh clone of the last commit: from clean, and once more with nothing to do. */
export async function* setupFigures(): AsyncIterable<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-clone-"));
  const clone = join(folder, "frontdesk");
  const root = join(import.meta.dirname, "../..");
  try {
    execFileSync("git", ["clone", "--quiet", root, clone]);
    const clean = secondsOf(clone);
    yield { name: "set-up from clean", value: clean, unit: "s", target: undefined };
    yield { name: "set-up, second run", value: secondsOf(clone), unit: "s", target: undefined };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function secondsOf(clone: string): number {
  const startMs = performance.now();
  execFileSync("npm", ["run", "--silent", "setup"], { cwd: clone, stdio: "ignore" });
  return (performance.now() - startMs) / 1000;
}
