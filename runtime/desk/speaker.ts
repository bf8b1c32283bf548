import { sampleRateHz } from "../../config/sound.ts";
import type { Job, JobDetail } from "../job/job.ts";
import type { TimedCue } from "../speech/utterance.ts";
import type { FromStage, Proof, ToStage } from "../stage/messages.ts";
import { type Failure, failureOf } from "./failure.ts";
import { Lead } from "./lead.ts";
import { openUtterance, type SourceParts, type Utterance } from "./sources.ts";

/** What became of the job at hand, in the order it happened. */
export type SpeakerEvent =
  /** It could sound now, and does so after `go`. */
  | { readonly kind: "primed"; readonly jobId: string }
  | { readonly kind: "speaking"; readonly jobId: string }
  /** A mark of its text was heard. */
  | {
      readonly kind: "mark";
      readonly jobId: string;
      readonly name: string;
      readonly spokenMs: number;
    }
  | {
      readonly kind: "completed";
      readonly jobId: string;
      readonly proof: Proof;
      /** What is known of its sound. */
      readonly detail: JobDetail;
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
  readonly utterance: Utterance;
  /** Whether captions are. */
  readonly shown: boolean;
  readonly lead: Lead;
  readonly unsupported: Set<string>;
  /** Marks that were not heard yet. */
  readonly marks: TimedCue[];
  failure: Failure | undefined;
}

/**
 * Carries one job at a time from its text or sound to the stage, part by part. Every job gets a new
 * generation; `stop` aborts the voice and silences the stage in the same turn. Each job that was
 * started ends in exactly one `completed`, `stopped` or `failed`, which `poll` hands out.
 */
export class Speaker {
  readonly #parts: SourceParts;
  #language: string;
  #captions = true;
  readonly #send: (message: ToStage) => void;
  readonly #wake: () => void;
  #current: Current | undefined;
  #generation = 0;
  #ready = false;
  /** Who is on stage, by id. */
  #avatar: string | null = null;
  #events: SpeakerEvent[] = [];
  /** Synthesis of the job before, which may still be on its way out. */
  #winding: Promise<void> = Promise.resolve();

  constructor(
    parts: SourceParts,
    language: string,
    send: (message: ToStage) => void,
    wake: () => void,
  ) {
    this.#parts = parts;
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
    const unsupported = new Set<string>(this.#misses(job) ? ["avatar"] : []);
    const wishes = { lang: this.#language, onIgnored: (wish: string) => unsupported.add(wish) };
    const utterance = openUtterance(job, this.#parts, wishes, abort.signal);
    const shown = job.captions && this.#captions;
    const current: Current = {
      ...{ jobId: job.id, generation, abort, utterance, shown },
      ...{ lead: new Lead(), unsupported, marks: [], failure: undefined },
    };
    this.#current = current;
    const { caption } = utterance;
    this.#send({ kind: "begin", generation, caption: shown ? caption : "" });
    this.#winding = this.#winding.then(() => this.#pump(current));
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
    if (message.kind === "ready" || message.kind === "avatar-shown") {
      this.#avatar = message.facts.avatar;
    }
    if (!("generation" in message) || message.generation !== current?.generation) return;
    if (message.kind === "speaking") current.lead.begun();
    if (message.kind === "position") {
      current.lead.follow(message.heard);
      this.#tellMarks(current, message.heard);
    }
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

  /** Whether somebody else speaks it than it wishes. */
  #misses({ avatar }: Job): boolean {
    return avatar !== undefined && avatar !== this.#avatar;
  }

  async #pump(current: Current): Promise<void> {
    const { generation, abort, lead, utterance, shown } = current;
    try {
      for await (const { part, caption, isLive = false } of utterance.said) {
        if (caption !== undefined && shown) {
          this.#send({ kind: "caption", generation, text: caption });
        }
        current.marks.push(...part.cues.filter((cue) => cue.kind === "mark"));
        this.#send({ kind: "part", generation, part, isLive });
        await lead.room(part.atSample + part.pcm.length);
      }
      if (!abort.signal.aborted) this.#send({ kind: "end", generation });
    } catch (error) {
      current.failure = failureOf(error);
      this.#send({ kind: "stop", generation });
    }
  }

  #finish(current: Current, message: { kind: "finished" | "stopped"; proof: Proof }): void {
    const { jobId, failure, utterance } = current;
    const { proof } = message;
    const unsupported = [...current.unsupported];
    this.#current = undefined;
    if (failure) this.#tell({ kind: "failed", jobId, ...failure });
    else if (message.kind === "finished") {
      this.#tellMarks(current, Number.POSITIVE_INFINITY);
      this.#tell({ kind: "completed", jobId, proof, unsupported, detail: utterance.detail() });
    } else this.#tell({ kind: "stopped", jobId, proof });
  }

  /** The stage tells its position in the very frame in which a mark is heard. */
  #tellMarks({ jobId, marks }: Current, heard: number): void {
    while (marks[0] && marks[0].atSample <= heard) {
      const { name, atSample } = marks.shift()!;
      const spokenMs = Math.round((atSample * 1000) / sampleRateHz);
      this.#tell({ kind: "mark", jobId, name, spokenMs });
    }
  }

  #tell(event: SpeakerEvent): void {
    this.#events.push(event);
    this.#wake();
  }
}
