import { createReadStream } from "node:fs";
import { realpath } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { limits } from "../../config/limits.ts";
import { isAllowedSource } from "../../config/sources.ts";
import { type Media, MediaError } from "./media.ts";

/** Files and servers (https, http) that lie below one of `sources`. */
export function allowedMedia(
  sources: readonly string[],
  stallMsMax: number = limits.audioStallMsMax,
): Media {
  return { open: (url, abort) => bounded(url, sources, abort, stallMsMax) };
}

async function* bounded(
  url: string,
  sources: readonly string[],
  abort: AbortSignal,
  stallMsMax: number,
): AsyncGenerator<Uint8Array> {
  demandAllowed(url, url, sources);
  const over = new AbortController();
  const ends = AbortSignal.any([abort, over.signal]);
  let bytes = 0;
  try {
    const source = (await inTime(url, openSource(url, sources, ends), stallMsMax)) ?? [];
    const reader = asIterator(source);
    for (;;) {
      const { value, done } = await inTime(url, reader.next(), stallMsMax);
      if (done || abort.aborted) return;
      bytes += value.length;
      if (bytes > limits.audioBytesMax) throw tooLarge(url);
      yield value;
    }
  } catch (error) {
    if (abort.aborted) return;
    throw error instanceof MediaError ? error : unreachable(url, error);
  } finally {
    over.abort();
  }
}

type Source = AsyncIterable<Uint8Array> | readonly Uint8Array[];

function asIterator(source: Source): AsyncIterator<Uint8Array> {
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  const values = source[Symbol.iterator]();
  return { next: async () => values.next() };
}

function openSource(
  url: string,
  sources: readonly string[],
  abort: AbortSignal,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  return url.startsWith("file:") ? openFile(url, sources, abort) : openWeb(url, abort);
}

/** A link may point elsewhere: what counts is where the file really lies. */
async function openFile(url: string, sources: readonly string[], abort: AbortSignal) {
  const path = await realpath(fileURLToPath(url));
  const real = await Promise.all(sources.map(realSource));
  demandAllowed(url, pathToFileURL(path).href, real);
  return createReadStream(path, { signal: abort }) as AsyncIterable<Uint8Array>;
}

async function realSource(source: string): Promise<string> {
  if (!source.startsWith("file:")) return source;
  const path = await realpath(fileURLToPath(source)).catch(() => undefined);
  return path === undefined ? source : pathToFileURL(path).href;
}

async function openWeb(url: string, abort: AbortSignal) {
  const answer = await fetch(url, { redirect: "manual", signal: abort });
  if (answer.ok) return (answer.body ?? undefined) as AsyncIterable<Uint8Array> | undefined;
  await answer.body?.cancel();
  const isMoved = answer.status >= 300 && answer.status < 400;
  const due = isMoved ? "an answer without redirection is due" : "200 is due";
  throw new MediaError("AUDIO_UNREACHABLE", url, `answer is ${answer.status}, ${due}`);
}

async function inTime<T>(url: string, work: Promise<T>, stallMsMax: number): Promise<T> {
  const over = new AbortController();
  const late = sleep(stallMsMax, undefined, { signal: over.signal }).then(() => {
    const fault = `nothing came for ${stallMsMax} ms`;
    throw new MediaError("AUDIO_UNREACHABLE", url, fault);
  });
  late.catch(() => {});
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

function demandAllowed(url: string, real: string, sources: readonly string[]): void {
  if (isAllowedSource(real, sources)) return;
  const known = sources.join(", ") || "none";
  throw new MediaError("AUDIO_NOT_ALLOWED", url, `allowed are URLs below ${known}`);
}

function tooLarge(url: string): MediaError {
  const fault = `it has more than ${limits.audioBytesMax} bytes`;
  return new MediaError("AUDIO_TOO_LARGE", url, fault);
}

function unreachable(url: string, cause: unknown): MediaError {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const reason = error.cause instanceof Error ? error.cause.message : error.message;
  return new MediaError("AUDIO_UNREACHABLE", url, reason, { cause });
}
