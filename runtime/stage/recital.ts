import { sampleRateHz, samplesPerFrame } from "../../config/sound.ts";
import type { Playback } from "../playback/playback.ts";
import type { FromStage, ToStage } from "./messages.ts";
import type { Screen } from "./screen.ts";
import { Speaking } from "./speaking.ts";
import { type CaptionStyle, plainStyle } from "./subtitle.ts";

type Message<Kind extends ToStage["kind"]> = Extract<ToStage, { kind: Kind }>;

/**
 * What is being said, and what of it is heard: takes the desk's messages about utterances and tells
 * the desk how they go. What carries an old generation is dropped.
 */
export class Recital {
  readonly #screen: Screen;
  readonly #playback: Playback;
  readonly #send: (message: FromStage) => void;
  #speaking: Speaking | undefined;
  /** The samples of marks that were not heard yet. */
  #marks: number[] = [];
  /** How captions look, from the next utterance on. */
  style: CaptionStyle = plainStyle;
  /** The newest generation that began or was stopped; older parts are dropped. */
  #generation = 0;

  constructor(screen: Screen, playback: Playback, send: (message: FromStage) => void) {
    this.#screen = screen;
    this.#playback = playback;
    this.#send = send;
  }

  /** The utterance on the stage. */
  get speaking(): Speaking | undefined {
    return this.#speaking;
  }

  /** Whether it can be heard now, and the sample that is. */
  get head(): { readonly isSounding: boolean; readonly heard: number } {
    const { state, heard } = this.#playback.head;
    return { isSounding: state === "playing" || state === "draining", heard };
  }

  /** Where its next frame is: the middle of the stretch of sound that goes with it. */
  get next(): number {
    const { state, heard } = this.#playback.head;
    return heard + (state === "ready" ? 0 : samplesPerFrame) + samplesPerFrame / 2;
  }

  receive(message: ToStage): void {
    if (message.kind === "begin") this.#begin(message);
    if (message.kind === "part") this.#part(message);
    if (message.kind === "end") this.#end(message);
    if (message.kind === "go") this.#go(message);
    if (message.kind === "stop") this.#stop(message.generation);
    if (message.kind === "close") this.#stop(this.#generation);
    if (message.kind === "caption") {
      this.#of(message)?.extend(message.text, this.#screen.display, this.style);
    }
    if (message.kind === "heard") this.#of(message)?.track.hear(message.heard);
    if (message.kind === "deaf") this.#of(message)?.track.deafen();
  }

  /** Tells the desk when sound begins, how far it is, and when the last sample was heard. */
  advance(): void {
    const head = this.#playback.turn();
    const speaking = this.#speaking;
    if (!speaking) return;
    const { generation } = speaking;
    if (!speaking.primed && this.#playback.primed) {
      speaking.primed = true;
      this.#send({ kind: "primed", generation });
    }
    if (!speaking.announced && head.state !== "ready") {
      speaking.announced = true;
      this.#send({ kind: "speaking", generation });
    }
    if (this.#passesMark(head.heard) || speaking.isTold(Math.floor(head.heard / sampleRateHz))) {
      this.#send({ kind: "position", generation, heard: head.heard });
    }
    if (head.state !== "done") return;
    const proof = speaking.meter.proof(head.heard, this.#screen.audio.state().underruns);
    this.#playback.stop();
    this.#speaking = undefined;
    this.#tellGuessed(speaking);
    this.#send({ kind: "finished", generation, proof });
  }

  #begin({ generation, caption }: Message<"begin">): void {
    if (generation <= this.#generation) return;
    this.#generation = generation;
    this.#marks = [];
    const { audio } = this.#screen;
    this.#playback.begin(true);
    this.#speaking = new Speaking(generation, audio.state().underruns);
    if (caption !== "") this.#speaking.extend(caption, this.#screen.display, this.style);
  }

  /** The utterance that a message belongs to; undefined when it comes too late. */
  #of({ generation }: { readonly generation: number }): Speaking | undefined {
    return this.#speaking?.generation === generation ? this.#speaking : undefined;
  }

  #part(message: Message<"part">): void {
    const speaking = this.#of(message);
    if (!speaking) return;
    this.#playback.offer(message.part.pcm, message.isLive);
    speaking.add(message.part, message.isLive);
    const marks = message.part.cues.filter(({ kind }) => kind === "mark");
    this.#marks.push(...marks.map(({ atSample }) => atSample));
    this.advance();
  }

  #end(message: Message<"end">): void {
    const speaking = this.#of(message);
    if (!speaking) return;
    this.#playback.end();
    speaking.end();
  }

  #go(message: Message<"go">): void {
    if (!this.#of(message)) return;
    this.#playback.release();
    this.advance();
  }

  #stop(generation: number): void {
    const heard = this.#playback.stop();
    this.#generation = Math.max(this.#generation, generation);
    const speaking = this.#speaking;
    this.#speaking = undefined;
    const proof = speaking?.meter.proof(heard, this.#screen.audio.state().underruns);
    if (speaking && proof) {
      this.#tellGuessed(speaking);
      this.#send({ kind: "stopped", generation: speaking.generation, proof });
    }
  }

  /** Whether a mark of the text is heard now: the desk wants to know at once. */
  #passesMark(heard: number): boolean {
    const before = this.#marks.length;
    this.#marks = this.#marks.filter((atSample) => atSample > heard);
    return this.#marks.length < before;
  }

  /** Frames were due before the speech model had heard them. */
  #tellGuessed({ track: { guessed: frames } }: Speaking): void {
    if (frames === 0) return;
    this.#send({ kind: "trace", event: { area: "mouth", kind: "frames-guessed", frames } });
  }
}
