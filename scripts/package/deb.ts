import {
  chmodSync,
  cpSync,
  globSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { CommandLog } from "../native/command.ts";
import { type Architecture, targetOf } from "../native/target.ts";
import { changelogFile, controlFile, copyrightFile } from "./control.ts";
import { copyModules } from "./modules.ts";
import { copyNode } from "./node.ts";
import { copySources } from "./sources.ts";

export interface BuiltPackage {
  readonly file: string;
  readonly bytes: number;
  /** Of the avatars as they lie in the package; they hardly compress. */
  readonly avatarBytes: number;
}

/** Builds `out/frontdesk_<version>_<arch>.deb`, native parts included. */
export async function buildPackage(
  root: string,
  arch: Architecture,
  log: CommandLog,
): Promise<BuiltPackage> {
  const target = targetOf(arch, join(root, "build"));
  await log.run(process.execPath, [join(root, "scripts/native/build.ts"), arch]);
  const work = join(root, "build/package", arch);
  const tree = join(work, "tree");
  const home = join(tree, "usr/lib/frontdesk");
  rmSync(tree, { recursive: true, force: true });
  copySources(root, home);
  const modules = join(home, "node_modules");
  const places = { root, work: join(work, "modules"), target: modules };
  await copyModules(places, arch, log);
  await copyNode({ root, work: join(work, "node"), target: join(modules, "node") }, arch, log);
  copyNative(target.native, join(home, "build/native"));
  const avatarBytes = sizeOf(join(home, "config/avatars"));
  copySystem(root, tree, home);
  await strip(home, target.cc.replace(/g?cc$/, "strip"), log);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  writeDocs(root, tree, version);
  setModes(tree);
  await writeControl(root, tree, { version, arch }, log);
  const file = join(root, "out", `frontdesk_${version}_${arch}.deb`);
  await log.run("dpkg-deb", ["--root-owner-group", "-Zxz", "-z2", "--build", tree, file]);
  return { file, bytes: statSync(file).size, avatarBytes };
}

/** The window is a developer's: not in a package for boards. */
function copyNative(native: string, target: string): void {
  for (const name of ["memory", "drm-gles", "bin"]) {
    cpSync(join(native, name), join(target, name), { recursive: true });
  }
  for (const addon of globSync(join(native, "*.node"))) {
    cpSync(addon, join(target, basename(addon)));
  }
}

function sizeOf(folder: string): number {
  const files = globSync(`${folder}/**/*`).map((file) => statSync(file));
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** Where each file of systemd/ and its neighbours goes. */
const system: Readonly<Record<string, string>> = {
  "systemd/frontdesk.service": "usr/lib/systemd/system/frontdesk.service",
  "systemd/frontdesk-report@.service": "usr/lib/systemd/system/frontdesk-report@.service",
  "systemd/frontdesk-clean.service": "usr/lib/systemd/system/frontdesk-clean.service",
  "systemd/frontdesk-clean.timer": "usr/lib/systemd/system/frontdesk-clean.timer",
  "systemd/sysusers.conf": "usr/lib/sysusers.d/frontdesk.conf",
  "systemd/tmpfiles.conf": "usr/lib/tmpfiles.d/frontdesk.conf",
  "systemd/udev.rules": "usr/lib/udev/rules.d/70-frontdesk.rules",
  "systemd/report.sh": "usr/lib/frontdesk/systemd/report.sh",
  "systemd/config.json": "etc/frontdesk/config.json",
  "systemd/frontdesk.service.d/board.conf.example": "usr/share/doc/frontdesk/examples/board.conf",
  "scripts/package/lintian-overrides": "usr/share/lintian/overrides/frontdesk",
  "README.md": "usr/share/doc/frontdesk/README.md",
  "CHANGELOG.md": "usr/share/doc/frontdesk/CHANGELOG.md",
  "drivers/voice/espeak.c": "usr/share/doc/frontdesk/espeak.c",
};

function copySystem(root: string, tree: string, home: string): void {
  for (const [from, to] of Object.entries(system)) {
    mkdirSync(dirname(join(tree, to)), { recursive: true });
    cpSync(join(root, from), join(tree, to));
  }
  mkdirSync(join(tree, "usr/bin"), { recursive: true });
  symlinkSync("../lib/frontdesk/scripts/frontdesk", join(tree, "usr/bin/frontdesk"));
  mkdirSync(join(home, "systemd"), { recursive: true });
}

async function strip(home: string, program: string, log: CommandLog): Promise<void> {
  const programs = [
    `${home}/node_modules/node/bin/node`,
    ...globSync(`${home}/build/native/bin/*`),
  ];
  const libraries = globSync([`${home}/**/*.node`, `${home}/**/*.so`, `${home}/**/*.so.*`]);
  await log.run(program, ["--strip-unneeded", "-R", ".comment", "-R", ".note", ...programs]);
  await log.run(program, ["--strip-unneeded", "-R", ".comment", "-R", ".note", ...libraries]);
}

function writeDocs(root: string, tree: string, version: string): void {
  const docs = join(tree, "usr/share/doc/frontdesk");
  writeFileSync(join(docs, "copyright"), copyrightFile(root));
  const changed = statSync(join(root, "CHANGELOG.md")).mtime;
  writeFileSync(
    join(docs, "changelog.gz"),
    gzipSync(changelogFile(version, changed), { level: 9 }),
  );
}

/** As Debian wants them, whatever the umask of the checkout was. */
function setModes(tree: string): void {
  for (const path of globSync(`${tree}/**/*`)) {
    const runs = /\/(?:bin\/\w+|scripts\/frontdesk|report\.sh)$/.test(path);
    chmodSync(path, statSync(path).isDirectory() || runs ? 0o755 : 0o644);
  }
  chmodSync(tree, 0o755);
  chmodSync(join(tree, "etc/frontdesk"), 0o755);
}

async function writeControl(
  root: string,
  tree: string,
  what: { readonly version: string; readonly arch: Architecture },
  log: CommandLog,
): Promise<void> {
  const files = globSync("**/*", { cwd: tree }).filter((path) => isFile(join(tree, path)));
  const sizeKb = files.reduce((sum, path) => sum + statSync(join(tree, path)).size, 0) / 1024;
  const folder = join(tree, "DEBIAN");
  mkdirSync(folder, { mode: 0o755 });
  writeFileSync(join(folder, "control"), controlFile(what.version, what.arch, Math.ceil(sizeKb)));
  writeFileSync(join(folder, "conffiles"), "/etc/frontdesk/config.json\n");
  for (const script of ["postinst", "prerm", "postrm"]) {
    cpSync(join(root, "scripts/package", `${script}.sh`), join(folder, script));
    chmodSync(join(folder, script), 0o755);
  }
  const sums = join(folder, "md5sums");
  const listed = files.filter((path) => !path.startsWith("etc/")).sort();
  const command = `md5sum "$@" > ${sums}`;
  await log.run("sh", ["-c", command, "sh", ...listed], { cwd: tree });
  chmodSync(sums, 0o644);
}

function isFile(path: string): boolean {
  return lstatSync(path).isFile();
}
