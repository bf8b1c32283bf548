import { limits } from "../../config/limits.ts";
import { sampleRateHz, samplesPerFrame } from "../../config/sound.ts";
import type { Display, TextLine } from "../../drivers/display/display.ts";
import type { MouthShape } from "../mouth/shape.ts";
import type { Playback } from "../playback/playback.ts";
import { Banner } from "./banner.ts";
import { beeps } from "./beeps.ts";
import { Bench } from "./bench.ts";
import type { Canvas } from "./canvas.ts";
import type { BenchCard } from "./card.ts";
import { Changed } from "./changed.ts";
import { Fade } from "./fade.ts";
import { Faults } from "./faults.ts";
import { Imprint } from "./imprint.ts";
import type { FromStage, ToStage } from "./messages.ts";
import type { Moment } from "./moment.ts";
import { Notice } from "./notice.ts";
import { Pace, phaseMs } from "./pace.ts";
import { Recital } from "./recital.ts";
import { Repose } from "./repose.ts";
import type { Screen } from "./screen.ts";
import { Tally } from "./tally.ts";

/** Paints the avatar on its background; knows no time and no speech. */
export interface Scene {
  /** Draws frame `loopFrame` of the idle loop; the mouth is closed when there is no shape. */
  paint(canvas: Canvas, loopFrame: number, mouth: Moment | MouthShape | undefined): void;
  /** Makes the mouths of this moment and the next, for whoever needs time for that. */
  prepare?(mouth: Moment): Promise<void>;
  /** Does something besides talking, soon; false when nobody there can. */
  act?(name: string): boolean;
  /** Takes a pose until another one comes, or none; false when nobody there can. */
  pose?(name: string | undefined): boolean;
  /** What is to be set on the picture; `time` as `14:05`, `""` for none. */
  lines?(time: string, display: Pick<Display, "measure">): readonly TextLine[];
}

const none: readonly TextLine[] = [];

/** Rounds after which the compiler has seen the way of a frame. */
const warmRounds = 3;

/** The most by which the moments of frames follow the loudspeaker's clock from frame to frame. */
const slewSamples = sampleRateHz / 1000;

/**
 * The stage: shows a frame when one is due, with the mouth that belongs to what the loudspeaker
 * says at that moment. `receive` takes the desk's messages, `turn` does the work that is due and
 * says when it wants to be called again. Sound is the only clock of an utterance.
 */
export class Stage {
  readonly #screen: Screen;
  readonly #playback: Playback;
  readonly #send: (message: FromStage) => void;
  #scene: Scene;
  #canvas: Required<Canvas>;
  /** What the scene before left, while it goes over into this one. */
  #fade: Fade | undefined;
  /** Whether the scene was on the screen, or the screen is off. */
  #isShown = false;
  readonly #faults: Faults;
  readonly #tally: Tally;
  readonly #banner = new Banner();
  readonly #bench: Bench;
  readonly #notice: Notice;
  readonly #imprint = new Imprint();
  readonly #repose = new Repose();
  readonly #recital: Recital;
  #pace: Pace | undefined;
  /** The time of day that is shown; `""`: none. */
  #time = "";

  constructor(
    screen: Screen,
    playback: Playback,
    scene: Scene,
    send: (message: FromStage) => void,
  ) {
    this.#screen = screen;
    this.#playback = playback;
    this.#scene = scene;
    this.#send = send;
    this.#recital = new Recital(screen, playback, send);
    this.#canvas = Stage.canvas(screen.display);
    this.#faults = new Faults(screen, send);
    this.#tally = new Tally(screen);
    this.#bench = new Bench(screen.display);
    this.#notice = new Notice(screen.display);
  }

  /** A canvas for a scene that is to be exchanged for the one that is shown. */
  static canvas({ width, height }: Pick<Canvas, "width" | "height">): Required<Canvas> {
    const changed = new Changed({ width, height });
    changed.markAll();
    return { width, height, pixels: new Uint8Array(width * height * 4), changed };
  }

  receive(message: ToStage): void {
    this.#recital.receive(message);
    switch (message.kind) {
      case "bench":
        this.#openBench(message.card);
        break;
      case "apply":
        this.#repose.wish(message.rests);
        this.#recital.style = message.scene;
        this.#imprint.style = message.scene;
        break;
      case "thrift":
        this.#repose.save(message.on);
        break;
      case "pose":
        if (!this.#scene.pose?.(message.name)) this.#unable(message.name ?? "none");
        break;
      case "clock":
        this.#time = message.text;
        break;
      case "notice":
        this.#notice.show(message.card);
        break;
      case "imprint":
        this.#imprint.show(message.text);
        break;
      case "input":
        this.#bench.echo(message.event);
        break;
      case "banner":
        this.#banner.show(message.text, message.forMs);
        break;
      case "begin":
        this.#bench.leave();
        this.#scene.pose?.(undefined);
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

  /**
   * Shows another scene from the next frame on, painted by now on a canvas of the display's size;
   * where that is the size before, the one picture goes over into the other.
   */
  exchange(scene: Scene, canvas: Required<Canvas>): void {
    this.#fade = new Fade();
    this.#fade.begin(this.#canvas);
    this.#scene = scene;
    this.#canvas = canvas;
    canvas.changed.markAll();
    this.#notice.layOut();
    this.#isShown = false;
  }

  /** Moves the sound on, shows the frame that is due, and returns when the next one is. */
  turn(nowMs: number): number {
    this.#pace ??= new Pace(nowMs);
    this.#recital.advance();
    const due = this.#pace.take(nowMs);
    if (due) {
      const isBusy = this.isSpeaking || this.#bench.isOn || this.#banner.isOn(nowMs);
      // A film has every frame.
      const isFree = !isBusy && this.#screen.film === undefined;
      const rests = this.#repose.rests(isBusy, nowMs) && isFree;
      if (rests) this.#rest();
      else if (!isFree || !this.#isShown || !this.#repose.spares(due.frame)) {
        this.#present(due, nowMs);
      }
      this.#faults.check();
      this.#pulse(due.frame, rests);
    }
    return this.#pace.nextDueMs;
  }

  /** Works ahead, after a turn: resolves when the mouths of the next frames are made. */
  async prepare(): Promise<void> {
    const next = this.#recital.speaking?.momentAt(this.#recital.next);
    if (next) await this.#scene.prepare?.(next);
  }

  /** Whether an utterance is on the stage. */
  get isSpeaking(): boolean {
    return this.#recital.speaking !== undefined;
  }

  /** Whether the next turn shows a frame. */
  isDue(nowMs: number): boolean {
    return this.#pace === undefined || nowMs >= this.#pace.nextDueMs;
  }

  /** Whether the scene has been on the screen since it was exchanged, or the screen is off. */
  get isShown(): boolean {
    return this.#isShown;
  }

  /** The longest row of frames that were left out since this was asked last. */
  takePause(): number {
    return this.#tally.takePause();
  }

  /** What the last turn took, for the pulse; only who has a clock knows. */
  spent(ms: number): void {
    this.#tally.spent(ms);
  }

  #rest(): void {
    this.#screen.display.rest();
    this.#isShown = true;
  }

  #present(due: { frame: number; skipped: number; lateMs: number }, nowMs: number): void {
    this.#show(due.frame, due.skipped, nowMs);
    if (due.lateMs > limits.frameLateMsMax) this.#note("frame-late", { byMs: due.lateMs });
    if (due.skipped > 0) this.#note("frames-dropped", { frames: due.skipped });
    this.#tally.presented(due.skipped, due.lateMs > limits.frameLateMsMax);
  }

  #pulse(frame: number, rests: boolean): void {
    if (!this.#tally.isPulseDue(frame)) return;
    const { isSounding } = this.#recital.head;
    const offset = this.#recital.speaking?.meter.avOffsetMsP95;
    const pulse = this.#tally.pulse(isSounding, rests);
    const measured = offset === undefined ? pulse : { ...pulse, avOffsetMsP95: offset };
    this.#send({ kind: "pulse", pulse: measured });
  }

  /** A visitor who is being spoken to goes before the technician. */
  #openBench(card: BenchCard): void {
    if (this.isSpeaking) return;
    this.#bench.show(card);
    this.#playback.begin();
    for (const { pcm, balance } of beeps(card.forMs)) this.#playback.offerTo(balance, pcm);
    this.#playback.end();
  }

  #show(frame: number, skipped: number, nowMs: number): void {
    const { display, film } = this.#screen;
    const { speaking } = this.#recital;
    const { isSounding, heard } = this.#recital.head;
    const middle = heard + samplesPerFrame / 2;
    const shape = isSounding ? speaking?.mouthAt(middle) : speaking?.readiness();
    for (const name of speaking?.actionsUntil(heard) ?? []) {
      if (!this.#scene.act?.(name)) this.#unable(name);
    }
    if (speaking?.begins(shape)) this.#note("mouth-moved", { atMs: nowMs });
    const isBench = this.#bench.isOn;
    if (!isBench) this.#paint(frame, shape);
    const under = isBench
      ? this.#bench.paint(this.#canvas, nowMs, heard, skipped)
      : [...(this.#scene.lines?.(this.#time, display) ?? none), ...this.#caption(middle)];
    const text = [...under, ...this.#banner.draw(this.#canvas, display, nowMs)];
    this.#hand(text);
    const lost = film?.take(this.#playback, skipped) ?? 0;
    if (lost > 0) this.#note("film-frame-dropped", { frame });
    if (isSounding) this.#measure(middle, skipped);
  }

  #paint(frame: number, shape: Moment | MouthShape | undefined): void {
    this.#scene.paint(this.#canvas, frame, shape);
    this.#fade?.paint(this.#canvas);
    if (this.#fade?.isOver) this.#fade = undefined;
  }

  /** Hands the picture to the display, which has all of it but for what changed. */
  #hand(text: readonly TextLine[]): void {
    const { pixels, changed } = this.#canvas;
    this.#screen.display.show({ pixels, text, changed: changed.marks });
    changed.next();
    this.#isShown = true;
  }

  /** What is said goes before what is noticed; a card lies where the imprint would. */
  #caption(sample: number): readonly TextLine[] {
    const { speaking } = this.#recital;
    if (!speaking && this.#notice.isOn) return this.#notice.draw(this.#canvas);
    const said = speaking?.subtitle?.draw(this.#canvas, sample) ?? none;
    return [...this.#imprint.draw(this.#canvas, this.#screen.display), ...said];
  }

  /** Notes how far the frame is from the sound, and brings the next ones nearer. */
  #measure(middle: number, skipped: number): void {
    const { heard } = this.#screen.audio.state();
    const mouthSample = (Math.floor(middle / samplesPerFrame) + 0.5) * samplesPerFrame;
    const first = this.#recital.speaking?.meter.shown(mouthSample, heard, skipped) === 1;
    this.#pace?.shift(-phaseMs(heard, first ? samplesPerFrame / 2 : slewSamples));
  }

  #unable(action: string): void {
    this.#send({ kind: "trace", event: { area: "stage", kind: "action-unknown", action } });
  }

  #note(kind: string, detail: Readonly<Record<string, number>>): void {
    this.#send({ kind: "trace", event: { area: "stage", kind, ...detail } });
  }
}
