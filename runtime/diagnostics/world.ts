import type { SettledConfig } from "../../config/config.ts";
import type { BoardFacts } from "../../drivers/board/board.ts";
import type { Reached } from "../../drivers/reach/reach.ts";
import type { FindingCode } from "./catalogue.ts";
import type { Evidence, Finding } from "./finding.ts";

/** All that the doctor looks at; gathered first, judged afterwards. */
export interface World {
  readonly config: SettledConfig;
  readonly board: BoardFacts;
  /** Trouble that shows while things are tried: files, native parts, the model, the avatar. */
  readonly installation: readonly Trouble[];
  /** Absent when nobody looked. */
  readonly reached?: Reached;
  /** The verdict that `avatar.tier` "auto" goes by; absent where another is configured. */
  readonly verdict?: VerdictNote;
  /** What the daemon last wrote of itself; absent when it never ran. */
  readonly daemon?: DaemonNote;
}

export interface Trouble {
  readonly code: FindingCode;
  readonly evidence: Evidence;
}

/** How far a kept verdict can be trusted. */
export interface VerdictNote {
  /** undefined: this board was never judged. */
  readonly ageDays: number | undefined;
  /** What it was made on and is not what is here: `board`, `package`, `version`. */
  readonly differs: readonly string[];
}

/** The daemon's own word, which outlives it. */
export interface DaemonNote {
  readonly pid: number;
  readonly version: string;
  readonly startedAt: string;
  readonly writtenAt: string;
  /** Whether it said goodbye. */
  readonly ended: boolean;
  /** Whether a process of that number runs, as seen by who read the note. */
  readonly alive: boolean;
  readonly findings: readonly Finding[];
}

/** A look at one side of the world; pure. */
export type Check = (world: World) => readonly Finding[];
