import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What `WORK/STEP/result.json` tells; which fields there are is the step's own affair. */
export interface Result {
  readonly frames: number;
  readonly size: readonly [width: number, height: number];
  readonly backdrop?: [number, number, number] | null;
  /** How long the step learned. */
  readonly seconds?: number;
  readonly report?: readonly Chapter[];
}

/** A part of the report, as a step tells it. Files are relative to WORK. */
export interface Chapter {
  readonly title: string;
  readonly text?: string;
  readonly rows?: readonly (readonly [name: string, value: string])[];
  readonly pictures?: readonly { readonly file: string; readonly caption: string }[];
  readonly plots?: readonly Plot[];
}

/** Curves over a common axis. */
export interface Plot {
  readonly caption: string;
  readonly x: string;
  readonly series: Readonly<Record<string, readonly (number | null)[]>>;
}

/** An action as step `actions` tells it. */
export interface ActionResult {
  readonly frames: number;
  readonly hold?: readonly [from: number, to: number];
}

/** Reads a step's result; throws when the step has left none. */
export function readResult(work: string, step: string): Result {
  return JSON.parse(readFileSync(join(work, step, "result.json"), "utf8"));
}

/** The actions by name. */
export function readActions(work: string): Readonly<Record<string, ActionResult>> {
  return JSON.parse(readFileSync(join(work, "actions/result.json"), "utf8")).actions;
}
