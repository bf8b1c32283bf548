import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandLog } from "./command.ts";
import { debianSites } from "./download.ts";
import type { Architecture } from "./target.ts";

/** Debian packages whose headers and libraries the native parts are compiled against. */
export const sysrootPackages = [
  ...["libdrm2", "libdrm-dev", "libgbm1", "libgbm-dev"],
  ...["libegl1", "libegl-dev", "libgles2", "libgles-dev", "libgl-dev", "libglvnd0"],
  ...["libasound2", "libasound2-dev", "libespeak-ng1", "libespeak-ng-dev"],
] as const;

/**
 * Unpacks packages of a foreign architecture into `folder`, from the mirror and the release that
 * this system uses. apt works in a scratch folder: the system gains no foreign architecture.
 */
export async function makeSysroot(
  folder: string,
  arch: Architecture,
  log: CommandLog,
): Promise<void> {
  const scratch = `${folder}.apt`;
  const fresh = `${folder}.part`;
  for (const old of [scratch, fresh, folder]) rmSync(old, { recursive: true, force: true });
  for (const part of ["lists/partial", "cache/archives/partial", "packages"]) {
    mkdirSync(join(scratch, part), { recursive: true });
  }
  mkdirSync(fresh, { recursive: true });
  writeFileSync(join(scratch, "status"), "");
  const [site] = debianSites();
  writeFileSync(join(scratch, "sources.list"), `deb [arch=${arch}] ${site} ${release()} main\n`);
  const cwd = join(scratch, "packages");
  const options = apart(scratch, arch);
  await log.run("apt-get", [...options, "--error-on=any", "update"], { cwd });
  await log.run("apt-get", [...options, "download", ...sysrootPackages], { cwd });
  for (const file of readdirSync(cwd)) await log.run("dpkg-deb", ["-x", join(cwd, file), fresh]);
  renameSync(fresh, folder);
  rmSync(scratch, { recursive: true });
}

function apart(scratch: string, arch: Architecture): readonly string[] {
  return [
    ...[`APT::Architecture=${arch}`, `APT::Architectures::=${arch}`, "APT::Sandbox::User=root"],
    ...[`Dir::State::lists=${scratch}/lists`, `Dir::State::status=${scratch}/status`],
    ...[`Dir::Cache=${scratch}/cache`, `Dir::Etc::SourceList=${scratch}/sources.list`],
    ...["Dir::Etc::SourceParts=-", "Acquire::Languages=none", "Acquire::Retries=2"],
  ].flatMap((option) => ["-o", option]);
}

/** E.g. `bookworm`. */
function release(): string {
  const text = readFileSync("/etc/os-release", "utf8");
  const name = /^VERSION_CODENAME=(\S+)$/m.exec(text)?.[1];
  if (name !== undefined) return name;
  throw new Error("Cannot fetch foreign packages: /etc/os-release names no Debian release");
}
