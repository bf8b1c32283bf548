import { join } from "node:path";

/** What native parts are built for, by Debian's name of the architecture. */
export const architectures = ["amd64", "arm64"] as const;

export type Architecture = (typeof architectures)[number];

/** A tool chain, and where its results go. */
export interface Target {
  readonly arch: Architecture;
  /** The folder that the daemon will know as `build/native`. */
  readonly native: string;
  readonly cc: string;
  readonly cxx: string;
  readonly compileFlags: readonly string[];
  readonly linkFlags: readonly string[];
  readonly cmakeArgs: readonly string[];
  /** Foreign headers and libraries; undefined where those of this system serve. */
  readonly sysroot: string | undefined;
}

/** The machine that this runs on. */
export function hostArchitecture(): Architecture {
  return process.arch === "arm64" ? "arm64" : "amd64";
}

/** `build` is the folder of everything that is built. */
export function targetOf(arch: Architecture, build: string): Target {
  if (arch !== hostArchitecture()) return crossTarget(arch, build);
  const native = join(build, "native");
  const none = { compileFlags: [], linkFlags: [], cmakeArgs: [], sysroot: undefined };
  return { arch, native, cc: "cc", cxx: "g++", ...none };
}

const processors: Readonly<Record<Architecture, string>> = { amd64: "x86_64", arm64: "aarch64" };

function crossTarget(arch: Architecture, build: string): Target {
  const processor = processors[arch];
  const triple = `${processor}-linux-gnu`;
  const [cc, cxx] = [`${triple}-gcc`, `${triple}-g++`];
  const sysroot = join(build, `sysroot-${arch}`);
  return {
    ...{ arch, cc, cxx, sysroot, native: join(build, `native-${arch}`) },
    compileFlags: [
      "-isystem",
      `${sysroot}/usr/include`,
      "-isystem",
      `${sysroot}/usr/include/libdrm`,
    ],
    // The sysroot has what we link, and not what that in turn is linked with.
    linkFlags: [`-L${sysroot}/usr/lib/${triple}`, "-Wl,--allow-shlib-undefined"],
    cmakeArgs: [
      ...["-DCMAKE_SYSTEM_NAME=Linux", `-DCMAKE_SYSTEM_PROCESSOR=${processor}`],
      ...[`-DCMAKE_C_COMPILER=${cc}`, `-DCMAKE_CXX_COMPILER=${cxx}`],
      ...[`-DCMAKE_FIND_ROOT_PATH=${sysroot}`, `-DCMAKE_LIBRARY_ARCHITECTURE=${triple}`],
      ...["-DCMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY", "-DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY"],
      // The path of a build folder has no business in a library.
      "-DCMAKE_SKIP_RPATH=ON",
      "-DCMAKE_SHARED_LINKER_FLAGS=-Wl,--allow-shlib-undefined",
    ],
  };
}
