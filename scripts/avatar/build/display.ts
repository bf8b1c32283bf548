import type { Audience } from "./build.ts";
import type { Progress } from "./child.ts";
import { Forecast } from "./forecast.ts";
import { inWords, type Trouble } from "./trouble.ts";

/** Where progress is written, and the time. */
export interface Terminal {
  write(text: string): void;
  /** Lines can be written over. */
  readonly isLive: boolean;
  nowSeconds(): number;
}

/** Tells somebody at a terminal how a build goes: one line a step, with the time left. */
export class BuildDisplay implements Audience {
  readonly #terminal: Terminal;
  #forecast = new Forecast([]);
  #partStart: number;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#partStart = terminal.nowSeconds();
  }

  plan(parts: readonly { readonly name: string; readonly seconds: number }[]): void {
    this.#forecast = new Forecast(parts);
    this.#partStart = this.#terminal.nowSeconds();
    const names = parts.map(({ name }) => name).join(", ");
    this.#terminal.write(`${names === "" ? "nothing is left to do" : `to do: ${names}`}\n`);
  }

  progress(step: string, { done, of, text }: Progress): void {
    const now = this.#terminal.nowSeconds();
    if (now - this.#saidAt < (this.#terminal.isLive ? 0.2 : 10)) return;
    this.#saidAt = now;
    const share = of > 0 ? Math.min(1, done / of) : 0;
    const left = this.#forecast.leftSeconds(partOf(step, text), share, now - this.#partStart);
    const line = `${text}: ${(share * 100).toFixed(0)} %, ${inTime(left)} left in all`;
    this.#terminal.write(this.#terminal.isLive ? `\r\x1b[K${line}` : `${line}\n`);
  }

  trouble(step: string, trouble: Trouble): void {
    if (trouble.severity !== "warning") return;
    this.#terminal.write(`${this.#clear()}${step} warns: ${inWords(trouble)}\n`);
  }

  done(name: string): void {
    const now = this.#terminal.nowSeconds();
    const seconds = now - this.#partStart;
    this.#forecast.finish(name, seconds);
    this.#partStart = now;
    this.#terminal.write(`${this.#clear()}${name}: done in ${inTime(seconds)}\n`);
  }

  #clear(): string {
    return this.#terminal.isLive ? "\r\x1b[K" : "";
  }
}

/** Tiers are packed by one program; its text names the tier first. */
function partOf(step: string, text: string): string {
  return step === "tier" ? (/\d+p/.exec(text)?.[0] ?? step) : step;
}

/** As `2 h 05 min`, `3 min 20 s` or `12 s`. */
export function inTime(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, "0")} min`;
  return minutes > 0 ? `${minutes} min ${String(whole % 60).padStart(2, "0")} s` : `${whole} s`;
}
