import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { nodeHeaders } from "./addon.ts";
import type { CommandLog } from "./command.ts";
import type { Target } from "./target.ts";

/** A small C program that a driver runs as a child process. */
export interface Helper {
  readonly name: string;
  /** Relative to the root of the checkout. */
  readonly source: string;
  readonly libraries: readonly string[];
}

export const helpers: readonly Helper[] = [
  { name: "espeak", source: "drivers/voice/espeak.c", libraries: ["-lespeak-ng"] },
  { name: "alsa", source: "drivers/audio/alsa.c", libraries: ["-lasound"] },
  { name: "evdev", source: "drivers/input/evdev.c", libraries: [] },
  { name: "notify", source: "drivers/supervisor/notify.c", libraries: [] },
];

export const helperFlags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread"];

/** A module in C that Node loads. */
export interface Module {
  readonly name: string;
  /** Relative to the root of the checkout. */
  readonly source: string;
  readonly flags: readonly string[];
}

const shared = ["-fPIC", "-shared"];

/**
 * kms: screens without a GPU; linked with nothing, and known by the kernel's headers. pixels: for
 * the vector unit; what wraps and what is rounded is as in JavaScript.
 */
export const modules: readonly Module[] = [
  {
    name: "kms",
    source: "drivers/display/kms.c",
    flags: [...shared, "-isystem", "/usr/include/libdrm"],
  },
  {
    name: "pixels",
    source: "drivers/pixels/pixels.c",
    flags: [...shared, "-O3", "-ffp-contract=off", "-fwrapv"],
  },
];

/** Compiles it to `<native>/<name>.node`. */
export async function buildModule(
  module: Module,
  target: Target,
  root: string,
  log: CommandLog,
): Promise<void> {
  const addon = join(target.native, `${module.name}.node`);
  const flags = [...helperFlags, ...target.compileFlags, ...module.flags, `-I${nodeHeaders()}`];
  await log.run(target.cc, [...flags, "-o", `${addon}.part`, join(root, module.source)]);
  renameSync(`${addon}.part`, addon);
}

/** Compiles the helper to `<native>/bin/<name>`. */
export async function buildHelper(
  helper: Helper,
  target: Target,
  root: string,
  log: CommandLog,
): Promise<void> {
  const program = join(target.native, "bin", helper.name);
  mkdirSync(dirname(program), { recursive: true });
  const source = join(root, helper.source);
  if (!existsSync(source)) throw new Error(`Cannot compile ${helper.name}: ${source} is missing`);
  await log.run(target.cc, [
    ...helperFlags,
    ...target.compileFlags,
    ...["-o", `${program}.part`, source],
    ...[...target.linkFlags, ...helper.libraries, "-lm"],
  ]);
  renameSync(`${program}.part`, program);
}
