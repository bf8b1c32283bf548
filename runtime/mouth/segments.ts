import type { SpeechPart } from "../speech/utterance.ts";
import { isStop, type PhonemeShape, shapesOf } from "./phonemes.ts";
import type { Viseme } from "./viseme.ts";

/** A stretch of the utterance with one mouth shape, in samples. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly viseme: Viseme;
}

/**
 * The shapes of a part, one after the other: from its first phoneme to its end. A stop begins with
 * the silence before its burst, which is where voices put its time (espeak-ng among them).
 */
export function segmentsOf(part: SpeechPart): Segment[] {
  const end = part.atSample + part.pcm.length;
  const starts = startsOf(part);
  const open: OpenSegment[] = [];
  for (const [index, { ipa }] of part.phonemes.entries()) {
    const from = starts[index]!;
    const to = starts[index + 1] ?? end;
    let at = from;
    for (const { viseme, share } of shapesOf(ipa)) {
      const until = at + share * (to - from);
      if (until > at) open.push({ from: at, to: until, viseme });
      at = until;
    }
  }
  return open.map((segment, index) => ({ ...segment, viseme: resolved(open, index) }));
}

interface OpenSegment {
  readonly from: number;
  readonly to: number;
  readonly viseme: PhonemeShape["viseme"];
}

/** Longest silence that is taken for the closure of a stop: 120 ms. */
const closureSamplesMax = 5_760;
const hopSamples = 240;
const silentPeak = 260;
/** What a phoneme keeps at least when the stop behind it takes its silence. */
const phonemeSamplesMin = 480;

function startsOf({ phonemes, pcm, atSample }: SpeechPart): number[] {
  const starts = phonemes.map((phoneme) => phoneme.atSample);
  for (const [index, { ipa }] of phonemes.entries()) {
    const before = starts[index - 1];
    if (before === undefined || !isStop(ipa) || phonemes[index - 1]?.ipa === "") continue;
    const burst = starts[index]!;
    const earliest = Math.max(before + phonemeSamplesMin, burst - closureSamplesMax);
    let start = burst;
    while (start - hopSamples >= earliest && isSilent(pcm, start - hopSamples - atSample)) {
      start -= hopSamples;
    }
    starts[index] = start;
  }
  return starts;
}

function isSilent(pcm: Int16Array, from: number): boolean {
  return pcm.subarray(from, from + hopSamples).every((sample) => Math.abs(sample) < silentPeak);
}

function resolved(segments: readonly OpenSegment[], index: number): Viseme {
  const { viseme } = segments[index]!;
  if (viseme === "next") {
    const next = segments[index + 1]?.viseme ?? "aa";
    return isVowel(next) ? next : "aa";
  }
  if (viseme !== "previous") return viseme;
  return index === 0 ? "sil" : resolved(segments, index - 1);
}

function isVowel(viseme: PhonemeShape["viseme"]): viseme is Viseme {
  return ["aa", "E", "ih", "oh", "ou", "RR"].includes(viseme);
}
