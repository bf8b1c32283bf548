import { type SpeakRequest, VoiceError } from "./voice.ts";

export interface ServiceOptions {
  /** The whole address, as `http://127.0.0.1:8880/v1/audio/speech`. */
  readonly url: string;
  readonly model: string;
  /** Speaks when a request names none. */
  readonly voice: string;
  /** What is asked for: bare samples (16 bit, little endian, mono), WAV, or Opus in Ogg. */
  readonly format: "pcm" | "wav" | "opus";
  /** Of bare samples; OpenAI's service sends 24,000. */
  readonly rateHz: number;
  /** BCP 47 tags of what it speaks, the usual one first; empty: whatever it is given. */
  readonly langs: readonly string[];
  /** The key, read anew for each request so that it may be exchanged; undefined: none is sent. */
  readonly key?: () => Promise<string | undefined>;
  /** How long the first byte, and every next one, may take. */
  readonly waitMsMax: number;
}

/** What a service did wrong; whether asking again may help. */
export class ServiceFault extends Error {
  override readonly name = "ServiceFault";
  readonly retryable: boolean;

  constructor(message: string, retryable: boolean, options?: ErrorOptions) {
    super(message, options);
    this.retryable = retryable;
  }
}

/**
 * One HTTP service of speech. Sources: OpenAI, API reference, Create speech (model, input, voice,
 * response_format, speed; speed from 0.25 to 4), which many self-hosted servers follow.
 */
export class SpeechService {
  readonly options: ServiceOptions;

  constructor(options: ServiceOptions) {
    this.options = options;
  }

  /** The sound of a text as the service sends it. Throws a ServiceFault or a VoiceError. */
  async *ask(request: SpeakRequest, abort: AbortSignal): AsyncGenerator<Uint8Array> {
    const patience = new Patience(this.options.waitMsMax);
    const signal = AbortSignal.any([abort, patience.signal]);
    try {
      const answer = await patience.waitFor(this.#post(request, signal));
      for (let bytes = 0; bytes <= answerBytesMax; ) {
        const block = await patience.waitFor(answer.read());
        if (block.done) return;
        bytes += block.value.length;
        yield block.value;
      }
      throw new ServiceFault("the service sends without end, it should stop", false);
    } catch (error) {
      if (abort.aborted) return;
      if (error instanceof VoiceError || error instanceof ServiceFault) throw error;
      const { waitMsMax } = this.options;
      if (patience.signal.aborted) {
        throw new ServiceFault(`the service was silent for ${waitMsMax} ms, it should send`, true);
      }
      throw new ServiceFault(`the service does not answer: ${causeOf(error)}`, true);
    } finally {
      patience.end();
    }
  }

  async #post(request: SpeakRequest, signal: AbortSignal) {
    const { url, model, voice, format, key } = this.options;
    const secret = await key?.();
    const { rate: speed = 1 } = request;
    const wanted = { model, voice: request.voice ?? voice, response_format: format, speed };
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
      },
      body: JSON.stringify({ ...wanted, input: request.text }),
      redirect: "error",
      signal,
    });
    if (!answer.ok) throw await refusal(answer, wanted.voice, secret);
    const type = answer.headers.get("content-type") ?? "";
    if (!/^(?:audio\/|application\/(?:octet-stream|ogg)|$)/iu.test(type)) {
      await answer.body?.cancel();
      throw new ServiceFault(`the service sent ${type}, it should send audio/...`, false);
    }
    if (!answer.body) throw new ServiceFault("the service sent nothing, it should send", true);
    return answer.body.getReader();
  }
}

/** Three minutes at 96 kHz: more than any sentence. */
const answerBytesMax = 3 * 60 * 96_000 * 2;
const refusalCharsMax = 200;

/** An answer that is no sound. 429 and 5xx may pass; the rest is the request's own fault. */
async function refusal(answer: Response, voice: string, secret?: string): Promise<Error> {
  const text = (await answer.text().catch(() => "")).slice(0, 4_096);
  // A service that repeats the key in its complaint would bring it into the log.
  const { message, param } = detailOf(secret ? text.replaceAll(secret, "(key)") : text);
  const shown = message.slice(0, refusalCharsMax).replaceAll(/\s+/gu, " ");
  const said = `${answer.status}${shown === "" ? "" : ` ${shown}`}`;
  if (param === "voice") {
    const found = `Cannot speak with voice ${JSON.stringify(voice)}: the service says ${said}`;
    return new VoiceError("UNKNOWN_VOICE", `${found}, it should be one that it has`);
  }
  const retryable = answer.status === 429 || answer.status >= 500;
  return new ServiceFault(`the service says ${said}, it should say 200`, retryable);
}

function detailOf(text: string): { message: string; param: string | undefined } {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown; param?: unknown } };
    const param = typeof error?.param === "string" ? error.param : undefined;
    return { message: typeof error?.message === "string" ? error.message : text, param };
  } catch {
    return { message: text, param: undefined };
  }
}

/** `fetch failed` alone helps nobody; its cause says `ECONNREFUSED`. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const { code } = cause as NodeJS.ErrnoException;
  return code === undefined || cause.message.includes(code)
    ? cause.message
    : `${code} ${cause.message}`.trim();
}

/** Aborts when something takes too long; what the caller does in between is its own business. */
class Patience {
  readonly #controller = new AbortController();
  readonly #waitMs: number;

  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  async waitFor<T>(work: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.end(), this.#waitMs);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets go of the connection, if there is one. */
  end(): void {
    this.#controller.abort();
  }
}
