import { type SpeechChunk, type Voice, VoiceError } from "./voice.ts";

/** Stands in for a voice that could not be opened: every text fails with the reason. */
export class AbsentVoice implements Voice {
  readonly name = "absent";
  readonly version = "";
  readonly lang = "en";
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }

  // biome-ignore lint/correctness/useYield: the one thing it can do is say why it cannot speak
  async *speak(): AsyncIterable<SpeechChunk> {
    throw new VoiceError("VOICE_FAILED", this.reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
