import { type Decoder, DecoderError, type SoundBlock } from "./decoder.ts";
import { ffmpegDecoder } from "./ffmpeg.ts";
import { taken } from "./intake.ts";
import { wavDecoder } from "./wav.ts";

/**
 * Every format: WAV needs nothing, the others ffmpeg (at `program`); the first bytes tell which it
 * is.
 */
export function anyDecoder(program = "ffmpeg"): Decoder {
  const wav = wavDecoder();
  const ffmpeg = ffmpegDecoder(program);
  return {
    async *decode(encoded, abort): AsyncGenerator<SoundBlock> {
      try {
        yield* taken(encoded, abort, ({ format }, intake) =>
          (format === "wav" ? wav : ffmpeg).decode(intake.rest(), abort),
        );
      } catch (error) {
        if (!(error instanceof DecoderError) || !error.message.includes("does not start"))
          throw error;
        throw new DecoderError("ffmpeg is not installed, without it WAV is due", { cause: error });
      }
    },
  };
}
