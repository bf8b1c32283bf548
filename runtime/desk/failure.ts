import { DecoderError } from "../../drivers/decoder/decoder.ts";
import { MediaError } from "../../drivers/media/media.ts";
import { VoiceError } from "../../drivers/voice/voice.ts";
import { StreamError } from "../job/stream.ts";

/** Why a job could not be said. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** What a source of speech threw, as the job's end tells it. */
export function failureOf(error: unknown): Failure {
  for (const kind of [VoiceError, DecoderError, MediaError, StreamError]) {
    if (error instanceof kind) return { code: error.code, message: error.message };
  }
  return { code: "VOICE_FAILED", message: error instanceof Error ? error.message : String(error) };
}
