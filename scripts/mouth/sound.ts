import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { joined } from "../../config/sound.ts";
import { anyDecoder } from "../../drivers/decoder/any.ts";
import { DecoderError } from "../../drivers/decoder/decoder.ts";
import { listening } from "../../runtime/mouth/mel.ts";
import { Resampler } from "../../runtime/speech/resample.ts";

/** A sound file as the speech model hears it: 16 kHz mono. Errors name the file. */
export async function soundOf(file: string): Promise<Int16Array> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) {
    const what = found ? "it is no file" : "there is no such file";
    throw new Error(`Cannot read ${file}: ${what}, it should be WAV, FLAC, MP3 or Ogg`);
  }
  const blocks: Int16Array[] = [];
  let resampler: Resampler | undefined;
  try {
    const signal = new AbortController().signal;
    for await (const { rateHz, pcm } of anyDecoder().decode(createReadStream(file), signal)) {
      resampler ??= new Resampler(rateHz, listening.rateHz);
      blocks.push(resampler.push(pcm));
    }
  } catch (error) {
    if (!(error instanceof DecoderError)) throw error;
    throw new Error(`Cannot read ${file}: ${error.message.replace("Cannot decode sound: ", "")}`, {
      cause: error,
    });
  }
  if (resampler) blocks.push(resampler.flush());
  const pcm = joined(...blocks);
  if (pcm.length > 0) return pcm;
  throw new Error(`Cannot read ${file}: it holds no sound, it should hold 20 ms at least`);
}
