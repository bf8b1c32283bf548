import { sampleRateHz, samplesPerFrame } from "../../config/sound.ts";
import { framesPerSecond } from "../../config/tiers.ts";
import type { Colour, Display, TextLine } from "../../drivers/display/display.ts";
import type { InputEvent } from "../../drivers/input/input.ts";
import { percentile } from "../percentile.ts";
import { intoBeep, type Side, sideAt } from "./beeps.ts";
import type { Canvas } from "./canvas.ts";
import type { BenchCard } from "./card.ts";
import { Echo } from "./echo.ts";
import { paintPattern } from "./pattern.ts";
import { paintQr } from "./qr.ts";

const ink: Colour = [255, 255, 255, 255];
/** Share of the short side: 20 lines a screen, letters of 15 mm on a 24 inch one. */
const lineShare = 0.042;
const intervalsMax = 10 * framesPerSecond;

/**
 * The bench a technician stands before: test pattern, what was measured, findings, a code to scan.
 * A flash comes with each beep, and how far they are apart is measured where both are known: the
 * position of the loudspeaker when the frame is handed to the screen. It leaves by itself.
 */
export class Bench {
  readonly #display: Display;
  #card: BenchCard | undefined;
  #untilMs = Number.POSITIVE_INFINITY;
  #lastMs: number | undefined;
  #dropped = 0;
  #intervalsMs: number[] = [];
  #offsetsMs: number[] = [];
  #wasFlash = false;
  readonly #echo = new Echo();

  constructor(display: Display) {
    this.#display = display;
  }

  get isOn(): boolean {
    return this.#card !== undefined;
  }

  show(card: BenchCard): void {
    this.#card = card;
    this.#untilMs = Number.POSITIVE_INFINITY;
    this.#lastMs = undefined;
    this.#dropped = 0;
    this.#intervalsMs = [];
    this.#offsetsMs = [];
    this.#echo.clear();
  }

  leave(): void {
    this.#card = undefined;
  }

  /** Shows what is pressed and touched, so that somebody sees that it arrives. */
  echo(event: InputEvent): void {
    if (this.#card) this.#echo.take(event);
  }

  /** Paints the whole canvas and returns the lines to set on it; leaves when its time is over. */
  paint(canvas: Canvas, nowMs: number, heard: number, skipped: number): readonly TextLine[] {
    const card = this.#card;
    if (!card) return [];
    this.#time(card, nowMs, skipped);
    const flash = intoBeep(heard + samplesPerFrame / 2) !== undefined;
    paintPattern(canvas, flash);
    canvas.changed?.cover(0, 0, canvas.width, canvas.height);
    this.#measure(flash, heard);
    const side = Math.round(Math.min(canvas.width, canvas.height) * 0.34);
    const left = Math.round((canvas.width - side) / 2);
    const top = Math.round(canvas.height * 0.64);
    paintQr(canvas, card.code, { left, top, sidePx: side });
    this.#echo.paint(canvas);
    const tried = [speaker(sideAt(heard)), this.#echo.line];
    return this.#lines([...this.#measured(), ...tried, ...card.lines]);
  }

  #time({ forMs }: BenchCard, nowMs: number, skipped: number): void {
    if (this.#lastMs === undefined) this.#untilMs = nowMs + forMs;
    else this.#intervalsMs.push(nowMs - this.#lastMs);
    if (this.#intervalsMs.length > intervalsMax) this.#intervalsMs.shift();
    this.#lastMs = nowMs;
    this.#dropped += skipped;
    if (nowMs >= this.#untilMs) this.#card = undefined;
  }

  /** The first frame of a flash stands for the moment at which its beep began. */
  #measure(flash: boolean, heard: number): void {
    const into = intoBeep(heard + samplesPerFrame / 2);
    if (flash && !this.#wasFlash && into !== undefined) {
      this.#offsetsMs.push(Math.abs(((into - samplesPerFrame / 2) * 1000) / sampleRateHz));
    }
    this.#wasFlash = flash;
  }

  #measured(): string[] {
    const { width, height, name } = this.#display;
    const intervals = this.#intervalsMs;
    const sumMs = intervals.reduce((sum, ms) => sum + ms, 0);
    const rate = sumMs === 0 ? 0 : (1000 * intervals.length) / sumMs;
    const p95 = percentile(intervals, 0.95) ?? 0;
    const offset = percentile(this.#offsetsMs, 0.95) ?? 0;
    const flashes = this.#offsetsMs.length;
    return [
      `${width} x ${height} on ${name}`,
      `${rate.toFixed(1)} frames/s, p95 ${p95.toFixed(0)} ms, ${this.#dropped} dropped`,
      `Frames by ms: ${histogram(intervals)}`,
      flashes === 0
        ? "Flash and beep: waiting"
        : `Flash and beep: ${offset.toFixed(0)} ms apart (${flashes})`,
    ];
  }

  #lines(texts: readonly string[]): TextLine[] {
    const { width, height } = this.#display;
    const sizePx = Math.round(Math.min(width, height) * lineShare);
    const left = Math.round(width * 0.06);
    const top = Math.round(height * 0.16);
    const room = Math.floor((height * 0.46) / (sizePx * 1.3));
    return texts.slice(0, room).map((text, row) => {
      const y = Math.round(top + row * sizePx * 1.3);
      return { text: this.#fitted(text, sizePx), x: left, y, sizePx, colour: ink };
    });
  }

  #fitted(text: string, sizePx: number): string {
    const room = this.#display.width * 0.88;
    if (this.#display.measure(text, sizePx) <= room) return text;
    let end = text.length;
    while (end > 1 && this.#display.measure(`${text.slice(0, end)}…`, sizePx) > room) end--;
    return `${text.slice(0, end)}…`;
  }
}

/** The next beep, or the one that sounds. */
function speaker(side: Side): string {
  return { left: "Beep: < left", right: "Beep: right >", both: "Beep: < both >" }[side];
}

const bins = [35, 38, 42, 45, 60] as const;

/** `<35:0 <38:2 <42:240 <45:6 <60:2 more:0` */
function histogram(intervalsMs: readonly number[]): string {
  const counts = bins.map((_, at) => {
    const from = bins[at - 1] ?? 0;
    return intervalsMs.filter((ms) => ms >= from && ms < bins[at]!).length;
  });
  const more = intervalsMs.filter((ms) => ms >= bins.at(-1)!).length;
  return [...bins.map((bin, at) => `<${bin}:${counts[at]}`), `more:${more}`].join(" ");
}
