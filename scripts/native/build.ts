import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { addonInputs, buildAddon } from "./addon.ts";
import { CommandLog } from "./command.ts";
import {
  buildHelper,
  buildModule,
  type Helper,
  helperFlags,
  helpers,
  type Module,
  modules,
} from "./helpers.ts";
import {
  buildLibrary,
  flavours,
  type LibraryFlavour,
  librariesAtOnce,
  libraryName,
  recipeOf,
} from "./libraries.ts";
import { openSource, ownFolder, raylibVersion } from "./source.ts";
import { makeOnce, type Piece } from "./stamp.ts";
import { makeSysroot, sysrootPackages } from "./sysroot.ts";
import { type Architecture, architectures, hostArchitecture, targetOf } from "./target.ts";

// Builds what is not JavaScript into build/native: raylib in four flavours, its addon, C helpers.
// Each piece is stamped by its contents, so a changed helper does not rebuild raylib.
//   node scripts/native/build.ts [arm64 | amd64]     another architecture: build/native-<name>,
//   for boards only, so without the window; needs that architecture's cross compiler

const root = fileURLToPath(new URL("../..", import.meta.url));
const build = join(root, "build");
const target = targetOf(wanted(process.argv[2]), build);
const isForeign = target.sysroot !== undefined;
const mark = isForeign ? `${target.arch}-` : "";
const work = join(build, `${mark}work`);
const logs = join(build, "log");
const stamps = join(build, "stamps");
mkdirSync(target.native, { recursive: true });

let source: Promise<string> | undefined;
const sourceInputs = [raylibVersion, ownFolder() ?? "pinned", process.arch];

try {
  if (target.sysroot !== undefined) await makeAll([sysrootPiece(target.sysroot)], 1);
  const shown = flavours.filter((flavour) => !isForeign || flavour !== "window");
  await makeAll(shown.map(libraryPiece), librariesAtOnce);
  const small = [...modules.map(modulePiece), ...helpers.filter(isWritten).map(helperPiece)];
  await makeAll([addonPiece(), ...small], 1);
  rmSync(work, { recursive: true, force: true });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

function wanted(name: string | undefined): Architecture {
  if (name === undefined) return hostArchitecture();
  const known = architectures.find((arch) => arch === name);
  if (known !== undefined) return known;
  throw new Error(`Cannot build for ${name}: known are ${architectures.join(", ")}`);
}

function sysrootPiece(folder: string): Piece {
  return {
    name: `${mark}sysroot`,
    inputs: sysrootPackages,
    outputs: [folder],
    make: () => makeSysroot(folder, target.arch, new CommandLog(join(logs, `${mark}sysroot.log`))),
  };
}

/** Called only by pieces that are made, so that an up-to-date tree needs no source. */
function raylibSource(): Promise<string> {
  source ??= openSource(join(work, "source"), new CommandLog(join(logs, `${mark}source.log`)));
  return source;
}

function libraryPiece(flavour: LibraryFlavour): Piece {
  return {
    name: `${mark}raylib-${flavour}`,
    inputs: [...sourceInputs, recipeOf(flavour), ...target.cmakeArgs],
    outputs: [join(target.native, flavour, libraryName)],
    make: async () => {
      const log = new CommandLog(join(logs, `${mark}raylib-${flavour}.log`));
      await buildLibrary(flavour, target, { source: await raylibSource(), work }, log);
    },
  };
}

function addonPiece(): Piece {
  return {
    name: `${mark}addon`,
    inputs: [...sourceInputs, ...addonInputs()],
    outputs: [join(target.native, "node-raylib.node")],
    make: async () => {
      const log = new CommandLog(join(logs, `${mark}addon.log`));
      await buildAddon(target, { source: await raylibSource(), work }, log);
    },
  };
}

function modulePiece(module: Module): Piece {
  const { name, source, flags } = module;
  return {
    name: `${mark}${name}`,
    inputs: [process.arch, readFileSync(join(root, source)), ...helperFlags, ...flags],
    outputs: [join(target.native, `${name}.node`)],
    make: () => buildModule(module, target, root, new CommandLog(join(logs, `${mark}${name}.log`))),
  };
}

function helperPiece(helper: Helper): Piece {
  return {
    name: `${mark}helper-${helper.name}`,
    inputs: [
      process.arch,
      readFileSync(join(root, helper.source)),
      ...helperFlags,
      ...helper.libraries,
    ],
    outputs: [join(target.native, "bin", helper.name)],
    make: () =>
      buildHelper(helper, target, root, new CommandLog(join(logs, `${mark}${helper.name}.log`))),
  };
}

function isWritten(helper: Helper): boolean {
  const written = existsSync(join(root, helper.source));
  if (!written) process.stdout.write(`  ${helper.source} is not there, ${helper.name} left out\n`);
  return written;
}

async function makeAll(pieces: readonly Piece[], atOnce: number): Promise<void> {
  const waiting = [...pieces];
  const worker = async (): Promise<void> => {
    for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) {
      const beganMs = performance.now();
      if (!(await makeOnce(piece, stamps))) continue;
      report(piece.name, performance.now() - beganMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function report(name: string, tookMs: number): void {
  process.stdout.write(`  ${name.padEnd(28)}${String(Math.round(tookMs / 1000)).padStart(4)} s\n`);
}
