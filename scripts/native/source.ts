import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import type { CommandLog } from "./command.ts";
import { fetchDebian, fetchUpstream } from "./download.ts";

/** raylib's release, for stamps and messages. */
export const raylibVersion = "6.0";

/**
 * Unpacks raylib's source into `folder` and returns the root of the tree.
 *
 * Looked for in this order: `RAYLIB_SOURCE` (an archive, or a folder that is taken as it is), the
 * user's cache, Debian's source package, upstream's release. An archive is used only when its
 * SHA-256 is one of the two that are pinned here; what came over the network goes into the cache.
 */
export async function openSource(folder: string, log: CommandLog): Promise<string> {
  const own = ownFolder();
  if (own !== undefined) return own;
  const archive = process.env.RAYLIB_SOURCE || undefined;
  if (archive === undefined) return unpack(cached() ?? (await download(log)), folder, log);
  if (existsSync(archive)) return unpack(checked(archive), folder, log);
  throw new Error(`Cannot read RAYLIB_SOURCE: ${archive} does not exist`);
}

/** The folder that RAYLIB_SOURCE names; the one source that no pin vouches for. */
export function ownFolder(): string | undefined {
  const own = process.env.RAYLIB_SOURCE;
  if (!own || !existsSync(own) || !statSync(own).isDirectory()) return undefined;
  return resolve(own);
}

const pins = new Map([
  ["48063be6305afd417a7f44fc588b2f266354cb30c0073ba8fb503d5a0429688e", "raylib_6.0+ds.orig.tar.gz"],
  ["2b3ee1e2120c7a0796b33062c7e9a694dd8a8caa56a96319ac8c8ecf54a90d0b", "raylib-6.0.tar.gz"],
]);

const places = [
  ["Debian's source package", fetchDebian],
  ["upstream's release", fetchUpstream],
] as const;

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "frontdesk");
}

function cached(): string | undefined {
  const files = [...pins.values()].map((name) => join(cacheFolder(), name));
  return files.find((file) => existsSync(file) && isPinned(file));
}

async function download(log: CommandLog): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), "frontdesk-source-"));
  const tried: string[] = [];
  try {
    for (const [place, fetch] of places) {
      try {
        return keep(checked(await fetch(scratch, log)));
      } catch (error) {
        tried.push(`  ${place}: ${error instanceof Error ? error.message : error}`);
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  throw new Error(
    `Cannot get the source of raylib ${raylibVersion}:\n${tried.join("\n")}\n` +
      `Next: fetch ${[...pins.values()].join(" or ")} on another machine and put it into ` +
      `${cacheFolder()}, or name it: RAYLIB_SOURCE=<file> npm run setup`,
  );
}

function keep(file: string): string {
  const name = pins.get(digestOf(file)) ?? basename(file);
  const target = join(cacheFolder(), name);
  mkdirSync(cacheFolder(), { recursive: true });
  cpSync(file, `${target}.part`);
  renameSync(`${target}.part`, target);
  return target;
}

function checked(file: string): string {
  if (isPinned(file)) return file;
  const due = [...pins.keys()].join(" or ");
  throw new Error(`Cannot use ${file}: its SHA-256 is ${digestOf(file)}, it should be ${due}`);
}

function isPinned(file: string): boolean {
  return pins.has(digestOf(file));
}

function digestOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

async function unpack(archive: string, folder: string, log: CommandLog): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await log.run("tar", ["-xzf", archive, "-C", folder]);
  const [root] = readdirSync(folder);
  if (root === undefined) throw new Error(`Cannot unpack ${archive}: it is empty`);
  return join(folder, root);
}
