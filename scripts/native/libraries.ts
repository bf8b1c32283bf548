import { copyFileSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { CommandLog } from "./command.ts";
import type { Target } from "./target.ts";

/**
 * The ways raylib can show a picture; each is a shared library of its own. Its own way to a screen
 * without a GPU is not among them: it makes, maps and destroys a buffer for each frame (kms.c).
 */
export const flavours = ["memory", "drm-gles", "window"] as const;

export type LibraryFlavour = (typeof flavours)[number];

/** The soname: what koffi loads, and what the addon asks for. */
export const libraryName = "libraylib.so.600";

/** Everything of the recipe that decides what comes out, for the stamp. */
export function recipeOf(flavour: LibraryFlavour): string {
  return [header(flavour), ...platformArgs(flavour)].join("\n");
}

/** Compiles one flavour in `work` and puts it at `<native>/<flavour>/libraylib.so.600`. */
export async function buildLibrary(
  flavour: LibraryFlavour,
  target: Target,
  places: { readonly source: string; readonly work: string },
  log: CommandLog,
): Promise<void> {
  const { source } = places;
  const work = join(places.work, flavour);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const include = join(work, "frontdesk.h");
  writeFileSync(include, header(flavour));
  await log.run("cmake", [
    ...["-S", source, "-B", work, "-G", "Ninja", ...platformArgs(flavour)],
    ...target.cmakeArgs,
    `-DCMAKE_C_FLAGS=${["-include", include, ...target.compileFlags].join(" ")}`,
  ]);
  const jobs = Math.max(1, Math.ceil(availableParallelism() / librariesAtOnce));
  await log.run("cmake", ["--build", work, "--parallel", String(jobs)]);
  mkdirSync(join(target.native, flavour), { recursive: true });
  const library = join(target.native, flavour, libraryName);
  copyFileSync(realpathSync(join(work, "raylib", libraryName)), `${library}.part`);
  renameSync(`${library}.part`, library);
  rmSync(work, { recursive: true, force: true });
}

/** A library has few large files, so two builds side by side keep the cores busy. */
export const librariesAtOnce = 2;

/** ES 2.0, not desktop GL 3.3, on the GPU: the GPUs of small boards have the one, not the other. */
function platformArgs(flavour: LibraryFlavour): readonly string[] {
  const platforms = {
    memory: ["-DPLATFORM=Memory", "-DOPENGL_VERSION=OFF"],
    "drm-gles": ["-DPLATFORM=DRM", "-DOPENGL_VERSION=OFF"],
    window: ["-DPLATFORM=SDL", "-DOPENGL_VERSION=ES 2.0"],
  } as const;
  return [
    ...platforms[flavour],
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_SHARED_LIBS=ON",
    "-DBUILD_EXAMPLES=OFF",
  ];
}

/**
 * Included before every file of raylib. Its CMake option CUSTOMIZE_BUILD would be the official way,
 * but in 6.0 that turns on whatever config.h turns off, busy waiting among it.
 *
 * SWAPI: the software renderer's functions are hidden in a shared library, and we write into its
 * colour buffer. BGRA: the order a DRM buffer wants. DRM_CACHE: page flips instead of a mode set
 * for every frame. SSH_KEYBOARD: takes the terminal over. printf: the renderer greets on stdout.
 */
function header(flavour: LibraryFlavour): string {
  return `#include <stdio.h>
#define printf(...) ((void)0)
#define SWAPI __attribute__((visibility("default")))
#define SW_FRAMEBUFFER_OUTPUT_BGRA ${flavour === "memory" ? 0 : 1}
#define SUPPORT_MODULE_RAUDIO 0
#define SUPPORT_MODULE_RMODELS 0
#define SUPPORT_SSH_KEYBOARD_RPI 0
#define SUPPORT_PARTIALBUSY_WAIT_LOOP 0
#define SUPPORT_SCREEN_CAPTURE 0
#define SUPPORT_AUTOMATION_EVENTS 0
${flavour === "drm-gles" ? "#define SUPPORT_DRM_CACHE 1\n" : ""}`;
}
