import { type Voice, VoiceError } from "../../drivers/voice/voice.ts";
import type { Job } from "../job/job.ts";
import { prepare } from "../speech/prepare.ts";
import type { Speech } from "../speech/script.ts";
import type { FromStage, Proof, ToStage } from "../stage/messages.ts";
import { captionOf } from "./caption.ts";
import { Lead } from "./lead.ts";

/** What became of the job at hand, in the order it happened. */
export type SpeakerEvent =
  /** It could sound now, and does so after `go`. */
  | { readonly kind: "primed"; readonly jobId: string }
  | { readonly kind: "speaking"; readonly jobId: string }
  | {
      readonly kind: "completed";
      readonly jobId: string;
      readonly proof: Proof;
      /** What the voice could not do as the job wished, e.g. `pitch`. */
      readonly unsupported: readonly string[];
    }
  | { readonly kind: "stopped"; readonly jobId: string; readonly proof: Proof }
  | {
      readonly kind: "failed";
      readonly jobId: string;
      readonly code: string;
      readonly message: string;
    };

interface Current {
  readonly jobId: string;
  readonly generation: number;
  readonly abort: AbortController;
  readonly lead: Lead;
  readonly unsupported: Set<string>;
  failure: { readonly code: string; readonly message: string } | undefined;
}

/**
 * Carries one job at a time from text to the stage, sentence by sentence. Every job gets a new
 * generation; `stop` aborts the voice and silences the stage in the same turn. Each job that was
 * started ends in exactly one `completed`, `stopped` or `failed`, which `poll` hands out.
 */
export class Speaker {
  readonly #voice: Voice;
  #language: string;
  #captions = true;
  readonly #send: (message: ToStage) => void;
  readonly #wake: () => void;
  #current: Current | undefined;
  #generation = 0;
  #ready = false;
  #events: SpeakerEvent[] = [];
  /** Synthesis of the job before, which may still be on its way out. */
  #winding: Promise<void> = Promise.resolve();

  constructor(voice: Voice, language: string, send: (message: ToStage) => void, wake: () => void) {
    this.#voice = voice;
    this.#language = language;
    this.#send = send;
    this.#wake = wake;
  }

  /** What the next job gets: `language` when it names none, captions only where allowed. */
  configure(language: string, captions: boolean): void {
    this.#language = language;
    this.#captions = captions;
  }

  /** Whether the stage takes a job now. */
  get free(): boolean {
    return this.#ready && this.#current === undefined;
  }

  start(job: Job): void {
    const generation = ++this.#generation;
    const abort = new AbortController();
    const current: Current = {
      ...{ jobId: job.id, generation, abort },
      ...{ lead: new Lead(), unsupported: new Set<string>(), failure: undefined },
    };
    this.#current = current;
    const caption = captionOf(job);
    const shown = job.captions && this.#captions;
    this.#send({ kind: "begin", generation, caption: shown ? caption.text : "" });
    this.#winding = this.#winding.then(() => this.#pump(current, this.#speech(job), caption.at));
  }

  /** Lets the job at hand sound: what must be on disk before that is there. */
  go(): void {
    if (!this.#current) return;
    this.#send({ kind: "go", generation: this.#current.generation });
  }

  /** Silence as soon as the stage reads it; the job then ends `stopped`. */
  stop(): void {
    if (!this.#current) return;
    this.#current.abort.abort();
    this.#current.lead.follow(Number.POSITIVE_INFINITY);
    this.#send({ kind: "stop", generation: this.#current.generation });
  }

  receive(message: FromStage): void {
    const current = this.#current;
    if (message.kind === "ready") this.#ready = true;
    if (!("generation" in message) || message.generation !== current?.generation) return;
    if (message.kind === "position") current.lead.follow(message.heard);
    if (message.kind === "primed" || message.kind === "speaking") {
      this.#tell({ kind: message.kind, jobId: current.jobId });
    }
    if (message.kind === "finished" || message.kind === "stopped") this.#finish(current, message);
  }

  /** The stage is gone with whatever it was saying; nothing starts until it is `ready` again. */
  stageLost(): void {
    this.#ready = false;
    const current = this.#current;
    if (!current) return;
    current.abort.abort();
    current.lead.follow(Number.POSITIVE_INFINITY);
    this.#current = undefined;
    const message = "Cannot finish the job: the stage stopped, it should go on";
    this.#tell({ kind: "failed", jobId: current.jobId, code: "STAGE_LOST", message });
  }

  /** What happened since the last call. */
  poll(): readonly SpeakerEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  async #pump(current: Current, speech: Speech, at: (offset: number) => number) {
    const { generation, abort, lead, unsupported } = current;
    const ignore = (wish: string) => unsupported.add(wish);
    try {
      for await (const part of prepare(this.#voice, speech, abort.signal, ignore)) {
        const words = part.words.map((word) => ({ ...word, start: at(word.start) }));
        this.#send({ kind: "part", generation, part: { ...part, words } });
        await lead.room(part.atSample + part.pcm.length);
      }
      if (!abort.signal.aborted) this.#send({ kind: "end", generation });
    } catch (error) {
      current.failure = asFailure(error);
      this.#send({ kind: "stop", generation });
    }
  }

  #finish(current: Current, message: { kind: "finished" | "stopped"; proof: Proof }): void {
    const { jobId, failure } = current;
    const { proof } = message;
    const unsupported = [...current.unsupported];
    this.#current = undefined;
    if (failure) this.#tell({ kind: "failed", jobId, ...failure });
    else if (message.kind === "finished") {
      this.#tell({ kind: "completed", jobId, proof, unsupported });
    } else this.#tell({ kind: "stopped", jobId, proof });
  }

  #speech(job: Job): Speech {
    const kind = job.kind === "ssml" ? "ssml" : "text";
    if (job.voice !== undefined) return { ...job, kind };
    return { ...job, kind, lang: job.lang ?? this.#language };
  }

  #tell(event: SpeakerEvent): void {
    this.#events.push(event);
    this.#wake();
  }
}

function asFailure(error: unknown): { code: string; message: string } {
  if (error instanceof VoiceError) return { code: error.code, message: error.message };
  return { code: "VOICE_FAILED", message: error instanceof Error ? error.message : String(error) };
}
