import { sampleRateHz } from "../../config/sound.ts";
import type { Network } from "../../drivers/inference/inference.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { Expected } from "../mouth/align.ts";
import { isToBeHeard } from "../mouth/heard.ts";
import { Hearing } from "../mouth/hearing.ts";
import type { SpeechPart, SpokenText } from "../speech/utterance.ts";
import type { ToStage } from "../stage/messages.ts";
import { Stretch } from "./stretch.ts";

/** What ears need, each opened when it is needed first. */
export interface EarsParts {
  /** The speech model. */
  model(): Promise<Network>;
  /** The shapes that a text makes. */
  read(spoken: SpokenText): Promise<readonly Expected[]>;
  readonly trace: Trace;
}

/**
 * The way to the stage for everything that is to be said. It listens with the speech model to the
 * parts whose voice tells no phonemes, and posts what it hears behind them. So whoever sends sound
 * in parts, be it a voice without phonemes, a file, or a live stream in chunks of 10 ms and more,
 * gets a mouth for it; nobody waits for it. A part is heard in the turns after `post`, in pieces of
 * 0.2 ms of this thread for each 40 ms of sound. Of live sound a first impression is there 87.5 ms
 * behind its shape, the settled one at 147.5 ms. Of sound that comes with its text (`says`), the
 * shapes of the text are laid along what was heard once it is all there.
 *
 * If the model cannot be opened or run, the trace says so once (`mouth.model-absent`), and the
 * stage is told for every utterance to guess from bands. A text that cannot be read, or is not what
 * is said, is a trace event, and the sound is followed alone.
 */
export class Ears implements AsyncDisposable {
  readonly #parts: EarsParts;
  readonly #send: (message: ToStage) => void;
  #network: Network | undefined;
  #hearing: Hearing | undefined;
  #isDeaf = false;
  /** The utterance that is listened to; 0 for none. */
  #generation = 0;
  /** The last one of which the stage knows that nothing will be heard. */
  #deafened = 0;
  /** What the last part belongs to, if it is left to the model. */
  #stretch: Stretch | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(parts: EarsParts, send: (message: ToStage) => void) {
    this.#parts = parts;
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

  #take(part: SpeechPart): void {
    if (!isToBeHeard(part, this.#stretch !== undefined)) {
      this.#close();
      return;
    }
    if (part.says) this.#close();
    const stretch = this.#stretch ?? this.#open(part);
    const generation = this.#generation;
    this.#queue((hearing) => {
      return stretch.listen(hearing, part.pcm, () => generation === this.#generation);
    });
  }

  #open({ atSample, says }: SpeechPart): Stretch {
    const { trace } = this.#parts;
    const generation = this.#generation;
    this.#stretch = new Stretch({
      from: atSample,
      ...(says ? { expected: this.#expect(says) } : {}),
      tell: (heard) => {
        if (generation === this.#generation) this.#send({ kind: "heard", generation, heard });
      },
      onMisfit: (misfit) => trace.note({ area: "mouth", kind: "text-misfit", misfit }),
    });
    return this.#stretch;
  }

  async #expect(says: SpokenText): Promise<readonly Expected[] | undefined> {
    try {
      return await this.#parts.read(says);
    } catch (error) {
      this.#parts.trace.note({ area: "mouth", kind: "text-unread", reason: reasonOf(error) });
      return undefined;
    }
  }

  /** The stretch at hand ends here, if there is one. */
  #close(): void {
    const stretch = this.#stretch;
    this.#stretch = undefined;
    if (stretch) this.#queue((hearing) => stretch.end(hearing));
  }

  #queue(task: (hearing: Hearing) => Promise<void>): void {
    const generation = this.#generation;
    this.#work = this.#work.then(async () => {
      if (generation !== this.#generation) return;
      try {
        const hearing = await this.#ready();
        if (hearing) return await task(hearing);
      } catch (error) {
        this.#isDeaf = true;
        this.#parts.trace.note({ area: "mouth", kind: "model-absent", reason: reasonOf(error) });
      }
      this.#tellDeaf(generation);
    });
  }

  async #ready(): Promise<Hearing | undefined> {
    if (this.#isDeaf || this.#hearing) return this.#isDeaf ? undefined : this.#hearing;
    this.#network = await this.#parts.model();
    this.#hearing = new Hearing(this.#network, sampleRateHz);
    return this.#hearing;
  }

  #tellDeaf(generation: number): void {
    if (generation === this.#deafened) return;
    this.#deafened = generation;
    this.#send({ kind: "deaf", generation });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
