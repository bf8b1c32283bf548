import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Figure } from "../bench/figure-line.ts";
import { benchMouth } from "../bench/mouth.ts";
import type { Score } from "../bench/score.ts";

/**
 * What issue "mouth" promises of the speech model: right shapes, in time, cheap. The benchmark is
 * the folder named by FRONTDESK_LIPSYNC_SET (`truth.json`, `wav/`).
 */
export async function* speechFigures(quick: boolean): AsyncIterable<Figure> {
  yield* costs(quick ? 20 : 120);
  const folder = process.env.FRONTDESK_LIPSYNC_SET;
  if (!folder) {
    throw new Error(
      "Cannot measure the mouth: FRONTDESK_LIPSYNC_SET is not set, it should name a folder with " +
        "truth.json and wav/",
    );
  }
  for await (const { system, scores, cpu } of benchMouth(folder)) {
    const isOurs = system === "speech model";
    for (const [group, wanted] of Object.entries(targets)) {
      const numbers = scores.get(group);
      if (numbers) yield* shapes(`${system}, ${group}`, numbers, isOurs ? wanted : {});
    }
    yield { name: `${system}: CPU a second of sound`, value: cpu * 1000, unit: "ms", target: none };
  }
}

const none = undefined;

interface Wanted {
  readonly acc15?: number;
  readonly coarse5?: number;
  readonly closureF1?: number;
  readonly onsetMedianMs?: number;
  readonly switchRate?: number;
}

const targets: Readonly<Record<string, Wanted>> = {
  all: { acc15: 0.7, coarse5: 0.79, closureF1: 0.8 },
  "human-en": { acc15: 0.63, coarse5: 0.74, closureF1: 0.8, onsetMedianMs: 12, switchRate: 1.15 },
  noisy: { acc15: 0.6 },
};

function* shapes(name: string, numbers: Score, wanted: Wanted): Iterable<Figure> {
  for (const key of ["acc15", "coarse5", "closureF1"] as const) {
    const value = numbers[key];
    if (value !== undefined) {
      yield { name: `${name}: ${words[key]}`, value, unit: "", target: atLeast(wanted[key]) };
    }
  }
  const { onsetMedianMs: value, switchRate } = numbers;
  const most = wanted.onsetMedianMs;
  const target = most === undefined ? none : { atMost: most };
  yield { name: `${name}: onset error, median`, value, unit: "ms", target };
  const calm = wanted.switchRate === undefined ? none : { atMost: wanted.switchRate };
  yield { name: `${name}: changes a true change`, value: switchRate, unit: "", target: calm };
}

const words = { acc15: "accuracy", coarse5: "coarse5", closureF1: "closure F1" };

function atLeast(value: number | undefined): Figure["target"] {
  return value === undefined ? none : { atLeast: value };
}

/** CPU and memory of listening to made-up sound, features included. */
function* costs(seconds: number): Iterable<Figure> {
  const script = fileURLToPath(new URL("../bench/listening.ts", import.meta.url));
  const said = execFileSync(process.execPath, [script, String(seconds)], { encoding: "utf8" });
  const { cpuMs, megabytes } = JSON.parse(said) as { cpuMs: number; megabytes: number };
  yield { name: "listening: CPU a 40 ms frame", value: cpuMs, unit: "ms", target: { atMost: 2 } };
  yield { name: "listening: RSS added", value: megabytes, unit: "MB", target: { atMost: 60 } };
}
