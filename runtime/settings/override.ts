import { limits } from "../../config/limits.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import { decodeLine, encodeLine } from "../line.ts";

/** What a technician set on the spot, and until when it holds. */
export interface Override {
  readonly document: Readonly<Record<string, unknown>>;
  readonly sinceMs: number;
  /** Wall clock. */
  readonly untilMs: number;
}

/** The override that holds at `wallMs`; undefined when there is none, or its time is over. */
export async function readOverride(disk: Disk, wallMs: number): Promise<Override | undefined> {
  const bytes = await disk.read(fileName);
  const line = bytes ? new TextDecoder().decode(bytes).trimEnd() : "";
  const override = line === "" ? undefined : (decodeLine(line) as Override | undefined);
  if (!override || wallMs >= override.untilMs) return undefined;
  // A clock that was set back must not make it hold for longer than it was given.
  return wallMs < override.sinceMs - limits.overrideMsMax ? undefined : override;
}

/** Puts an override on disk, or with undefined ends the one that is there. */
export function writeOverride(disk: Disk, override: Override | undefined): Promise<void> {
  const line = override === undefined ? "" : encodeLine(override);
  return disk.replace(fileName, new TextEncoder().encode(line));
}

const fileName = "override.json";
