import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandLog } from "./command.ts";

/**
 * Fetches the source package from Debian's unstable suite, from the mirror that this system uses.
 * apt works in `scratch` with a list of its own, so the system stays on its release. Returns the
 * path of the original archive.
 */
export async function fetchDebian(scratch: string, log: CommandLog): Promise<string> {
  const refused: string[] = [];
  for (const site of debianSites()) {
    try {
      return await fetchFrom(site, scratch, log);
    } catch (error) {
      refused.push(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
    }
  }
  throw new Error(refused.length > 0 ? refused.join("; ") : "apt on this system names no mirror");
}

/** Fetches upstream's release archive. */
export async function fetchUpstream(scratch: string): Promise<string> {
  const response = await fetch(upstream, { signal: AbortSignal.timeout(downloadMsMax) }).catch(
    (error: Error) => {
      throw new Error(
        `${upstream}: ${(error.cause as Error | undefined)?.message ?? error.message}`,
      );
    },
  );
  if (!response.ok) throw new Error(`${upstream} answered with status ${response.status}`);
  const file = join(scratch, "upstream.tar.gz");
  writeFileSync(file, new Uint8Array(await response.arrayBuffer()));
  return file;
}

/** Where apt takes Debian from, whatever format its lists have; the main archive first. */
export function debianSites(): readonly string[] {
  const text = execFileSync(
    "apt-get",
    ["indextargets", "--no-release-info", "--format", "$(SITE)", "Created-By: Packages"],
    { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  );
  const sites = [...new Set(text.split("\n"))];
  return sites.filter((site) => site !== "" && !/-security\/?$/.test(site)).sort(mainFirst);
}

const upstream = "https://github.com/raysan5/raylib/archive/refs/tags/6.0.tar.gz";
const downloadMsMax = 120_000;
const debianKeys = "/usr/share/keyrings/debian-archive-keyring.gpg";

async function fetchFrom(site: string, scratch: string, log: CommandLog): Promise<string> {
  for (const folder of ["lists/partial", "cache/archives/partial", "source"]) {
    mkdirSync(join(scratch, folder), { recursive: true });
  }
  const signed = existsSync(debianKeys) ? ` [signed-by=${debianKeys}]` : "";
  writeFileSync(join(scratch, "sources.list"), `deb-src${signed} ${site} sid main\n`);
  const apart = [
    `Dir::State::lists=${scratch}/lists`,
    `Dir::Cache=${scratch}/cache`,
    `Dir::Etc::SourceList=${scratch}/sources.list`,
    "Dir::Etc::SourceParts=-",
    "APT::Get::List-Cleanup=0",
    "Acquire::Languages=none",
    "Acquire::Retries=2",
  ].flatMap((option) => ["-o", option]);
  const cwd = join(scratch, "source");
  await log.run("apt-get", [...apart, "--error-on=any", "update"], { cwd });
  await log.run("apt-get", [...apart, "source", "--download-only", "raylib"], { cwd });
  const archive = readdirSync(cwd).find((name) => /\.orig\.tar\.\w+$/.test(name));
  if (archive === undefined) throw new Error(`${site} has no source package of raylib`);
  return join(cwd, archive);
}

function mainFirst(site: string, other: string): number {
  const isMain = (name: string): number => (/\/debian\/?$/.test(name) ? 0 : 1);
  return isMain(site) - isMain(other);
}
