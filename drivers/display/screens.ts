import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** A connector of a graphics card, as the kernel describes it. */
export interface Screen {
  /** `"card0-HDMI-A-1"` */
  readonly connector: string;
  readonly connected: boolean;
  /** Its preferred mode; absent while nothing is known of the screen. */
  readonly mode?: { readonly width: number; readonly height: number };
}

/** All connectors of all cards; reads what the kernel knows and asks no screen. */
export function screens(folder = "/sys/class/drm"): readonly Screen[] {
  if (!existsSync(folder)) return [];
  const connectors = readdirSync(folder).filter((name) => /^card\d+-/.test(name));
  return connectors.sort().map((name) => readScreen(join(folder, name)));
}

/** A composite output cannot tell, so "unknown" with modes counts as connected, as in raylib. */
function readScreen(folder: string): Screen {
  const status = readFileSync(`${folder}/status`, "utf8").trim();
  const [first] = readFileSync(`${folder}/modes`, "utf8").split("\n");
  const [, width, height] = /^(\d+)x(\d+)/.exec(first ?? "") ?? [];
  const connector = basename(folder);
  if (width === undefined || height === undefined) return { connector, connected: false };
  const mode = { width: Number(width), height: Number(height) };
  return { connector, connected: status !== "disconnected", mode };
}
