import type { Config } from "../../config/config.ts";
import { systemClock } from "../../drivers/clock/system.ts";
import { VoiceError } from "../../drivers/voice/voice.ts";
import type { Trouble } from "../../runtime/diagnostics/world.ts";
import { openVoice } from "../../runtime/wiring/voices.ts";

/**
 * Opens the configured voice as the daemon does, with nothing kept on disk, and, of a service, has
 * it say a word: by itself, and then whether the local voice is there that would step in.
 */
export async function tryVoice(native: string, config: Config): Promise<Trouble[]> {
  const { driver, service } = config.voice;
  if (driver !== "remote") return missing(driver, await failureOf(native, config));
  const alone = await failureOf(
    native,
    changed(config, { service: { ...service, fallback: "none" } }),
  );
  const troubles: Trouble[] = [];
  if (alone) troubles.push({ code: "VOICE_SERVICE", evidence: { reason: alone } });
  if (service.fallback === "none") return troubles;
  const local = await failureOf(
    native,
    changed(config, { driver: service.fallback, name: undefined }),
  );
  return [...troubles, ...missing(service.fallback, local)];
}

function missing(driver: string, reason: string | undefined): Trouble[] {
  if (reason === undefined) return [];
  return [{ code: "RUNTIME_VOICE_MISSING", evidence: { driver, reason } }];
}

/** Why the voice does not open, or does not speak; undefined: it does. */
async function failureOf(native: string, config: Config): Promise<string | undefined> {
  const trace = { note: () => {} };
  const parts = { clock: systemClock(), trace, native, onFallback: () => {} };
  try {
    await using voice = await openVoice(changed(config, { cacheMb: 0 }), parts);
    // A service is heard; a local voice is asked whether it speaks the language of the kiosk.
    const word = { text: "One." };
    const silence = { text: "", lang: config.voice.lang };
    const request = config.voice.driver === "remote" ? word : silence;
    for await (const _ of voice.speak(request, new AbortController().signal)) break;
    return undefined;
  } catch (error) {
    if (!(error instanceof VoiceError)) throw error;
    return error.message;
  }
}

function changed(config: Config, keys: { [Key in keyof Config["voice"]]?: unknown }): Config {
  const voice = Object.entries({ ...config.voice, ...keys }).filter(([, one]) => one !== undefined);
  return { ...config, voice: Object.fromEntries(voice) as Config["voice"] };
}
