import { limits } from "../../config/limits.ts";
import { sampleRateHz, samplesPerFrame } from "../../config/sound.ts";
import { framesPerSecond } from "../../config/tiers.ts";
import type { Audio } from "../../drivers/audio/audio.ts";
import type { Display, TextLine } from "../../drivers/display/display.ts";
import type { MouthShape } from "../mouth/shape.ts";
import type { Playback } from "../playback/playback.ts";
import { Banner } from "./banner.ts";
import { beeps } from "./beeps.ts";
import { Bench } from "./bench.ts";
import type { Canvas } from "./canvas.ts";
import type { BenchCard } from "./card.ts";
import { Changed } from "./changed.ts";
import { Faults } from "./faults.ts";
import type { Film } from "./film.ts";
import type { FromStage, ToStage } from "./messages.ts";
import type { Moment } from "./moment.ts";
import { Notice } from "./notice.ts";
import { Pace } from "./pace.ts";
import { Repose } from "./repose.ts";
import { Speaking } from "./speaking.ts";
import { Tally } from "./tally.ts";

/** Paints the avatar on its background; knows no time and no speech. */
export interface Scene {
  /** Draws frame `loopFrame` of the idle loop; the mouth is closed when there is no shape. */
  paint(canvas: Canvas, loopFrame: number, mouth: Moment | MouthShape | undefined): void;
  /** Makes the mouths of this moment and the next, for whoever needs time for that. */
  prepare?(mouth: Moment): Promise<void>;
}

/** Rounds after which the compiler has seen the way of a frame. */
const warmRounds = 3;

/** The most by which the moments of frames follow the loudspeaker's clock from frame to frame. */
const slewSamples = sampleRateHz / 1000;

/** What the stage plays on. A film is made only when somebody asked for one. */
export interface Screen {
  readonly display: Display;
  readonly audio: Audio;
  readonly film?: Film;
}

/**
 * The stage: shows a frame when one is due, with the mouth that belongs to what the loudspeaker
 * says at that moment. `receive` takes the desk's messages, `turn` does the work that is due and
 * says when it wants to be called again. Sound is the only clock of an utterance.
 */
export class Stage {
  readonly #screen: Screen;
  readonly #playback: Playback;
  readonly #scene: Scene;
  readonly #send: (message: FromStage) => void;
  readonly #canvas: Canvas;
  readonly #changed: Changed;
  readonly #faults: Faults;
  readonly #tally: Tally;
  readonly #banner = new Banner();
  readonly #bench: Bench;
  readonly #notice: Notice;
  readonly #repose = new Repose();
  #pace: Pace | undefined;
  #speaking: Speaking | undefined;
  /** The newest generation that began or was stopped; older parts are dropped. */
  #generation = 0;
  /** The last one in which the desk was told that pictures come. */
  #second = -1;

  constructor(
    screen: Screen,
    playback: Playback,
    scene: Scene,
    send: (message: FromStage) => void,
  ) {
    const { width, height } = screen.display;
    this.#screen = screen;
    this.#playback = playback;
    this.#scene = scene;
    this.#send = send;
    const pixels = new Uint8Array(width * height * 4);
    this.#changed = new Changed({ width, height });
    this.#changed.markAll();
    this.#canvas = { width, height, pixels, changed: this.#changed };
    this.#faults = new Faults(screen, send);
    this.#tally = new Tally(screen);
    this.#bench = new Bench(screen.display);
    this.#notice = new Notice(screen.display);
  }

  receive(message: ToStage): void {
    switch (message.kind) {
      case "begin":
        this.#begin(message.generation, message.caption);
        break;
      case "part":
        this.#part(message);
        break;
      case "heard":
        if (this.#speaking?.generation === message.generation) {
          this.#speaking.track.hear(message.heard);
        }
        break;
      case "deaf":
        if (this.#speaking?.generation === message.generation) this.#speaking.track.deafen();
        break;
      case "end":
        this.#end(message.generation);
        break;
      case "go":
        this.#go(message.generation);
        break;
      case "bench":
        this.#openBench(message.card);
        break;
      case "apply":
        this.#repose.wish(message.rests);
        break;
      case "notice":
        this.#notice.show(message.card);
        break;
      case "banner":
        this.#banner.show(message.text, message.forMs);
        break;
      case "stop":
        this.#stop(message.generation);
        break;
      case "close":
        this.#stop(this.#generation);
        break;
    }
  }

  /** Shows the first picture before time begins, so that what is slow once makes no frame late. */
  rise(): void {
    for (let round = 0; round < warmRounds; round++) {
      this.#scene.paint(this.#canvas, 0, undefined);
      this.#hand([]);
    }
  }

  /** Moves the sound on, shows the frame that is due, and returns when the next one is. */
  turn(nowMs: number): number {
    this.#pace ??= new Pace(nowMs);
    this.#advance();
    const due = this.#pace.take(nowMs);
    if (due) {
      const isBusy = this.#speaking !== undefined || this.#bench.isOn || this.#banner.isOn(nowMs);
      const rests = this.#repose.rests(isBusy, nowMs) && this.#screen.film === undefined;
      if (rests) this.#screen.display.rest();
      else this.#present(due, nowMs);
      this.#faults.check();
      this.#pulse(due.frame, rests);
    }
    return this.#pace.nextDueMs;
  }

  /** Works ahead, after a turn: resolves when the mouths of the next frames are made. */
  async prepare(): Promise<void> {
    const { state, heard } = this.#playback.head;
    const behind = state === "ready" ? 0 : samplesPerFrame;
    const next = this.#speaking?.momentAt(heard + behind + samplesPerFrame / 2);
    if (next) await this.#scene.prepare?.(next);
  }

  /** What the last turn took, for the pulse; only who has a clock knows. */
  spent(ms: number): void {
    this.#tally.spent(ms);
  }

  #present(due: { frame: number; skipped: number; lateMs: number }, nowMs: number): void {
    this.#show(due.frame, due.skipped, nowMs);
    if (due.lateMs > limits.frameLateMsMax) this.#note("frame-late", { byMs: due.lateMs });
    if (due.skipped > 0) this.#note("frames-dropped", { frames: due.skipped });
    this.#tally.presented(due.skipped, due.lateMs > limits.frameLateMsMax);
  }

  #pulse(frame: number, rests: boolean): void {
    const second = Math.floor(frame / framesPerSecond);
    if (second === this.#second) return;
    this.#second = second;
    const { state } = this.#playback.head;
    const sounding = state === "playing" || state === "draining";
    this.#send({ kind: "pulse", pulse: this.#tally.pulse(sounding, rests) });
  }

  /** A visitor who is being spoken to goes before the technician. */
  #openBench(card: BenchCard): void {
    if (this.#speaking) return;
    this.#bench.show(card);
    this.#playback.begin();
    for (const { pcm, balance } of beeps(card.forMs)) this.#playback.offerTo(balance, pcm);
    this.#playback.end();
  }

  #begin(generation: number, caption: string): void {
    if (generation <= this.#generation) return;
    this.#generation = generation;
    this.#bench.leave();
    const { display, audio } = this.#screen;
    this.#playback.begin(true);
    this.#speaking = new Speaking(generation, caption, display, audio.state().underruns);
  }

  #part({ generation, part }: Extract<ToStage, { kind: "part" }>): void {
    if (this.#speaking?.generation !== generation) return;
    this.#playback.offer(part.pcm);
    this.#speaking.add(part);
    this.#advance();
  }

  #end(generation: number): void {
    if (this.#speaking?.generation !== generation) return;
    this.#playback.end();
    this.#speaking.end();
  }

  #go(generation: number): void {
    if (this.#speaking?.generation !== generation) return;
    this.#playback.release();
    this.#advance();
  }

  #stop(generation: number): void {
    const heard = this.#playback.stop();
    this.#generation = Math.max(this.#generation, generation);
    const speaking = this.#speaking;
    this.#speaking = undefined;
    const proof = speaking?.meter.proof(heard, this.#screen.audio.state().underruns);
    if (speaking && proof) {
      this.#send({ kind: "stopped", generation: speaking.generation, proof });
    }
  }

  /** Tells the desk when sound begins and when the last sample was heard. */
  #advance(): void {
    const head = this.#playback.turn();
    const speaking = this.#speaking;
    if (!speaking) return;
    if (!speaking.primed && this.#playback.primed) {
      speaking.primed = true;
      this.#send({ kind: "primed", generation: speaking.generation });
    }
    if (!speaking.announced && head.state !== "ready") {
      speaking.announced = true;
      this.#send({ kind: "speaking", generation: speaking.generation });
    }
    if (head.state !== "done") return;
    const proof = speaking.meter.proof(head.heard, this.#screen.audio.state().underruns);
    this.#playback.stop();
    this.#speaking = undefined;
    this.#send({ kind: "finished", generation: speaking.generation, proof });
  }

  #show(frame: number, skipped: number, nowMs: number): void {
    const { display, film } = this.#screen;
    const { state, heard } = this.#playback.head;
    const sounding = state === "playing" || state === "draining";
    const middle = heard + samplesPerFrame / 2;
    const shape = sounding ? this.#speaking?.mouthAt(middle) : undefined;
    const isBench = this.#bench.isOn;
    if (!isBench) this.#scene.paint(this.#canvas, frame, shape);
    const under = isBench
      ? this.#bench.paint(this.#canvas, nowMs, heard, skipped)
      : this.#caption(middle);
    const text = [...under, ...this.#banner.draw(this.#canvas, display, nowMs)];
    this.#hand(text);
    const lost = film?.take(this.#playback, skipped) ?? 0;
    if (lost > 0) this.#note("film-frame-dropped", { frame });
    if (sounding) this.#measure(middle, skipped);
    if (sounding && frame % framesPerSecond === 0) this.#tellPosition(heard);
  }

  /** Hands the picture to the display, which has all of it but for what changed. */
  #hand(text: readonly TextLine[]): void {
    const { pixels } = this.#canvas;
    this.#screen.display.show({ pixels, text, changed: this.#changed.marks });
    this.#changed.next();
  }

  /** What is said goes before what is noticed. */
  #caption(sample: number): readonly TextLine[] {
    if (!this.#speaking) return this.#notice.draw(this.#canvas);
    return this.#speaking.subtitle?.draw(this.#canvas, sample) ?? [];
  }

  #tellPosition(heard: number): void {
    const generation = this.#speaking?.generation;
    if (generation !== undefined) this.#send({ kind: "position", generation, heard });
  }

  /** Notes how far the frame is from the sound, and brings the next ones nearer. */
  #measure(middle: number, skipped: number): void {
    const { heard } = this.#screen.audio.state();
    const mouthSample = (Math.floor(middle / samplesPerFrame) + 0.5) * samplesPerFrame;
    const first = this.#speaking?.meter.shown(mouthSample, heard, skipped) === 1;
    this.#pace?.shift(-phaseMs(heard, first ? samplesPerFrame / 2 : slewSamples));
  }

  #note(kind: string, detail: Readonly<Record<string, number>>): void {
    this.#send({ kind: "trace", event: { area: "stage", kind, ...detail } });
  }
}

/** How long after the nearest frame of the mouth track `heard` is, bounded by `most` samples. */
function phaseMs(heard: number, most: number): number {
  const half = samplesPerFrame / 2;
  const phase = ((heard + half) % samplesPerFrame) - half;
  return (Math.max(-most, Math.min(most, phase)) * 1000) / sampleRateHz;
}
