import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ActionOrder } from "./order.ts";

/** Footage in a folder of its own, as its `meta.json` and `actions/actions.json` name it. */
export interface Material {
  readonly folder: string;
  readonly take: string;
  readonly audio: string;
  readonly idle: string;
  readonly idleAlpha: string;
  readonly backdrop: readonly number[];
  readonly actions: readonly ActionOrder[];
}

/** Reads the names; throws an Error when there is no such folder or no such file in it. */
export function materialOf(path: string): Material {
  const folder = resolve(path);
  const meta = read(folder, "meta.json");
  const named = (name: string) => {
    if (existsSync(join(folder, name))) return join(folder, name);
    throw new Error(`Cannot read footage in ${folder}: ${name} is missing`);
  };
  const { video, audio } = meta.takes.take;
  return {
    folder,
    take: named(video),
    audio: named(audio),
    idle: named(meta.idle.video),
    idleAlpha: named(meta.idle.alpha),
    backdrop: meta.background_rgb,
    actions: actionsOf(folder, named),
  };
}

function actionsOf(folder: string, named: (name: string) => string): readonly ActionOrder[] {
  if (!existsSync(join(folder, "actions/actions.json"))) return [];
  const clips: readonly ClipEntry[] = read(folder, "actions/actions.json").clips;
  return clips.map(({ name, video, alpha }) => ({
    name,
    video: named(`actions/${video}`),
    alpha: named(`actions/${alpha}`),
  }));
}

interface ClipEntry {
  readonly name: string;
  readonly video: string;
  readonly alpha: string;
}

function read(folder: string, name: string) {
  try {
    return JSON.parse(readFileSync(join(folder, name), "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot read footage in ${folder}: ${reason}`, { cause: error });
  }
}
