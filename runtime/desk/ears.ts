import { sampleRateHz } from "../../config/sound.ts";
import type { Network } from "../../drivers/inference/inference.ts";
import type { Trace } from "../diagnostics/trace.ts";
import { type Heard, isToBeHeard } from "../mouth/heard.ts";
import { Hearing } from "../mouth/hearing.ts";
import { listening } from "../mouth/mel.ts";
import { Resampler } from "../speech/resample.ts";
import type { ToStage } from "../stage/messages.ts";

type Part = Extract<ToStage, { kind: "part" }>["part"];

/**
 * The way to the stage for everything that is to be said. It listens with the speech model to the
 * parts whose voice tells no phonemes, and posts what it hears behind them. So whoever sends sound
 * in parts, be it a voice without phonemes, a file, or a live stream in chunks of 10 ms and more,
 * gets a mouth for it; nobody waits for it. A part is heard in the turns after `post`, in pieces of
 * 0.2 ms of this thread for each 40 ms of sound. Of live sound a first impression is there 87.5 ms
 * behind its shape, the settled one at 147.5 ms.
 *
 * The model is opened with the first such part. If that fails, or a run of it, the trace says so
 * once (`mouth.model-absent`), and the stage is told for every utterance to guess from bands.
 */
export class Ears implements AsyncDisposable {
  readonly #open: () => Promise<Network>;
  readonly #trace: Trace;
  readonly #send: (message: ToStage) => void;
  #network: Network | undefined;
  #hearing: Hearing | undefined;
  #isDeaf = false;
  /** The utterance that is listened to; 0 for none. */
  #generation = 0;
  /** The last one of which the stage knows that nothing will be heard. */
  #deafened = 0;
  /** The stretch of sound that the last part belongs to; what is queued of an older one ends. */
  #stretch: Stretch | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(open: () => Promise<Network>, trace: Trace, send: (message: ToStage) => void) {
    this.#open = open;
    this.#trace = trace;
    this.#send = send;
  }

  /** Posts a message to the stage, and takes note of what it says. */
  post(message: ToStage): void {
    this.#send(message);
    if (message.kind === "begin") {
      this.#generation = message.generation;
      this.#stretch = undefined;
    }
    if (!("generation" in message) || message.generation !== this.#generation) return;
    if (message.kind === "part") this.#take(message.part);
    if (message.kind === "end") this.#close();
    if (message.kind === "stop") this.#generation = 0;
  }

  /** Resolves when all that was posted so far is heard. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#generation = 0;
    await this.#work;
    await this.#network?.[Symbol.asyncDispose]();
  }

  #take(part: Part): void {
    if (!isToBeHeard(part, this.#stretch !== undefined)) {
      this.#close();
      return;
    }
    const stretch = this.#stretch ?? new Stretch(this.#generation, part.atSample);
    this.#stretch = stretch;
    this.#queue(stretch, (hearing) => this.#listen(hearing, stretch, part.pcm));
  }

  /** The stretch at hand ends here, if there is one. */
  #close(): void {
    const stretch = this.#stretch;
    this.#stretch = undefined;
    if (stretch) this.#queue(stretch, (hearing) => this.#end(hearing, stretch));
  }

  #queue(stretch: Stretch, task: (hearing: Hearing) => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (stretch.generation !== this.#generation) return;
      try {
        const hearing = await this.#ready();
        if (hearing) return await task(hearing);
      } catch (error) {
        this.#isDeaf = true;
        const reason = error instanceof Error ? error.message : String(error);
        this.#trace.note({ area: "mouth", kind: "model-absent", reason });
      }
      this.#tellDeaf(stretch.generation);
    });
  }

  async #ready(): Promise<Hearing | undefined> {
    if (this.#isDeaf || this.#hearing) return this.#isDeaf ? undefined : this.#hearing;
    this.#network = await this.#open();
    this.#hearing = new Hearing(this.#network, sampleRateHz);
    return this.#hearing;
  }

  async #listen(hearing: Hearing, stretch: Stretch, pcm: Int16Array): Promise<void> {
    if (!stretch.begun) hearing.reset();
    stretch.begun = true;
    for (let at = 0; at < pcm.length; at += sliceSamples) {
      const sound = stretch.resampler.push(pcm.subarray(at, at + sliceSamples));
      const heard = await hearing.push(sound);
      this.#tell(stretch, heard);
      if (stretch.generation !== this.#generation) return;
    }
  }

  async #end(hearing: Hearing, stretch: Stretch): Promise<void> {
    this.#tell(stretch, await hearing.push(stretch.resampler.flush()));
    const last = await hearing.end();
    stretch.known = undefined;
    this.#tell(stretch, last);
  }

  #tell(stretch: Stretch, { from, segments, settled }: Heard): void {
    const known = segments.at(-1)?.to;
    if (stretch.generation !== this.#generation || known === stretch.known) return;
    stretch.known = known;
    const start = stretch.from;
    const moved = segments.map((segment) => {
      return { ...segment, from: start + segment.from, to: start + segment.to };
    });
    const heard = { from: start + from, segments: moved, settled: start + settled };
    this.#send({ kind: "heard", generation: stretch.generation, heard });
  }

  #tellDeaf(generation: number): void {
    if (generation === this.#deafened) return;
    this.#deafened = generation;
    this.#send({ kind: "deaf", generation });
  }
}

/** 100 ms: long enough for few messages, short enough to leave the thread to others. */
const sliceSamples = sampleRateHz / 10;

/** Parts without phonemes that follow each other. */
class Stretch {
  readonly generation: number;
  /** Where it begins in the utterance. */
  readonly from: number;
  readonly resampler = new Resampler(sampleRateHz, listening.rateHz);
  begun = false;
  /** Up to where the stage has been told. */
  known: number | undefined;

  constructor(generation: number, from: number) {
    this.generation = generation;
    this.from = from;
  }
}
