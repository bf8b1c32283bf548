import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { CommandLog } from "../native/command.ts";
import type { Architecture } from "../native/target.ts";

/** npm packages that the daemon imports; raylib is needed only to build its addon. */
const roots = ["@julusian/jpeg-turbo", "commander", "koffi", "mqtt", "pino", "sharp", "typebox"];

/** What packages name as a dependency only to be built, or for a command line of their own. */
const notReached = new Set(["cmake-js", "yargs", "node-addon-api", "help-me"]);

/** npm's name of the architecture. */
export const npmArchitectures: Readonly<Record<Architecture, "x64" | "arm64">> = {
  amd64: "x64",
  arm64: "arm64",
};

/**
 * Installs what the lock file names for one architecture into `work`, and copies to `target` the
 * packages that the daemon reaches, without what only developers and other platforms need.
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
  for (const name of reachable(from)) {
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
function reachable(modules: string): readonly string[] {
  const found = new Set(roots);
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
  // Dot files tell editors and test machines what to do.
  if (basename(path).startsWith(".")) return false;
  if (/^licen[cs]e|^copying|^notice/i.test(basename(path))) return true;
  return !leftOut.test(path) && !isForDevelopers.test(path);
}

const leftOut =
  /\.(?:d\.[cm]?ts|ts|map|md|markdown|flow|cc|cpp|h|hh|hpp|gypi?)$|CMakeLists\.txt$|npmignore$/i;
const isForDevelopers =
  /(?:^|\/)(?:\.github|musl_\w+|tests?|__tests__|bench(?:marks?)?|docs?|examples?)(?:\/|$)/;
