import type { Decoder } from "../../drivers/decoder/decoder.ts";
import type { Media } from "../../drivers/media/media.ts";
import type { Voice } from "../../drivers/voice/voice.ts";
import type { Job, JobDetail } from "../job/job.ts";
import type { Stream } from "../job/stream.ts";
import { prepare } from "../speech/prepare.ts";
import { soundParts } from "../speech/sound.ts";
import type { SpokenText } from "../speech/utterance.ts";
import { captionOf } from "./caption.ts";
import type { Said, Wishes } from "./said.ts";
import { streamParts } from "./streaming.ts";
import { Tap } from "./tap.ts";

/** What speech comes from: a voice, and whatever brings sound. */
export interface SourceParts {
  readonly voice: Voice;
  readonly media: Media;
  readonly decoder: Decoder;
  /** The stream of the job at hand. */
  stream(job: Job): Stream;
}

/** A job on its way to the stage. */
export interface Utterance {
  /** The caption as far as it is known before anything is said. */
  readonly caption: string;
  readonly said: AsyncIterable<Said>;
  /** What is to be proven of it besides what the stage saw; whole once it is said. */
  detail(): JobDetail;
}

/** Makes an utterance of a job, whatever its kind: text, SSML, a sound file, a stream of either. */
export function openUtterance(
  job: Job,
  parts: SourceParts,
  wishes: Wishes,
  abort: AbortSignal,
): Utterance {
  if (job.kind === "audio") {
    for (const wish of ["rate", "pitch", "volume"] as const) {
      if (job[wish] !== undefined) wishes.onIgnored(wish);
    }
    return soundUtterance(job, parts, abort);
  }
  if (job.kind === "stream") return streamUtterance(job, parts, wishes, abort);
  const { text, at } = captionOf(job);
  const kind = job.kind;
  const lang = job.voice === undefined ? { lang: job.lang ?? wishes.lang } : {};
  const speech = { ...job, kind, ...lang };
  const said = async function* (): AsyncGenerator<Said> {
    for await (const part of prepare(parts.voice, speech, abort, wishes.onIgnored)) {
      const words = part.words.map((word) => ({ ...word, start: at(word.start) }));
      yield { part: { ...part, words } };
    }
  };
  return { caption: text, said: said(), detail: () => ({}) };
}

function soundUtterance(job: Job, { media, decoder }: SourceParts, abort: AbortSignal): Utterance {
  const { audio = { bytes: new Uint8Array(0) } } = job;
  const tap = new Tap("url" in audio ? media.open(audio.url, abort) : [audio.bytes]);
  const said = async function* (): AsyncGenerator<Said> {
    const notes = { ...job, ...(job.text.trim() === "" ? {} : { says: spokenOf(job) }) };
    for await (const part of soundParts(decoder.decode(tap, abort), notes)) yield { part };
  };
  return { caption: job.text, said: said(), detail: () => tap.detail() };
}

function spokenOf({ text, lang }: Job): SpokenText {
  return lang === undefined ? { text } : { text, lang };
}

function streamUtterance(
  job: Job,
  parts: SourceParts,
  wishes: Wishes,
  abort: AbortSignal,
): Utterance {
  const stream = parts.stream(job);
  return {
    caption: job.text,
    said: streamParts(job, stream, { voice: parts.voice, wishes }, abort),
    detail: () => ({ parts: stream.taken, partsLost: stream.lost }),
  };
}
