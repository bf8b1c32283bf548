import { limits } from "../../config/limits.ts";
import type { Speaker, SpeakerEvent } from "../desk/speaker.ts";
import type { Job } from "../job/job.ts";
import { Stream } from "../job/stream.ts";
import type { Drive, DriveFault } from "./drive.ts";
import type { DriveEvent, DriveReason } from "./event.ts";

type Said = Exclude<Drive, { kind: "interrupt" }>;
type Part = Extract<Drive, { seq: number }>;

/** Something that is to be said, or is being said. */
interface Speech {
  readonly job: Job;
  readonly of: "text" | "audio";
  /** Its parts, of what comes in parts. */
  readonly stream: Stream | undefined;
  /** The first sample of it was heard. */
  isHeard: boolean;
  /** Sentences that began; the last of them is being said. */
  sentences: number;
  /** Why it was stopped, once it is. */
  stopped: DriveReason | undefined;
}

/** The mark that stands where a sentence begins. */
const sentenceMark = "frontdesk-sentence";

/**
 * What one session says: one thing after the other, in the order it was asked for; parts of one
 * text or sound are told by their id. Every change goes to `tell`: one `start` and one `over` for
 * each text or sound that was heard, one `over` alone for what was dropped before. `turn` does
 * what is due and says when it wants to be called again.
 */
export class Drives {
  readonly #speaker: Speaker;
  readonly #newId: () => string;
  readonly #tell: (event: DriveEvent) => void;
  readonly #waiting: Speech[] = [];
  /** Ids of what is over: parts that come late begin nothing. */
  readonly #past = new Set<string>();
  #current: Speech | undefined;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #nowMs = 0;

  constructor(speaker: Speaker, newId: () => string, tell: (event: DriveEvent) => void) {
    this.#speaker = speaker;
    this.#newId = newId;
    this.#tell = tell;
  }

  /** Whether something is said, or about to be. */
  get isBusy(): boolean {
    return this.#current !== undefined || this.#waiting.length > 0;
  }

  /** Takes what is to be said and names it; what becomes of it, the events tell. */
  take(drive: Drive, nowMs: number): { readonly id: string | null } | DriveFault {
    this.#nowMs = nowMs;
    if (drive.kind === "interrupt") {
      this.interrupt();
      return { id: null };
    }
    const isPart = "seq" in drive;
    const known = drive.id === undefined ? undefined : this.#find(drive.id);
    if (known)
      return isPart ? this.#takePart(known, drive) : refuseId(known.job.id, "waits or is said");
    if (drive.id !== undefined && this.#past.has(drive.id)) return refuseId(drive.id, "is over");
    if (drive.interrupt) this.interrupt();
    if (this.#waiting.length >= limits.cloudDrivesMax) return full(this.#waiting.length);
    const speech = speechOf(drive, drive.id ?? this.#newId(), nowMs);
    const taken = isPart ? this.#takePart(speech, drive) : { id: speech.job.id };
    if ("code" in taken) return taken;
    this.#waiting.push(speech);
    return taken;
  }

  /** Silence at once; what waits is dropped. */
  interrupt(): void {
    for (const speech of this.#waiting.splice(0)) this.#over(speech, { reason: "interrupted" });
    this.#stop("interrupted");
  }

  /** The parts of the job at hand, for whoever says it. */
  stream(job: Job): Stream {
    const stream = this.#find(job.id)?.stream ?? new Stream(this.#nowMs);
    stream.attend(this.#nowMs);
    return stream;
  }

  turn(nowMs: number): number {
    this.#nowMs = nowMs;
    for (const event of this.#speaker.poll()) this.#follow(event, nowMs);
    if (nowMs >= this.#deadlineMs) this.#stop("failed");
    let nextMs = Math.min(this.#deadlineMs, nowMs + restMs);
    for (const { job, stream } of this.#all()) {
      const trouble = stream?.turn(nowMs);
      if (trouble) this.#tell({ event: "trouble", drive: job.id, ...plain(trouble) });
      nextMs = Math.min(nextMs, stream?.nextMs ?? Number.POSITIVE_INFINITY, nowMs + lookMs);
    }
    this.#startNext(nowMs);
    return nextMs;
  }

  #startNext(nowMs: number): void {
    if (this.#current || !this.#speaker.free) return;
    this.#current = this.#waiting.shift();
    if (!this.#current) return;
    this.#deadlineMs = nowMs + limits.preparingMsMax;
    this.#speaker.start(this.#current.job);
  }

  #stop(reason: DriveReason): void {
    if (!this.#current || this.#current.stopped) return;
    this.#current.stopped = reason;
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    this.#speaker.stop();
  }

  #follow(event: SpeakerEvent, nowMs: number): void {
    const speech = this.#current;
    if (event.jobId !== speech?.job.id) return;
    if (event.kind === "primed") {
      this.#deadlineMs = nowMs + limits.utteranceMsMax;
      this.#speaker.go();
    } else if (event.kind === "speaking") {
      this.#begin(speech);
    } else if (event.kind === "mark") {
      // The stage tells a mark at the very first sample before the sound itself.
      this.#begin(speech);
      if (event.name === sentenceMark) this.#nextSentence(speech);
      else this.#tell({ event: "mark", drive: speech.job.id, name: event.name });
    } else {
      this.#current = undefined;
      this.#deadlineMs = Number.POSITIVE_INFINITY;
      this.#end(speech, event);
    }
  }

  #end(speech: Speech, event: Extract<SpeakerEvent, { kind: "completed" | "stopped" | "failed" }>) {
    if (event.kind === "failed") {
      this.#over(speech, { reason: "failed", error: plain(event) });
      return;
    }
    const { spokenMs } = event.proof;
    if (event.kind === "completed") this.#over(speech, { reason: "completed", spokenMs });
    else if (speech.stopped === "failed") {
      this.#over(speech, { reason: "failed", spokenMs, error: timeout(speech) });
    } else this.#over(speech, { reason: "interrupted", spokenMs });
  }

  #over(
    speech: Speech,
    end: { reason: DriveReason; spokenMs?: number; error?: { code: string; message: string } },
  ): void {
    const { job, of, sentences } = speech;
    speech.stream?.wake();
    this.#past.add(job.id);
    const [oldest] = this.#past;
    if (this.#past.size > pastMax && oldest !== undefined) this.#past.delete(oldest);
    if (sentences > 0) this.#sentence(speech, "over");
    this.#tell({ event: of, state: "over", drive: job.id, ...end });
  }

  #begin(speech: Speech): void {
    if (speech.isHeard) return;
    speech.isHeard = true;
    this.#tell({ event: speech.of, state: "start", drive: speech.job.id });
  }

  #nextSentence(speech: Speech): void {
    if (speech.sentences > 0) this.#sentence(speech, "over");
    speech.sentences++;
    this.#sentence(speech, "start");
  }

  #sentence({ job, sentences }: Speech, state: "start" | "over"): void {
    this.#tell({ event: "sentence", state, drive: job.id, sentence: sentences });
  }

  #takePart({ job, stream, of }: Speech, drive: Part): { readonly id: string } | DriveFault {
    const isSound = drive.kind === "audio-part";
    if (!stream || isSound !== (of === "audio")) {
      const fault = `${job.id} began as ${stream ? "parts of " : ""}${of}, the same is due`;
      return { code: "STREAM_MIXED", message: `Cannot take the part: ${fault}`, path: "/kind" };
    }
    const { seq, isFinal = false } = drive;
    const content = isSound ? { pcm: Buffer.from(drive.audio, "base64") } : { text: drive.text };
    const error = stream.offer({ seq, isFinal, content }, this.#nowMs);
    return error ? plain(error) : { id: job.id };
  }

  #find(id: string): Speech | undefined {
    return [...this.#all()].find(({ job }) => job.id === id);
  }

  *#all(): Iterable<Speech> {
    if (this.#current) yield this.#current;
    yield* this.#waiting;
  }
}

/** How often it looks after itself while nothing wakes it. */
const restMs = 1_000;
/** How often streams are looked after. */
const lookMs = 100;
/** Ids that are remembered; who sends late parts of more than that is no client of ours. */
const pastMax = 256;

function speechOf(drive: Said, id: string, nowMs: number): Speech {
  const isWhole = drive.kind === "text" || drive.kind === "ssml";
  const isSound = drive.kind === "audio-part";
  const lang = "lang" in drive && drive.lang !== undefined ? { lang: drive.lang } : {};
  const job: Job = {
    ...{ id, kind: isWhole ? drive.kind : ("stream" as const), text: isWhole ? drive.text : "" },
    ...lang,
    ...(isSound ? { pcm: { rateHz: 16_000, channels: 1 } } : { sentences: sentenceMark }),
    ...{ priority: 0, mode: "enqueue", interruptible: true, captions: true, actions: [] },
    ...{ onRestart: "drop", deadlineMs: Number.POSITIVE_INFINITY },
  };
  const stream = isWhole ? undefined : new Stream(nowMs);
  const begin = { isHeard: false, sentences: 0, stopped: undefined };
  return { job, of: isSound ? "audio" : "text", stream, ...begin };
}

function plain({ code, message }: { readonly code: string; readonly message: string }) {
  return { code, message };
}

function refuseId(id: string, is: string): DriveFault {
  const message = `Cannot take the drive: ${id} ${is}, another id is due`;
  return { code: "DRIVE_TAKEN", message, path: "/id" };
}

function full(waiting: number): DriveFault {
  const rule = `limit is ${limits.cloudDrivesMax}`;
  return { code: "DRIVES_FULL", message: `Cannot take the drive: ${waiting} wait, ${rule}` };
}

function timeout({ isHeard }: Speech): { code: string; message: string } {
  const limitMs = isHeard ? limits.utteranceMsMax : limits.preparingMsMax;
  const message = `Cannot finish it: it goes on for ${limitMs} ms, it should be over`;
  return { code: isHeard ? "TIMEOUT_SPEAKING" : "TIMEOUT_PREPARING", message };
}
