import { tierNames } from "../../../config/tiers.ts";
import type { Progress } from "../../avatar/build/child.ts";
import { inTime } from "../../avatar/build/display.ts";
import { Forecast, type Part } from "../../avatar/build/forecast.ts";

/** How far a build is within the task's stage, in words as well. */
export interface Reading {
  /** 0 to 1. */
  readonly progress: number;
  readonly note: string;
}

/** The films are made after the build; its parts come from the build's own plan. */
export const filmsPart = "films";

/** Weighs the parts of a build by the time they usually take. */
export class Meter {
  readonly #nowSeconds: () => number;
  readonly #filmSeconds: number;
  #parts: readonly Part[] = [];
  #done = new Set<string>();
  #forecast = new Forecast([]);
  #partStart = 0;

  constructor(nowSeconds: () => number, filmSeconds: number) {
    this.#nowSeconds = nowSeconds;
    this.#filmSeconds = filmSeconds;
  }

  plan(parts: readonly Part[]): void {
    this.#parts = [...parts, { name: filmsPart, seconds: this.#filmSeconds }];
    this.#forecast = new Forecast(this.#parts);
    this.#partStart = this.#nowSeconds();
  }

  /** A part is finished; how long it took. */
  done(name: string): string {
    const seconds = this.#nowSeconds() - this.#partStart;
    this.#forecast.finish(name, seconds);
    this.#done.add(name);
    this.#partStart = this.#nowSeconds();
    return inTime(seconds);
  }

  /** True once all that is left belongs to the training. */
  get isTraining(): boolean {
    return this.#parts.every(({ name }) => isTrained(name) || this.#done.has(name));
  }

  read(step: string, { done, of, text }: Progress): Reading {
    const name = step === "tier" ? (/\d+p/.exec(text)?.[0] ?? step) : step;
    const share = of > 0 ? Math.min(1, done / of) : 0;
    const stage = this.#parts.filter((part) => isTrained(part.name) === isTrained(name));
    const weight = (part: Part) =>
      part.seconds * (this.#done.has(part.name) ? 1 : part.name === name ? share : 0);
    const all = sum(stage.map(({ seconds }) => seconds));
    const progress = all > 0 ? sum(stage.map(weight)) / all : 0;
    const left = this.#forecast.leftSeconds(name, share, this.#nowSeconds() - this.#partStart);
    return {
      progress,
      note: `${text}: ${(share * 100).toFixed(0)} %, ${inTime(left)} left in all`,
    };
  }
}

/** What of a build is TRAIN; the rest is PROCESS. */
function isTrained(name: string): boolean {
  const trained: readonly string[] = ["instant", "studio", filmsPart, ...tierNames];
  return trained.includes(name);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
