import type { Clock } from "../../drivers/clock/clock.ts";
import type { Network } from "../../drivers/inference/inference.ts";
import type { Thread } from "../../drivers/thread/thread.ts";
import type { Drive, DriveFault } from "../cloud/drive.ts";
import { Drives } from "../cloud/drives.ts";
import type { DriveEvent } from "../cloud/event.ts";
import { Ears } from "../desk/ears.ts";
import type { Reader } from "../desk/reader.ts";
import type { SourceParts } from "../desk/sources.ts";
import { Speaker } from "../desk/speaker.ts";
import type { Trace } from "../diagnostics/trace.ts";
import { Bell, loop } from "../loop.ts";
import type { FromStage, StageFacts, ToStage } from "../stage/messages.ts";

/** What one session speaks with; all but the stage may be shared by several. */
export interface EngineParts extends Omit<SourceParts, "stream"> {
  readonly stage: Thread<ToStage, FromStage> & { ended(): Promise<void> };
  readonly clock: Clock;
  readonly trace: Trace;
  readonly reader: Reader;
  readonly lang: string;
  newId(): string;
  speechModel(): Promise<Network>;
}

/** Who hears of what the engine does. */
export interface EngineHearers {
  ready(facts: StageFacts): void;
  told(event: DriveEvent): void;
  /** The stage broke: nothing comes of this engine any more. */
  lost(reason: string): void;
}

/**
 * The media of one session: a stage of its own, without a screen, and a speaker for it. It is the
 * kiosk's way from a text to the picture, with drives in the place of jobs from the queue.
 */
export class Engine implements AsyncDisposable {
  readonly #parts: EngineParts;
  readonly #drives: Drives;
  readonly #bell = new Bell();
  readonly #stop = new AbortController();
  readonly #ears: Ears;
  readonly #loop: Promise<void>;
  #isLost = false;

  constructor(parts: EngineParts, hearers: EngineHearers) {
    const { stage, clock, trace, voice, media, decoder, lang } = parts;
    this.#parts = parts;
    const ring = () => this.#bell.ring();
    const model = { model: parts.speechModel, read: parts.reader.read.bind(parts.reader), trace };
    this.#ears = new Ears(model, (message) => stage.post(message));
    const stream: SourceParts["stream"] = (job) => this.#drives.stream(job);
    const speaker = new Speaker(
      { voice, media, decoder, stream },
      lang,
      (message) => this.#ears.post(message),
      ring,
    );
    this.#drives = new Drives(speaker, parts.newId, hearers.told);
    stage.onMessage((message) => {
      if (message.kind === "trace") trace.note(message.event);
      if (message.kind === "ready") hearers.ready(message.facts);
      speaker.receive(message);
      ring();
    });
    stage.onLost((reason) => {
      trace.note({ area: "cloud", kind: "stage-lost", reason });
      this.#isLost = true;
      speaker.stageLost();
      ring();
      hearers.lost(reason);
    });
    this.#loop = loop((nowMs) => this.#drives.turn(nowMs), clock, this.#bell, this.#stop.signal);
  }

  /** Whether something is said, or about to be. */
  get isBusy(): boolean {
    return this.#drives.isBusy;
  }

  drive(drive: Drive): { readonly id: string | null } | DriveFault {
    const taken = this.#drives.take(drive, this.#parts.clock.monotonicMs());
    this.#bell.ring();
    return taken;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { stage } = this.#parts;
    this.#drives.interrupt();
    this.#stop.abort();
    await this.#loop;
    await this.#ears[Symbol.asyncDispose]();
    // A stage that is told to close ends its encoder with it.
    if (!this.#isLost) {
      stage.post({ kind: "close" });
      await stage.ended();
    }
    await stage[Symbol.asyncDispose]();
  }
}
