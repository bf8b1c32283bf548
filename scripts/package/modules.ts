import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { CommandLog } from "../native/command.ts";
import type { Architecture } from "../native/target.ts";

/** What packages name as a dependency only to be built, or for a command line of their own. */
const notReached = new Set([
  "cmake-js",
  "yargs",
  "node-addon-api",
  "help-me",
  "adm-zip",
  "global-agent",
]);

/** Dependencies that have done their work when the native parts are built, or lie elsewhere. */
const left = new Set(["raylib", "node"]);

/** npm's name of the architecture. */
export const npmArchitectures: Readonly<Record<Architecture, "x64" | "arm64">> = {
  amd64: "x64",
  arm64: "arm64",
};

/**
 * Installs what the lock file names for one architecture into `work`, and copies to `target` the
 * packages that it reaches, without what only developers and other platforms need.
 */
export async function copyModules(
  places: { readonly root: string; readonly work: string; readonly target: string },
  arch: Architecture,
  log: CommandLog,
): Promise<void> {
  const { root, work, target } = places;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  for (const file of ["package.json", "package-lock.json", ".npmrc"]) {
    cpSync(join(root, file), join(work, file));
  }
  const platform = ["--os=linux", `--cpu=${npmArchitectures[arch]}`, "--libc=glibc"];
  await log.run("npm", ["ci", "--omit=dev", "--no-progress", ...platform], { cwd: work });
  const from = join(work, "node_modules");
  for (const name of reachable(root, from)) {
    cpSync(join(from, name), join(target, name), {
      recursive: true,
      filter: (path) => isNeeded(relative(join(from, name), path), npmArchitectures[arch]),
    });
  }
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A nested copy of a package comes along with the package that it lies in. */
function reachable(root: string, modules: string): readonly string[] {
  const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  const found = new Set(Object.keys(own.dependencies ?? {}).filter((name) => !left.has(name)));
  for (const name of found) {
    const text = readFileSync(join(modules, name, "package.json"), "utf8");
    const { dependencies, optionalDependencies } = JSON.parse(text) as Manifest;
    const next = Object.keys({ ...dependencies, ...optionalDependencies });
    for (const other of next) {
      if (!notReached.has(other) && existsSync(join(modules, other))) found.add(other);
    }
  }
  return [...found].sort();
}

function isNeeded(path: string, arch: string): boolean {
  const prebuilt = /(?:^|\/)prebuilds\/([^/]+)/.exec(path)?.[1];
  if (prebuilt !== undefined && !prebuilt.endsWith(`-linux-${arch}`)) return false;
  const [, system, processor] = /(?:^|\/)bin\/napi-v\d+\/(\w+)(?:\/(\w+))?/.exec(path) ?? [];
  if (system !== undefined && system !== "linux") return false;
  if (processor !== undefined && processor !== arch) return false;
  // Dot files tell editors and test machines what to do.
  if (basename(path).startsWith(".")) return false;
  if (/^licen[cs]e|^copying|^notice/i.test(basename(path))) return true;
  return !leftOut.test(path) && !isForDevelopers.test(path);
}

const leftOut =
  /\.(?:d\.[cm]?ts|ts|map|md|markdown|flow|cc|cpp|h|hh|hpp|gypi?)$|CMakeLists\.txt$|npmignore$/i;
const isForDevelopers =
  /(?:^|\/)(?:\.github|musl_\w+|tests?|__tests__|bench(?:marks?)?|docs?|examples?)(?:\/|$)/;
