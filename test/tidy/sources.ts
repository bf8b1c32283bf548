import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** One of the project's TypeScript files, as text and as its arrows. */
export interface Source {
  /** Path from the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Files of the project that it imports, as paths from the root. */
  readonly files: readonly string[];
  /** Packages and `node:` modules that it imports. */
  readonly packages: readonly string[];
}

const wiring = ["avatars", "bus", "office", "programs", "trust", "voices", "warehouse"];

/** Where drivers are picked and the process is touched. */
export const entryFiles = new RegExp(
  `^runtime/(main|stage-main|wiring/(${wiring.join("|")}))\\.ts$`,
);

/** Every TypeScript file of the project, committed or about to be. */
export function readSources(): readonly Source[] {
  const list = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts"], {
    encoding: "utf8",
  });
  return list.split("\n").filter(Boolean).filter(present).map(readSource);
}

function present(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

function readSource(path: string): Source {
  const text = readFileSync(path, "utf8");
  const names = importNames(text);
  return {
    path,
    text,
    files: names.filter((name) => name.startsWith(".")).map((name) => resolve(path, name)),
    packages: names.filter((name) => !name.startsWith(".")),
  };
}

function importNames(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const statements = /^(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|^import\s+"([^"]+)"/gm;
  const calls = /\bimport\(\s*"([^"]+)"\s*\)|new URL\(\s*"([^"]+\.ts)"/g;
  return [...code.matchAll(statements), ...code.matchAll(calls)].map((m) => m[1] ?? m[2] ?? "");
}

function resolve(from: string, name: string): string {
  return normalize(join(dirname(from), name));
}
