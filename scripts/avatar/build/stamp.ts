import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Order } from "./order.ts";
import type { Step } from "./steps.ts";

const programs = join(import.meta.dirname, "../../train-avatar");

/** Hashes of input files, so that none is read twice. */
export class InputHashes {
  readonly #known = new Map<string, Promise<string>>();

  of(path: string): Promise<string> {
    const known = this.#known.get(path);
    if (known) return known;
    const hash = hashOf(path);
    this.#known.set(path, hash);
    return hash;
  }
}

/**
 * What a step's result depends on, as one hash: its program and those that it imports, what it
 * reads of the order, the bytes of the files named there, and the stamps of the steps before it.
 */
export async function stampOf(
  step: Step,
  order: Order,
  before: ReadonlyMap<string, string>,
  hashes: InputHashes,
): Promise<string> {
  const hash = createHash("sha256");
  for (const file of codeOf(`${step.name}.py`)) hash.update(readFileSync(join(programs, file)));
  for (const key of step.reads) {
    const value = JSON.stringify(order[key]);
    hash.update(`${key} ${value}`);
    for (const path of pathsIn(order[key])) hash.update(await hashes.of(path));
  }
  for (const name of step.after) hash.update(`${name} ${before.get(name) ?? ""}`);
  return hash.digest("hex");
}

/** A program and, in order of their names, all of its neighbours that it needs. */
function codeOf(program: string): readonly string[] {
  const files = new Set([program]);
  for (const file of files) {
    const text = readFileSync(join(programs, file), "utf8");
    for (const [, name] of text.matchAll(/^\s*(?:import|from) ([a-z_]+)\b/gm)) {
      if (existsSync(join(programs, `${name}.py`))) files.add(`${name}.py`);
    }
  }
  return [...files].sort();
}

function pathsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return value.startsWith("/") && isFile(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(pathsIn);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
