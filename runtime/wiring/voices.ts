import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import type { Clock } from "../../drivers/clock/clock.ts";
import { anyDecoder } from "../../drivers/decoder/any.ts";
import { wavDecoder } from "../../drivers/decoder/wav.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { AbsentVoice } from "../../drivers/voice/absent.ts";
import { cachedVoice } from "../../drivers/voice/cached.ts";
import { openEspeak } from "../../drivers/voice/espeak.ts";
import { openFlite } from "../../drivers/voice/flite.ts";
import { openNeural } from "../../drivers/voice/neural.ts";
import { RemoteVoice } from "../../drivers/voice/remote.ts";
import { ScriptedVoice } from "../../drivers/voice/scripted.ts";
import { SpeechService } from "../../drivers/voice/service.ts";
import { type Voice, VoiceError } from "../../drivers/voice/voice.ts";
import type { Trace } from "../diagnostics/trace.ts";
import { FallbackVoice } from "../speech/fallback.ts";

/** What voices stand on. */
export interface VoiceParts {
  readonly clock: Clock;
  readonly trace: Trace;
  /** Where the native helpers lie. */
  readonly native: string;
  /** Told for each sentence why the local voice said it; undefined: the service did. */
  onFallback(reason: string | undefined): void;
}

/** The configured voice, or one that answers every job with why there is none. */
export async function voiceOf(config: Config, parts: VoiceParts): Promise<Voice> {
  try {
    return await openVoice(config, parts);
  } catch (error) {
    if (!(error instanceof VoiceError)) throw error;
    parts.trace.note({ area: "speech", kind: "voice-absent", reason: error.message });
    return new AbsentVoice(error.message);
  }
}

/** The configured voice. Throws a VoiceError that says what is missing. An entry: picks drivers. */
export async function openVoice(config: Config, parts: VoiceParts): Promise<Voice> {
  const { driver, name, model } = config.voice;
  if (driver === "scripted") return new ScriptedVoice(parts.clock);
  if (driver === "remote") return openRemote(config, parts);
  if (driver !== "neural") return openLocal(driver, parts.native, name);
  if (model === undefined) throw unset("voice.model", "name a Piper voice, FILE.onnx");
  const helperPath = join(parts.native, "bin/espeak");
  const speaker = name === undefined ? {} : { speaker: name };
  return withCache(await openNeural(model, { helperPath, ...speaker }), config, parts);
}

function openLocal(driver: "espeak" | "flite", native: string, name?: string): Promise<Voice> {
  const voice = name === undefined ? {} : { voice: name };
  if (driver === "flite") return openFlite(wavDecoder(), voice);
  return openEspeak(join(native, "bin/espeak"), voice);
}

async function openRemote(config: Config, parts: VoiceParts): Promise<Voice> {
  const { name = "alloy", service } = config.voice;
  const { url, keyFile, waitMs, fallback, ...asked } = service;
  if (url === undefined) throw unset("voice.service.url", "be http://HOST/v1/audio/speech");
  const key = keyFile === undefined ? {} : { key: () => readKey(keyFile) };
  const options = { ...asked, url, voice: name, waitMsMax: waitMs, ...key };
  const remote = new RemoteVoice(new SpeechService(options), {
    clock: parts.clock,
    decoder: anyDecoder(),
    onTrouble: (trouble) => parts.trace.note({ area: "speech", ...trouble }),
  });
  const cached = await withCache(remote, config, parts);
  if (fallback === "none") return cached;
  const local = await openLocal(fallback, parts.native);
  return new FallbackVoice(cached, local, (reason) => {
    if (reason !== undefined) {
      parts.trace.note({ area: "speech", kind: "voice-replaced", by: local.name, reason });
    }
    parts.onFallback(reason);
  });
}

/** What is cheaper to say again than to read is not kept: local engines are. */
async function withCache(voice: Voice, { voice: keys, state }: Config, { trace }: VoiceParts) {
  if (keys.cacheMb === 0) return voice;
  const onTrouble = (reason: string) =>
    trace.note({ area: "speech", kind: "cache-failed", reason });
  try {
    const disk = await LocalDisk.open(join(state, "sentences"));
    return await cachedVoice(voice, disk, { bytesMax: keys.cacheMb * 2 ** 20, onTrouble });
  } catch (error) {
    onTrouble(error instanceof Error ? error.message : String(error));
    return voice;
  }
}

async function readKey(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    const fault = `${file} cannot be read (${error.code}), it should hold the key`;
    throw new VoiceError("VOICE_FAILED", `Cannot ask the voice service: ${fault}`);
  });
  return text.trim();
}

function unset(key: string, due: string): VoiceError {
  return new VoiceError(
    "VOICE_FAILED",
    `Cannot start the voice: ${key} is not set, it should ${due}`,
  );
}
