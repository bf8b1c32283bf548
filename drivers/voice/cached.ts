import { createHash } from "node:crypto";
import type { Disk } from "../disk/disk.ts";
import { SentenceStore } from "./store.ts";
import type { SpeakRequest, SpeechChunk, Voice } from "./voice.ts";

interface CacheOptions {
  /** Of all sentences together. */
  readonly bytesMax: number;
  /** The disk refused; the voice goes on without it. */
  readonly onTrouble?: (reason: string) => void;
}

/**
 * A voice that keeps what another one said and says it again: for voices that are slow or cost
 * money. A sentence is known by voice, version, text and wishes, and stored once it was said to its
 * end. What the disk cannot give whole is said anew.
 */
export async function cachedVoice(voice: Voice, disk: Disk, options: CacheOptions): Promise<Voice> {
  const { bytesMax, onTrouble = () => {} } = options;
  try {
    return new CachedVoice(voice, await SentenceStore.open(disk, bytesMax), onTrouble);
  } catch (error) {
    onTrouble(reasonOf(error));
    return voice;
  }
}

class CachedVoice implements Voice {
  readonly name: string;
  readonly version: string;
  readonly lang: string;
  readonly #voice: Voice;
  readonly #store: SentenceStore;
  readonly #onTrouble: (reason: string) => void;
  /** What is being written; one sentence after the other. */
  #writing: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(voice: Voice, store: SentenceStore, onTrouble: (reason: string) => void) {
    this.name = voice.name;
    this.version = voice.version;
    this.lang = voice.lang;
    this.#voice = voice;
    this.#store = store;
    this.#onTrouble = onTrouble;
  }

  async *speak(request: SpeakRequest, abort: AbortSignal): AsyncIterable<SpeechChunk> {
    if (abort.aborted) return;
    const key = this.#keyOf(request);
    const stored = await this.#find(key);
    if (stored) {
      for (const chunk of stored) {
        yield chunk;
        if (abort.aborted) return;
      }
      return;
    }
    const chunks: SpeechChunk[] = [];
    for await (const chunk of this.#voice.speak(request, abort)) {
      chunks.push(chunk);
      yield chunk;
    }
    if (!abort.aborted && chunks.length > 0) this.#keep(key, () => packed(chunks));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    await this.#voice[Symbol.asyncDispose]();
  }

  async #find(key: string): Promise<readonly SpeechChunk[] | undefined> {
    try {
      const body = await this.#store.get(key);
      if (!body) return undefined;
      if (this.#store.isLeaving(key)) this.#keep(key, () => body);
      return unpacked(body);
    } catch (error) {
      this.#onTrouble(reasonOf(error));
      return undefined;
    }
  }

  /** Writes beside the show; what comes too fast for the disk is not kept. */
  #keep(key: string, body: () => Uint8Array): void {
    if (this.#waiting >= waitingMax) return;
    this.#waiting++;
    this.#writing = this.#writing
      .then(() => this.#store.put(key, body()))
      .catch((error: unknown) => this.#onTrouble(reasonOf(error)))
      .finally(() => {
        this.#waiting--;
      });
  }

  #keyOf({ text, voice, lang, rate = 1, pitch = 1, sounds = [] }: SpeakRequest): string {
    const parts = [this.name, this.version, text, voice ?? "", lang ?? "", rate, pitch, sounds];
    return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  }
}

const waitingMax = 8;

/** A chunk without its samples. */
type Sheet = Omit<SpeechChunk, "pcm"> & { readonly samples: number };

/** The sheets as one line of JSON, a NUL, the samples of all chunks (16 bit, little endian). */
function packed(chunks: readonly SpeechChunk[]): Uint8Array {
  const sheets = chunks.map(({ pcm, ...sheet }): Sheet => ({ ...sheet, samples: pcm.length }));
  const json = Buffer.from(`${JSON.stringify(sheets)}\0`);
  const sound = chunks.map(({ pcm }) => Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength));
  return Buffer.concat([json, ...sound]);
}

function unpacked(body: Uint8Array): readonly SpeechChunk[] {
  const end = body.indexOf(0);
  const sheets = JSON.parse(new TextDecoder().decode(body.subarray(0, end))) as Sheet[];
  let at = end + 1;
  return sheets.map(({ samples, ...sheet }) => {
    // A copy: samples need an even address, and the body is let go.
    const pcm = new Int16Array(body.slice(at, at + samples * 2).buffer);
    at += samples * 2;
    return { ...sheet, pcm };
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
