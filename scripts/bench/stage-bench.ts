import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { runInNewContext } from "node:vm";
import { parseConfig, withTier } from "../../config/config.ts";
import { framesPerSecond, type Tier, tiers } from "../../config/tiers.ts";
import { SilentAudio } from "../../drivers/audio/silent.ts";
import { systemClock } from "../../drivers/clock/system.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import type { Display } from "../../drivers/display/display.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { nativePixels } from "../../drivers/pixels/native.ts";
import { collect } from "../../drivers/thread/settle.ts";
import { ScriptedVoice } from "../../drivers/voice/scripted.ts";
import { Bell, loop } from "../../runtime/loop.ts";
import { prepare } from "../../runtime/speech/prepare.ts";
import type { Casting } from "../../runtime/stage/cast.ts";
import type { FromStage } from "../../runtime/stage/messages.ts";
import { type House, Show } from "../../runtime/stage/show.ts";

/** One exchange, as it was seen. */
export interface Exchange {
  /** Why it was refused; undefined: it was made. */
  readonly refused: string | undefined;
  /** Frames left out in the longest row, as the stage counts them. */
  readonly pauseFrames: number;
  /** The longest time between two pictures, from the request to well after it. */
  readonly pauseMs: number;
  /** The most processor time of the stage's thread between two pictures: no other load counts. */
  readonly workMs: number;
  /** From the request, or from the end of what was said, to the new picture. */
  readonly changeMs: number;
}

const root = join(import.meta.dirname, "../..");
const first: Tier = "540p";
/** Frames that are watched after an exchange: the old avatar is closed, its memory collected. */
const after = 8;
const frameMs = 1_000 / framesPerSecond;
/** Pages are given back by threads of their own. */
const givingMs = 1_000;

/** A stage that goes on in real time, on a display in memory, and is asked for other avatars. */
export class StageBench implements AsyncDisposable {
  readonly #clock = systemClock();
  readonly #bell = new Bell();
  readonly #stop = new AbortController();
  readonly #voice = new ScriptedVoice(this.#clock);
  readonly #display: Display;
  #show!: Show;
  #going = Promise.resolve();
  #generation = 0;
  #nextMs = 0;
  /** When pictures were shown, by the clock and by the processor time of this thread. */
  #pictures: { readonly atMs: number; readonly cpuMs: number }[] = [];
  #ears = new Map<FromStage["kind"], (message: FromStage) => void>();

  private constructor(display: Display) {
    this.#display = display;
  }

  static async open(): Promise<StageBench> {
    const native = join(root, "build/native");
    const bench = new StageBench(openDisplay(native, "memory", tiers[first]));
    const house = houseOf(bench.#display, native);
    bench.#show = await Show.open(house, (message) => bench.#ears.get(message.kind)?.(message));
    bench.#going = loop(
      (nowMs) => bench.#turn(nowMs),
      bench.#clock,
      bench.#bell,
      bench.#stop.signal,
    );
    return bench;
  }

  /** Asks for an avatar, if so in the middle of an utterance, and watches what comes of it. */
  async exchange(cast: Casting, isSpeaking: boolean): Promise<Exchange> {
    const { ended } = isSpeaking ? await this.#speak() : {};
    const askedMs = this.#clock.monotonicMs();
    this.#pictures = [this.#now()];
    const shown = this.#heard("avatar-shown");
    const refusal = this.#heard("avatar-refused");
    this.#show.receive({ kind: "avatar", ...cast });
    this.#bell.ring();
    const sinceMs = (await ended) ?? askedMs;
    const answer = await Promise.race([shown, refusal]);
    const changeMs = this.#clock.monotonicMs() - sinceMs;
    collect();
    await this.#clock.sleepUntil(this.#clock.monotonicMs() + after * frameMs);
    const pictures = this.#pictures;
    const longest = (of: "atMs" | "cpuMs"): number =>
      Math.max(...pictures.map((one, at) => one[of] - (pictures[at - 1] ?? one)[of]));
    return {
      refused: answer.kind === "avatar-refused" ? answer.reason : undefined,
      pauseFrames: answer.kind === "avatar-shown" ? answer.pauseFrames : 0,
      ...{ pauseMs: longest("atMs"), workMs: longest("cpuMs"), changeMs },
    };
  }

  /** Memory of the process once everything is given back that V8 keeps for later, in MB. */
  async restMb(): Promise<number> {
    collect();
    const all = runInNewContext("gc") as (how: object) => void;
    all({ type: "major", flavor: "last-resort" });
    await this.#clock.sleepUntil(this.#clock.monotonicMs() + givingMs);
    return process.memoryUsage.rss() / 1024 / 1024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#going;
    await this.#show[Symbol.asyncDispose]();
    this.#display[Symbol.dispose]();
  }

  async #turn(nowMs: number): Promise<number> {
    const nextMs = this.#show.turn(nowMs);
    if (nextMs !== this.#nextMs) this.#pictures.push(this.#now());
    this.#nextMs = nextMs;
    await this.#show.prepare();
    return nextMs;
  }

  #now(): { readonly atMs: number; readonly cpuMs: number } {
    const { user, system } = process.threadCpuUsage();
    return { atMs: this.#clock.monotonicMs(), cpuMs: (user + system) / 1_000 };
  }

  /** Resolves when it sounds; `ended` with the moment at which that is over. */
  async #speak(): Promise<{ readonly ended?: Promise<number> }> {
    const generation = ++this.#generation;
    const text = "one two three.";
    const primed = this.#heard("primed");
    const speaking = this.#heard("speaking");
    const ended = this.#heard("finished").then(() => this.#clock.monotonicMs());
    this.#show.receive({ kind: "begin", generation, caption: text });
    const abort = new AbortController();
    for await (const part of prepare(this.#voice, { kind: "text", text }, abort.signal)) {
      this.#show.receive({ kind: "part", generation, part });
    }
    this.#show.receive({ kind: "end", generation });
    await primed;
    this.#show.receive({ kind: "go", generation });
    await speaking;
    return { ended };
  }

  /** The next message of a kind. */
  #heard<K extends FromStage["kind"]>(kind: K): Promise<Extract<FromStage, { kind: K }>> {
    return new Promise((resolve) => {
      this.#ears.set(kind, (message) => resolve(message as Extract<FromStage, { kind: K }>));
    });
  }
}

function houseOf(display: Display, native: string): House {
  const place = {
    trace: { note: () => {} },
    pictures: sharpPictures(),
    pixels: nativePixels(native),
    inference: new OnnxInference(),
    files: { read: readIfThere, openFile: openIfThere },
    avatars: [join(root, "config/avatars")],
    breathe: () => setImmediate(),
  };
  const facts = {
    ...{ display: display.name, displaysRefused: [], audio: "silent", audioRefused: [] },
    ...{ tier: first, ...tiers[first], framesPerSecond },
  };
  const screen = { display, audio: new SilentAudio(systemClock()) };
  return { config: withTier(parseConfig({}, "the defaults"), first), screen, place, facts };
}
