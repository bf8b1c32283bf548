import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import {
  type SpeakRequest,
  type SpeechChunk,
  type Voice,
  VoiceError,
} from "../../drivers/voice/voice.ts";

const never = new AbortController().signal;

/**
 * What every voice keeps; `open` gives a fresh one that knows `en` and has something to say.
 * `spells`: it tells the phonemes.
 */
export function voiceContract(name: string, open: () => Promise<Voice>, spells = true): void {
  describe(`voice: ${name}`, () => {
    test("speaks: sound, times in order inside their chunk, words inside the text", async () => {
      await using voice = await open();
      const text = "Hello there, good morning. This is the second sentence, and it's longer.";
      const chunks = await speak(voice, { text });
      assert.ok(seconds(chunks) > 1, "a sentence takes more than a second");
      assert.ok(loudest(chunks) > 1000, "it can be heard");
      assertOrdered(chunks, text);
      const sounds = chunks.flatMap(({ phonemes }) => phonemes.map(({ ipa }) => ipa)).join("");
      assert.equal(/\p{L}/u.test(sounds), spells, sounds);
    });

    test("all chunks of a request are of one rate, within the bounds", async () => {
      await using voice = await open();
      const chunks = await speak(voice, { text: "One, two, three, and so on; then the end." });
      const rates = new Set(chunks.map(({ rateHz }) => rateHz));
      assert.equal(rates.size, 1);
      for (const rateHz of rates) {
        assert.ok(Number.isInteger(rateHz) && rateHz >= 8_000 && rateHz <= 96_000);
      }
    });

    test("words point at UTF-16 offsets, behind signs of two units too", async () => {
      await using voice = await open();
      const text = "One \u{1D11E} grüße two.";
      const words = (await speak(voice, { text })).flatMap((chunk) => chunk.words);
      const spoken = words.map(({ start, length }) => text.slice(start, start + length));
      for (const word of ["One", "grüße", "two"]) assert.ok(spoken.includes(word), `${spoken}`);
    });

    test("twice the rate takes about half the time, or is named as ignored", async () => {
      await using voice = await open();
      const text = "This sentence is said at two speeds, and it is long enough to tell.";
      const usual = await speak(voice, { text });
      const fast = await speak(voice, { text, rate: 2 });
      if (fast[0]?.ignored?.includes("rate")) return;
      const ratio = seconds(fast) / seconds(usual);
      assert.ok(ratio > 0.35 && ratio < 0.7, `takes ${ratio} of the time`);
    });

    test("a higher pitch is heard, or is named as ignored", async () => {
      await using voice = await open();
      const text = "Many men were away on Monday morning.";
      const low = await speak(voice, { text, pitch: 0.7 });
      const high = await speak(voice, { text, pitch: 1.4 });
      if (high[0]?.ignored?.includes("pitch")) return;
      assert.ok(pitchHz(high) > 1.3 * pitchHz(low), `${pitchHz(low)} Hz to ${pitchHz(high)} Hz`);
    });

    test("given sounds are said, or named as ignored; their word keeps its place", async () => {
      await using voice = await open();
      const text = "Say tomato now.";
      const sounds = [{ start: 4, length: 6, ipa: "pəˈteɪtəʊ" }];
      const chunks = await speak(voice, { text, sounds });
      const words = chunks.flatMap((chunk) => chunk.words);
      assert.ok(words.some(({ start, length }) => text.slice(start, start + length) === "tomato"));
      assertOrdered(chunks, text);
      const usual = await speak(voice, { text });
      const isHeard = !isDeepStrictEqual(soundOf(chunks), soundOf(usual));
      assert.notEqual(isHeard, chunks[0]?.ignored?.includes("phoneme") ?? false);
    });

    test("a reader that leaves early leaves the voice ready", async () => {
      await using voice = await open();
      const text = "First sentence. ".repeat(20);
      for await (const chunk of voice.speak({ text }, never)) {
        assert.ok(chunk.pcm.length > 0);
        break;
      }
      await assertSpeaks(voice);
    });

    test("abort ends the iteration without an error and leaves the voice ready", async () => {
      await using voice = await open();
      const abort = new AbortController();
      let chunks = 0;
      const request = { text: "First sentence. ".repeat(20) } as const;
      for await (const _ of voice.speak(request, abort.signal)) {
        chunks++;
        abort.abort();
      }
      assert.equal(chunks, 1);
      await assertSpeaks(voice);
    });

    test("an aborted reader that never comes back does not block the next text", async () => {
      await using voice = await open();
      const abort = new AbortController();
      const request = { text: "First sentence. ".repeat(20) } as const;
      const reading = voice.speak(request, abort.signal)[Symbol.asyncIterator]();
      assert.equal((await reading.next()).done, false);
      abort.abort();
      await assertSpeaks(voice);
      assert.equal((await reading.next()).done, true, "what was aborted stays silent");
    });

    test("a signal aborted beforehand gives nothing", async () => {
      await using voice = await open();
      const text = "Nobody hears this.";
      const chunks = await Array.fromAsync(voice.speak({ text }, AbortSignal.abort()));
      assert.deepEqual(chunks, []);
    });

    test("unknown voices and languages are named before any sound", async () => {
      await using voice = await open();
      const failure = (request: Partial<SpeakRequest>) =>
        speak(voice, { text: "Hello.", ...request });
      await assert.rejects(failure({ voice: "nobody" }), isVoiceError("UNKNOWN_VOICE", "nobody"));
      await assert.rejects(failure({ lang: "tlh" }), isVoiceError("UNKNOWN_LANGUAGE", "tlh"));
      await assertSpeaks(voice);
    });

    test("text without words gives no words and at most a short silence", async () => {
      await using voice = await open();
      for (const text of ["", "   ", "...", "\u0000\u0001"]) {
        const chunks = await speak(voice, { text });
        assert.ok(loudest(chunks) < 100, `${JSON.stringify(text)} is silent`);
        assert.deepEqual(
          chunks.flatMap((chunk) => chunk.words),
          [],
        );
      }
    });
  });
}

function speak(voice: Voice, request: SpeakRequest): Promise<SpeechChunk[]> {
  return Array.fromAsync(voice.speak(request, never));
}

async function assertSpeaks(voice: Voice): Promise<void> {
  const chunks = await speak(voice, { text: "Ready again." });
  assert.ok(loudest(chunks) > 1000);
  assertOrdered(chunks, "Ready again.");
}

function seconds(chunks: readonly SpeechChunk[]): number {
  return chunks.reduce((sum, { pcm, rateHz }) => sum + pcm.length / rateHz, 0);
}

function soundOf(chunks: readonly SpeechChunk[]): number[] {
  return chunks.flatMap(({ pcm }) => [...pcm]);
}

/** The median of the pitch of stretches of 40 ms, by autocorrelation between 60 and 400 Hz. */
function pitchHz(chunks: readonly SpeechChunk[]): number {
  const rateHz = chunks[0]?.rateHz ?? 1;
  const sound = soundOf(chunks);
  const span = Math.round(rateHz * 0.04);
  const found: number[] = [];
  for (let from = 0; from + 2 * span < sound.length; from += span) {
    const at = (lag: number) => {
      let sum = 0;
      for (let index = from; index < from + span; index++) {
        sum += sound[index]! * sound[index + lag]!;
      }
      return sum;
    };
    let best = { lag: 0, value: 0.5 * at(0) };
    if (best.value < span * 500 ** 2) continue;
    for (let lag = Math.round(rateHz / 400); lag <= rateHz / 60; lag++) {
      const value = at(lag);
      // Twice the period fits as well: it has to fit better.
      if (value > best.value * 1.05) best = { lag, value };
    }
    if (best.lag > 0) found.push(rateHz / best.lag);
  }
  return found.toSorted((a, b) => a - b)[Math.floor(found.length / 2)] ?? 0;
}

function loudest(chunks: readonly SpeechChunk[]): number {
  return chunks.reduce((peak, { pcm }) => pcm.reduce((m, s) => Math.max(m, Math.abs(s)), peak), 0);
}

function assertOrdered(chunks: readonly SpeechChunk[], text: string): void {
  let from = 0;
  let spokenUntil = 0;
  for (const { pcm, phonemes, words } of chunks) {
    for (const times of [phonemes, words]) {
      const at = times.map(({ atSample }) => atSample);
      assert.deepEqual(
        at,
        at.toSorted((a, b) => a - b),
        "times rise",
      );
      assert.ok(
        at.every((sample) => sample >= from && sample < from + pcm.length),
        "and lie inside",
      );
    }
    for (const { start, length } of words) {
      assert.ok(start >= spokenUntil && length > 0 && start + length <= text.length);
      spokenUntil = start + length;
    }
    from += pcm.length;
  }
  assert.ok(spokenUntil > 0, "words are timed");
}

function isVoiceError(code: VoiceError["code"], naming: string) {
  return (error: unknown) => {
    assert.ok(error instanceof VoiceError);
    assert.equal(error.code, code);
    assert.match(error.message, new RegExp(`^Cannot speak .*${naming}.*should be`));
    return true;
  };
}
