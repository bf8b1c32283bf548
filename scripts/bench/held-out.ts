import { join } from "node:path";
import { sampleRateHz } from "../../config/sound.ts";
import { anyDecoder } from "../../drivers/decoder/any.ts";
import { openEspeak } from "../../drivers/voice/espeak.ts";
import { openFlite } from "../../drivers/voice/flite.ts";
import type { Voice } from "../../drivers/voice/voice.ts";
import { listening } from "../../runtime/mouth/mel.ts";
import { segmentsOf } from "../../runtime/mouth/segments.ts";
import { prepare } from "../../runtime/speech/prepare.ts";
import { Resampler } from "../../runtime/speech/resample.ts";
import type { Clip, Segment } from "./score.ts";

/** A clip made here: its sound, 16 kHz mono, and what is said when, by the engine's own word. */
export interface MadeClip extends Clip {
  readonly group: string;
  readonly pcm: Int16Array;
}

/**
 * Clips of voices, languages and sentences that the speech model was never trained on, the same in
 * every run, and each once more in noise. The truth is the engine's own phoneme times.
 */
export async function heldOutClips(): Promise<ReadonlyMap<string, MadeClip>> {
  await using espeak = await openEspeak(join(import.meta.dirname, "../../build/native/bin/espeak"));
  await using flite = await openFlite(anyDecoder(), { voice: "kal16" });
  const clips = new Map<string, MadeClip>();
  const add = async (group: string, voice: Voice, wish: Wish): Promise<void> => {
    const clip = await madeClip(group, voice, wish);
    clips.set(`${group} ${clips.size}`, clip);
    clips.set(`noisy ${clips.size}`, { ...clip, group: "noisy", pcm: noisy(clip.pcm) });
  };
  for (const [at, text] of english.entries()) {
    const voice = englishVoices[at % englishVoices.length]!;
    await add("espeak-ng, other voices", espeak, { voice, lang: "en", text });
    await add("flite kal16", flite, { lang: "en", text });
  }
  for (const [lang, text] of Object.entries(otherLanguages)) {
    await add("espeak-ng, other languages", espeak, { lang, text });
  }
  return clips;
}

interface Wish {
  readonly text: string;
  readonly lang: string;
  readonly voice?: string;
}

/** Variants that `scripts/train-speech/voices.py` leaves out. */
const englishVoices = ["en-us+f5", "en-us+m8", "en+belinda", "en-us+travis", "en+marcelo"];

const english = [
  "My brother bought a bag of pepper and a pound of plums.",
  "Five very fine violins were played for the mayor.",
  "Please move the map above the lamp, it may become warm.",
  "Would you whisper what we were about to do tomorrow?",
  "She sells small shells and shiny stones by the shore.",
  "Nobody knew that the number nine bus never runs on Monday.",
  "The thirty thieves thought that they had thrilled the throne.",
  "Go back along the dark quay and take the green gate.",
  "A big black bear sat on a blue bench and ate bread.",
  "Remember to bring your umbrella, maybe the weather will be bad.",
];

const otherLanguages: Readonly<Record<string, string>> = {
  da: "Min bror købte en brun bog og to billige blomster.",
  nb: "Hvor mange mennesker bor på den gamle øya ved havet?",
  el: "Το μουσείο είναι ανοιχτό κάθε πρωί μέχρι τις πέντε.",
  sk: "Prosím, počkajte pri bráne, kým príde môj brat.",
  uk: "Моя мама купила білий папір і великий чорний олівець.",
  et: "Palun avage aken, siin toas on väga palav.",
  lv: "Mans brālis pirka maizi, pienu un baltu papīru.",
  eu: "Nire amak bi liburu handi eta polit bat erosi ditu.",
};

async function madeClip(group: string, voice: Voice, wish: Wish): Promise<MadeClip> {
  const speech = { kind: "text" as const, ...wish };
  const parts = await Array.fromAsync(prepare(voice, speech, new AbortController().signal));
  const resampler = new Resampler(sampleRateHz, listening.rateHz);
  const sound = [...parts.map(({ pcm }) => resampler.push(pcm)), resampler.flush()];
  const pcm = Int16Array.from(sound.flatMap((block) => [...block]));
  const dur = pcm.length / listening.rateHz;
  const segments: Segment[] = [];
  let at = 0;
  for (const { from, to, viseme } of parts.flatMap((part) => segmentsOf(part))) {
    const [start, end] = [from / sampleRateHz, Math.min(dur, to / sampleRateHz)];
    if (start > at) segments.push([at, start, "sil"]);
    if (end > start) segments.push([Math.max(at, start), end, viseme]);
    at = Math.max(at, end);
  }
  if (dur > at) segments.push([at, dur, "sil"]);
  return { group, dur, segments, pcm };
}

/** Pink noise 12 dB below the speech (Voss and Clarke, 1978: sums of ever slower steps). */
function noisy(pcm: Int16Array): Int16Array {
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647 - 0.5;
  };
  const rows = new Float64Array(8);
  const noise = Float64Array.from(pcm, (_, at) => {
    for (let row = 0; row < rows.length; row++) if (at % 2 ** row === 0) rows[row] = random();
    return rows.reduce((sum, value) => sum + value, 0);
  });
  const power = (sound: ArrayLike<number>): number =>
    Array.from(sound).reduce((sum, sample) => sum + sample * sample, 0) / sound.length;
  const gain = Math.sqrt(power(pcm) / power(noise) / 10 ** 1.2);
  return pcm.map((sample, at) => {
    return Math.max(-32_768, Math.min(32_767, Math.round(sample + gain * noise[at]!)));
  });
}
