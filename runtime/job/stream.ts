import { limits } from "../../config/limits.ts";
import type { JobError } from "./job.ts";
import type { StreamPart } from "./part.ts";

/** A stream that cannot go on: its job ends with `code`. */
export class StreamError extends Error {
  override readonly name = "StreamError";
  readonly code = "STREAM_IDLE";
}

/** The next thing to say of a stream: samples, text, or as much silence as got lost. */
export type StreamItem = StreamPart["content"] | { readonly lostBytes: number };

/**
 * The parts of one streamed job, in the order of their numbers, until they are said. Holds no
 * clock: `nowMs` is monotonic. What is taken is bounded; a part for which there is no room is
 * refused, and the sender sends it again.
 *
 * A part that is missing is waited for while later ones come; then it is given up, and silence of
 * its length stands for lost sound, so that the sound keeps its own time.
 */
export class Stream {
  readonly #ahead = new Map<number, StreamPart>();
  readonly #items: StreamItem[] = [];
  #kind: "pcm" | "text" | undefined;
  #next = 1;
  #final: number | undefined;
  #bytes = 0;
  #heardMs: number;
  #isAwaited = false;
  #isIdle = false;
  #missingSinceMs: number | undefined;
  #lost = 0;
  #moved = Promise.withResolvers<void>();

  constructor(nowMs: number) {
    this.#heardMs = nowMs;
  }

  /** Parts that were given up. */
  get lost(): number {
    return this.#lost;
  }

  /** Parts that were taken, in order. */
  get taken(): number {
    return this.#next - 1 - this.#lost;
  }

  /** Whether the last part has been taken. */
  get isWhole(): boolean {
    return this.#final !== undefined && this.#next > this.#final;
  }

  /** Takes a part in, or says why not. One that came before is passed over. */
  offer(part: StreamPart, nowMs: number): JobError | undefined {
    this.#heardMs = nowMs;
    const { seq, content } = part;
    if (seq < this.#next || this.#ahead.has(seq)) return undefined;
    if (this.#final !== undefined && seq > this.#final) return ended(seq, this.#final);
    const kind = "pcm" in content ? "pcm" : "text";
    const isEmpty = sizeOf(content) === 0;
    if (!isEmpty && this.#kind !== undefined && this.#kind !== kind) return mixed(seq, this.#kind);
    if (this.#bytes + sizeOf(content) > limits.streamBytesMax) return full(seq, this.#bytes);
    if (seq - this.#next > limits.streamAheadMax) return early(seq, this.#next);
    if (!isEmpty) this.#kind = kind;
    if (part.isFinal) this.#final = seq;
    this.#ahead.set(seq, part);
    this.#bytes += sizeOf(content);
    this.#advance();
    this.#missingSinceMs = this.#ahead.size === 0 ? undefined : (this.#missingSinceMs ?? nowMs);
    return undefined;
  }

  /** It is being said now: from here on the next part must not be long in coming. */
  attend(nowMs: number): void {
    this.#isAwaited = true;
    this.#heardMs = nowMs;
  }

  /** Gives up what is missing for too long, and a stream that fell silent; the error names it. */
  turn(nowMs: number): JobError | undefined {
    if (this.#isAwaited && !this.isWhole && nowMs - this.#heardMs > limits.streamIdleMsMax) {
      this.#isIdle = true;
      this.wake();
    }
    if (this.#missingSinceMs === undefined) return undefined;
    if (nowMs - this.#missingSinceMs < limits.streamGapMsMax) return undefined;
    const from = this.#next;
    const until = Math.min(...this.#ahead.keys());
    this.#lose(until - from, this.#ahead.get(until)!);
    this.#next = until;
    this.#advance();
    this.#missingSinceMs = this.#ahead.size === 0 ? undefined : nowMs;
    return gap(from, until - 1);
  }

  /** When `turn` has something to do; infinity for never. */
  get nextMs(): number {
    return (this.#missingSinceMs ?? Number.POSITIVE_INFINITY) + limits.streamGapMsMax;
  }

  /**
   * The next item in order; undefined when the stream is over. Rejects with a StreamError when it
   * fell silent without its last part.
   */
  async next(abort: AbortSignal): Promise<StreamItem | undefined> {
    const wake = (): void => this.wake();
    abort.addEventListener("abort", wake, { once: true });
    try {
      return await this.#take(abort);
    } finally {
      abort.removeEventListener("abort", wake);
    }
  }

  /** Lets who waits for the next item look again. */
  wake(): void {
    this.#moved.resolve();
    this.#moved = Promise.withResolvers<void>();
  }

  async #take(abort: AbortSignal): Promise<StreamItem | undefined> {
    for (;;) {
      const item = this.#items.shift();
      if (item) {
        if (!("lostBytes" in item)) this.#bytes -= sizeOf(item);
        return item;
      }
      if (this.isWhole || abort.aborted) return undefined;
      if (this.#isIdle) throw idle(this.#next);
      await this.#moved.promise;
    }
  }

  #advance(): void {
    for (;;) {
      const part = this.#ahead.get(this.#next);
      if (!part) return;
      this.#ahead.delete(this.#next);
      this.#next++;
      if (sizeOf(part.content) > 0) this.#items.push(part.content);
      this.wake();
    }
  }

  #lose(count: number, after: StreamPart): void {
    this.#lost += count;
    if (!("pcm" in after.content)) return;
    const lostBytes = Math.min(count * after.content.pcm.length, limits.streamBytesMax);
    if (lostBytes > 0) this.#items.push({ lostBytes });
  }
}

function sizeOf(content: StreamPart["content"]): number {
  return "pcm" in content ? content.pcm.length : Buffer.byteLength(content.text);
}

function idle(next: number): StreamError {
  const waitedMs = limits.streamIdleMsMax;
  return new StreamError(`Cannot go on: part ${next} did not come within ${waitedMs} ms`);
}

function ended(seq: number, final: number): JobError {
  const message = `Cannot take part ${seq}: part ${final} was the last one`;
  return { code: "STREAM_ENDED", message, retryable: false };
}

function mixed(seq: number, kind: "pcm" | "text"): JobError {
  const due = kind === "pcm" ? "sound" : "text";
  const message = `Cannot take part ${seq}: the stream began with ${due}, ${due} is due`;
  return { code: "STREAM_MIXED", message, retryable: false };
}

function full(seq: number, bytes: number): JobError {
  const message = `Cannot take part ${seq}: ${bytes} bytes wait, limit is ${limits.streamBytesMax}`;
  const retryAfterMs = limits.streamRetryMs;
  return { code: "STREAM_FULL", message, retryable: true, retryAfterMs };
}

function early(seq: number, next: number): JobError {
  const most = limits.streamAheadMax;
  const rule = `at most ${most} may come before it`;
  const message = `Cannot take part ${seq}: part ${next} is due, ${rule}`;
  return { code: "STREAM_GAP", message, retryable: true };
}

function gap(from: number, until: number): JobError {
  const which = from === until ? `part ${from}` : `parts ${from} to ${until}`;
  const waited = `nothing came for ${limits.streamGapMsMax} ms`;
  const message = `Cannot say ${which}: ${waited}, the rest goes on`;
  return { code: "STREAM_GAP", message, retryable: false };
}
