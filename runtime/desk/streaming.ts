import type { SoundBlock } from "../../drivers/decoder/decoder.ts";
import type { Voice } from "../../drivers/voice/voice.ts";
import type { Job, PcmFormat } from "../job/job.ts";
import type { Stream, StreamItem } from "../job/stream.ts";
import { prepare } from "../speech/prepare.ts";
import { soundParts } from "../speech/sound.ts";
import type { Said, Wishes } from "./said.ts";

interface Speaking {
  readonly voice: Voice;
  readonly wishes: Wishes;
}

/** What a stream brings, as it comes: its first item tells whether it is sound or text. */
export async function* streamParts(
  job: Job,
  stream: Stream,
  speaking: Speaking,
  abort: AbortSignal,
): AsyncGenerator<Said> {
  const first = await stream.next(abort);
  if (!first) return;
  if ("text" in first) yield* textParts(job, textsFrom(first, stream, abort), speaking, abort);
  else {
    const { pcm = { rateHz: 16_000, channels: 1 } } = job;
    const blocks = blocksFrom(first, stream, pcm, abort);
    for await (const part of soundParts(blocks, job)) yield { part, isLive: true };
  }
}

async function* blocksFrom(
  first: StreamItem,
  stream: Stream,
  format: PcmFormat,
  abort: AbortSignal,
): AsyncGenerator<SoundBlock> {
  let item: StreamItem | undefined = first;
  for (; item && !abort.aborted; item = await stream.next(abort)) {
    if ("text" in item) continue;
    const { rateHz, channels } = format;
    if ("lostBytes" in item) yield { rateHz, pcm: new Int16Array(item.lostBytes / 2 / channels) };
    else yield { rateHz, pcm: mono(item.pcm, channels) };
  }
}

function mono(bytes: Uint8Array, channels: 1 | 2): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pcm = new Int16Array(bytes.length / 2 / channels);
  for (let at = 0; at < pcm.length; at++) {
    const left = view.getInt16(at * 2 * channels, true);
    const right = channels === 2 ? view.getInt16(at * 4 + 2, true) : left;
    pcm[at] = (left + right) >> 1;
  }
  return pcm;
}

async function* textsFrom(
  first: { readonly text: string },
  stream: Stream,
  abort: AbortSignal,
): AsyncGenerator<string> {
  let item: StreamItem | undefined = first;
  for (; item && !abort.aborted; item = await stream.next(abort)) {
    if ("text" in item) yield item.text;
  }
}

/** Says sentence after sentence, each as soon as its end has come, on one time axis. */
async function* textParts(
  job: Job,
  texts: AsyncIterable<string>,
  { voice, wishes }: Speaking,
  abort: AbortSignal,
): AsyncGenerator<Said> {
  const lang = job.voice === undefined ? { lang: job.lang ?? wishes.lang } : {};
  let atSample = 0;
  let atLetter = job.text.length;
  let { actions } = job;
  for await (const text of sentencesOf(texts)) {
    const from = atSample;
    let caption: string | undefined = text;
    const speech = { ...job, ...lang, kind: "text" as const, text, actions };
    actions = [];
    for await (const part of prepare(voice, speech, abort, wishes.onIgnored)) {
      const moved = <T extends { readonly atSample: number }>(timed: readonly T[]): T[] =>
        timed.map((one) => ({ ...one, atSample: one.atSample + from }));
      const words = moved(part.words).map((word) => ({ ...word, start: word.start + atLetter }));
      const timed = { words, phonemes: moved(part.phonemes), cues: moved(part.cues) };
      const said = { part: { ...part, ...timed, atSample: from + part.atSample } };
      yield caption === undefined ? said : { ...said, caption };
      caption = undefined;
      atSample = from + part.atSample + part.pcm.length;
    }
    atLetter += text.length;
    if (abort.aborted) return;
  }
}

/** Cuts text that comes in pieces behind the ends of sentences; what is left comes last. */
async function* sentencesOf(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of texts) {
    rest += text;
    for (let end = endIn(rest); end > 0; end = endIn(rest)) {
      yield rest.slice(0, end);
      rest = rest.slice(end);
    }
  }
  if (rest.trim() !== "") yield rest;
}

/** Behind the first sentence of a text; 0 when it may go on. A dot counts once a blank follows. */
function endIn(text: string): number {
  const end = /[.!?…]["'”’)]*\s+(?=\S)|[。！？]|\n+/u.exec(text);
  if (end) return end.index + end[0].length;
  if (text.length < sentenceCharsMax) return 0;
  const blank = text.lastIndexOf(" ");
  return blank > 0 ? blank + 1 : text.length;
}

/** Somebody who never ends a sentence is cut at a blank. */
const sentenceCharsMax = 400;
