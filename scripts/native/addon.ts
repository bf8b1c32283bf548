import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { CommandLog } from "./command.ts";
import type { Target } from "./target.ts";

/** Inputs of the addon that a stamp must know. */
export function addonInputs(): string[] {
  return [readFileSync(packageFile("raylib"), "utf8"), ...names(), compat];
}

/**
 * Compiles `<native>/node-raylib.node` from the npm package raylib: the bindings of `names.txt` are
 * cut out of its generated source and compiled against the raylib that we built. One addon serves
 * all flavours: which library it meets is decided by the one that is loaded before it.
 */
export async function buildAddon(
  target: Target,
  places: { readonly source: string; readonly work: string },
  log: CommandLog,
): Promise<void> {
  const work = join(places.work, "addon");
  const code = writeSources(work, places.source);
  const addon = join(target.native, "node-raylib.node");
  await log.run(target.cxx, [
    ...["-std=c++17", "-O2", "-fPIC", "-w", "-shared", "-s"],
    ...["-DNODE_ADDON_API_DISABLE_DEPRECATED", "-DNAPI_VERSION=8"],
    ...[`-I${nodeHeaders()}`, `-I${dirname(packageFile("node-addon-api"))}`],
    ...[`-I${places.source}/src`, "-include", join(work, "compat.h")],
    ...["-o", `${addon}.part`, code, `-L${target.native}/memory`, "-l:libraylib.so.600"],
  ]);
  renameSync(`${addon}.part`, addon);
  rmSync(work, { recursive: true, force: true });
}

/** A string only has to outlive the call; the package's own converter leaks one per call. */
const compat = `#include <napi.h>
#include <string>
inline const char *stringFromValue(const Napi::CallbackInfo &info, int index) {
  static thread_local std::string ring[16];
  static thread_local unsigned next = 0;
  std::string &slot = ring[next++ % 16];
  slot = info[index].As<Napi::String>().Utf8Value();
  return slot.c_str();
}
`;

function writeSources(work: string, raylib: string): string {
  const generated = dirname(packageFile("raylib"));
  mkdirSync(join(work, "src"), { recursive: true });
  mkdirSync(join(work, "extras"), { recursive: true });
  // The generated file includes these by relative paths; raylib's own are the ones that must count.
  writeFileSync(join(work, "extras/raygui.h"), "");
  writeFileSync(join(work, "extras/rlgl.h"), `#include "${raylib}/src/rlgl.h"\n`);
  writeFileSync(join(work, "extras/reasings.h"), `#include "${generated}/src/extras/reasings.h"\n`);
  writeFileSync(join(work, "compat.h"), compat);
  const code = join(work, "src/node-raylib.cc");
  const source = readFileSync(join(generated, "src/generated/node-raylib.cc"), "utf8");
  writeFileSync(code, filter(source, new Set(names())));
  return code;
}

/** Keeps the wanted bindings, and of the converters those whose structs are as they were. */
function filter(source: string, wanted: ReadonlySet<string>): string {
  const kept: string[] = [];
  const found = new Set<string>();
  for (const definition of definitions(source)) {
    const name = nameOf(definition);
    if (/\bBind\w+\(const Napi::CallbackInfo/.test(definition) && name !== "Init") {
      if (!wanted.has(name)) continue;
      found.add(name);
    }
    if (name === "stringFromValue" || changed.test(name)) continue;
    kept.push(name === "Init" ? filterExports(definition, wanted) : definition);
  }
  const lost = [...wanted].filter((name) => !found.has(name));
  if (lost.length > 0) throw new Error(`Cannot filter bindings: not found ${lost.join(", ")}`);
  return kept.join("\n");
}

/** Converters of structs that look different in raylib 6. */
const changed = /^(ToValue<)?(Mesh|Model|ModelAnimation|FilePathList|rlVertexBuffer)(FromValue|>)$/;

function filterExports(init: string, wanted: ReadonlySet<string>): string {
  return init
    .split("\n")
    .filter((line) => {
      const name = /exports\.Set\("Bind(\w+)"/.exec(line)?.[1];
      return name === undefined || wanted.has(name);
    })
    .join("\n");
}

/** The generator closes each top-level definition with a brace in the first column. */
function definitions(source: string): string[] {
  return source.split(/(?<=^\}$)\n/m);
}

function nameOf(definition: string): string {
  const head = definition
    .split("\n")
    .find((line) => /^(inline |Napi::|void |uintptr_t )/.test(line));
  const binding = /\bBind(\w+)\s*\(|(\w+FromValue)\s*\(|(Init)\s*\(/.exec(head ?? "");
  const converter = /ToValue\(Napi::Env env, (.+?) ?\w+\)/.exec(head ?? "")?.[1];
  return binding?.[1] ?? binding?.[2] ?? binding?.[3] ?? (converter ? `ToValue<${converter}>` : "");
}

function names(): string[] {
  const text = readFileSync(new URL("names.txt", import.meta.url), "utf8");
  return text.split(/\s+/).filter((name) => name !== "");
}

function packageFile(name: string): string {
  return createRequire(import.meta.url).resolve(`${name}/package.json`);
}

/** Node-API is the same for all Nodes; the headers come with the Node that the lock file pins. */
export function nodeHeaders(): string {
  const packaged = join(dirname(packageFile("node")), "node_modules/node-linux-*/include/node");
  const found = [...globSync(packaged), "/usr/include/node"].find((folder) =>
    existsSync(join(folder, "node_api.h")),
  );
  if (found !== undefined) return found;
  throw new Error("Cannot find node_api.h: neither in the npm package node nor in libnode-dev");
}
