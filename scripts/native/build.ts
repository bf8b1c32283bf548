import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { addonInputs, buildAddon } from "./addon.ts";
import { CommandLog } from "./command.ts";
import { buildHelper, type Helper, helperFlags, helpers } from "./helpers.ts";
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

// Builds what is not JavaScript into build/native: raylib in four flavours, its addon, C helpers.
// Each piece is stamped by its contents, so a changed helper does not rebuild raylib.

const root = fileURLToPath(new URL("../..", import.meta.url));
const native = join(root, "build/native");
const work = join(root, "build/work");
const logs = join(root, "build/log");
const stamps = join(root, "build/stamps");
mkdirSync(native, { recursive: true });

let source: Promise<string> | undefined;
const sourceInputs = [raylibVersion, ownFolder() ?? "pinned", process.arch];

try {
  await makeAll(flavours.map(libraryPiece), librariesAtOnce);
  await makeAll([addonPiece(), ...helpers.filter(isWritten).map(helperPiece)], 1);
  rmSync(work, { recursive: true, force: true });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

/** Called only by pieces that are made, so that an up-to-date tree needs no source. */
function raylibSource(): Promise<string> {
  source ??= openSource(join(work, "source"), new CommandLog(join(logs, "source.log")));
  return source;
}

function libraryPiece(flavour: LibraryFlavour): Piece {
  return {
    name: `raylib-${flavour}`,
    inputs: [...sourceInputs, recipeOf(flavour)],
    outputs: [join(native, flavour, libraryName)],
    make: async () => {
      const log = new CommandLog(join(logs, `raylib-${flavour}.log`));
      await buildLibrary(flavour, { source: await raylibSource(), work, native }, log);
    },
  };
}

function addonPiece(): Piece {
  return {
    name: "addon",
    inputs: [...sourceInputs, ...addonInputs()],
    outputs: [join(native, "node-raylib.node")],
    make: async () => {
      const log = new CommandLog(join(logs, "addon.log"));
      await buildAddon({ source: await raylibSource(), work, native }, log);
    },
  };
}

function helperPiece(helper: Helper): Piece {
  return {
    name: `helper-${helper.name}`,
    inputs: [
      process.arch,
      readFileSync(join(root, helper.source)),
      ...helperFlags,
      ...helper.libraries,
    ],
    outputs: [join(native, "bin", helper.name)],
    make: () =>
      buildHelper(helper, { root, native }, new CommandLog(join(logs, `${helper.name}.log`))),
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
