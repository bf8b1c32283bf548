import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type SpeakRequest,
  type SpeechChunk,
  type Voice,
  VoiceError,
} from "../../drivers/voice/voice.ts";

const never = new AbortController().signal;

/** What every voice keeps; `open` gives a fresh one that knows `en` and has something to say. */
export function voiceContract(name: string, open: () => Promise<Voice>): void {
  describe(`voice: ${name}`, () => {
    test("speaks: sound, times in order inside their chunk, words inside the text", async () => {
      await using voice = await open();
      const text = "Hello there, good morning. This is the second sentence, and it's longer.";
      const chunks = await speak(voice, { kind: "text", text });
      assert.ok(seconds(voice, chunks) > 1, "a sentence takes more than a second");
      assert.ok(loudest(chunks) > 1000, "it can be heard");
      assertOrdered(chunks, text);
    });

    test("the first chunk of a long text is a small part of it", async () => {
      await using voice = await open();
      const text = Array.from({ length: 20 }, () => "This is one of ten words in a sentence.").join(
        " ",
      );
      const chunks = await speak(voice, { kind: "text", text });
      const first = chunks[0]?.pcm.length ?? 0;
      assert.ok(first < (seconds(voice, chunks) * voice.rateHz) / 8, `first chunk has ${first}`);
    });

    test("words point at UTF-16 offsets, behind signs of two units too", async () => {
      await using voice = await open();
      const text = "One \u{1D11E} grüße two.";
      const words = (await speak(voice, { kind: "text", text })).flatMap((chunk) => chunk.words);
      const spoken = words.map(({ start, length }) => text.slice(start, start + length));
      for (const word of ["One", "grüße", "two"]) assert.ok(spoken.includes(word), `${spoken}`);
    });

    test("tags of SSML are not spoken, and words keep their place between them", async () => {
      await using voice = await open();
      const text = '<speak>Good <emphasis level="strong">morning</emphasis> all</speak>';
      const words = (await speak(voice, { kind: "ssml", text })).flatMap((chunk) => chunk.words);
      const spoken = words.map(({ start, length }) => text.slice(start, start + length));
      assert.deepEqual(spoken, ["Good", "morning", "all"]);
    });

    test("a reader that leaves early leaves the voice ready", async () => {
      await using voice = await open();
      const text = "First sentence. ".repeat(100);
      for await (const chunk of voice.speak({ kind: "text", text }, never)) {
        assert.ok(chunk.pcm.length > 0);
        break;
      }
      await assertSpeaks(voice);
    });

    test("abort ends the iteration without an error and leaves the voice ready", async () => {
      await using voice = await open();
      const abort = new AbortController();
      let chunks = 0;
      const request = { kind: "text", text: "First sentence. ".repeat(100) } as const;
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
      const request = { kind: "text", text: "First sentence. ".repeat(100) } as const;
      const reading = voice.speak(request, abort.signal)[Symbol.asyncIterator]();
      assert.equal((await reading.next()).done, false);
      abort.abort();
      await assertSpeaks(voice);
      assert.equal((await reading.next()).done, true, "what was aborted stays silent");
    });

    test("a signal aborted beforehand gives nothing", async () => {
      await using voice = await open();
      const text = "Nobody hears this.";
      const chunks = await Array.fromAsync(
        voice.speak({ kind: "text", text }, AbortSignal.abort()),
      );
      assert.deepEqual(chunks, []);
    });

    test("unknown voices and languages are named before any sound", async () => {
      await using voice = await open();
      const failure = (request: Partial<SpeakRequest>) =>
        speak(voice, { kind: "text", text: "Hello.", ...request });
      await assert.rejects(failure({ voice: "nobody" }), isVoiceError("UNKNOWN_VOICE", "nobody"));
      await assert.rejects(failure({ lang: "tlh" }), isVoiceError("UNKNOWN_LANGUAGE", "tlh"));
      await assertSpeaks(voice);
    });

    test("text without words gives no words and at most a short silence", async () => {
      await using voice = await open();
      for (const text of ["", "   ", "...", "\u0000\u0001"]) {
        const chunks = await speak(voice, { kind: "text", text });
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
  const chunks = await speak(voice, { kind: "text", text: "Ready again." });
  assert.ok(loudest(chunks) > 1000);
  assertOrdered(chunks, "Ready again.");
}

function seconds(voice: Voice, chunks: readonly SpeechChunk[]): number {
  return chunks.reduce((sum, { pcm }) => sum + pcm.length, 0) / voice.rateHz;
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
  assert.match(chunks.flatMap(({ phonemes }) => phonemes.map(({ ipa }) => ipa)).join(""), /\p{L}/u);
}

function isVoiceError(code: VoiceError["code"], naming: string) {
  return (error: unknown) => {
    assert.ok(error instanceof VoiceError);
    assert.equal(error.code, code);
    assert.match(error.message, new RegExp(`^Cannot speak .*${naming}.*should be`));
    return true;
  };
}
