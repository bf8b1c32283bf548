import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { sampleRateHz } from "../../config/sound.ts";
import { openEspeak } from "../../drivers/voice/espeak.ts";
import { Reader } from "../../runtime/desk/reader.ts";
import { prepare } from "../../runtime/speech/prepare.ts";
import type { Speech } from "../../runtime/speech/script.ts";
import type { SpeechPart, SpokenText } from "../../runtime/speech/utterance.ts";

const helper = join(import.meta.dirname, "../../build/native/bin/espeak");
const bufferBytesMax = 2 ** 30;

/** The text as espeak-ng says it, whole. */
export async function spokenParts(speech: Speech): Promise<readonly SpeechPart[]> {
  await using voice = await openEspeak(helper);
  return await Array.fromAsync(prepare(voice, speech, new AbortController().signal));
}

/** Reads what is said in a sound file, for its mouth. */
export function openReader(): Reader {
  return new Reader(() => openEspeak(helper));
}

/** A sound file as one part, decoded and resampled by ffmpeg; `says` is what is said in it. */
export async function soundParts(file: string, says?: SpokenText): Promise<readonly SpeechPart[]> {
  const output = ["-f", "s16le", "-ac", "1", "-ar", String(sampleRateHz), "-"];
  const { stdout } = await promisify(execFile)("ffmpeg", ["-v", "error", "-i", file, ...output], {
    encoding: "buffer",
    maxBuffer: bufferBytesMax,
  }).catch((error: { stderr?: Buffer; message: string }) => {
    const reason = error.stderr?.toString().trim() || error.message;
    throw new Error(`Cannot read sound ${file}: ${reason}`);
  });
  const pcm = new Int16Array(
    stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length),
  );
  const part = { atSample: 0, pcm, phonemes: [], words: [], cues: [] };
  return [says ? { ...part, says } : part];
}
