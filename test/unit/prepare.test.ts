import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { ScriptedVoice, scriptedRhythm } from "../../drivers/voice/scripted.ts";
import type { SpeakRequest, SpeechChunk, Voice } from "../../drivers/voice/voice.ts";
import { prepare } from "../../runtime/speech/prepare.ts";
import type { Speech } from "../../runtime/speech/script.ts";
import type { SpeechPart } from "../../runtime/speech/utterance.ts";

const rateHz = 22_050;
const never = new AbortController().signal;
const stepMs = scriptedRhythm.toneMs + scriptedRhythm.pauseMs;

describe("prepare", () => {
  test("parts follow without a gap, at 48 kHz, with words and phonemes in time", async () => {
    const text = "Good morning all. Welcome here.";
    const parts = await say({ kind: "text", text });
    assertJoined(parts);
    const words = parts.flatMap((part) => part.words);
    assert.deepEqual(
      words.map(({ start, length }) => text.slice(start, start + length)),
      ["Good", "morning", "all", "Welcome", "here"],
    );
    const second = 2 * stepMs + scriptedRhythm.toneMs + 350;
    const startsMs = [0, stepMs, 2 * stepMs, second, second + stepMs];
    for (const [index, { atSample }] of words.entries()) {
      assert.ok(Math.abs(atSample / 48 - startsMs[index]!) < 1, `word ${index} at ${atSample}`);
    }
    assert.equal(parts[0]?.phonemes[0]?.ipa, "a");
  });

  test("numbers are written out; their words count once and point to the original", async () => {
    const text = "Pay $12.50 now.";
    const words = (await say({ kind: "text", text })).flatMap((part) => part.words);
    assert.deepEqual(
      words.map(({ start, length }) => text.slice(start, start + length)),
      ["Pay", "$12.50", "now"],
    );
  });

  test("the language of the script is spoken when the kiosk's is another", async () => {
    const asked: SpeakRequest[] = [];
    const voice = recording(asked);
    await Array.fromAsync(prepare(voice, { kind: "text", text: "你好", lang: "en-US" }, never));
    await Array.fromAsync(prepare(voice, { kind: "text", text: "Hi", voice: "hum" }, never));
    assert.deepEqual(asked, [
      { text: "你好", lang: "cmn" },
      { text: "Hi", voice: "hum" },
    ]);
  });

  test("leading silence is cut to 30 ms, that behind the end to 60 ms, and times follow", async () => {
    const chunks = [silence(0, 11_025), sound(11_025, 22_050), silence(33_075, 22_050)];
    const cut = await Array.fromAsync(prepare(fixed(chunks), { kind: "text", text: "x" }, never));
    const lengthMs = cut.reduce((sum, { pcm }) => sum + pcm.length, 0) / 48;
    assert.ok(Math.abs(lengthMs - 1090) < 1, `${lengthMs} ms`);
    const [phoneme] = cut.flatMap(({ phonemes }) => phonemes).filter(({ ipa }) => ipa === "a");
    assert.ok(Math.abs(phoneme!.atSample / 48 - 30) < 0.1, `at ${phoneme!.atSample}`);
    assertJoined(cut);
  });

  test("silence alone gives nothing", async () => {
    assert.deepEqual(
      await Array.fromAsync(
        prepare(fixed([silence(0, 9_000)]), { kind: "text", text: "x" }, never),
      ),
      [],
    );
  });

  test("abort ends it between parts", async () => {
    const abort = new AbortController();
    const voice = new ScriptedVoice(new ManualClock(), { endless: true });
    let parts = 0;
    for await (const _ of prepare(voice, { kind: "text", text: "One. Two." }, abort.signal)) {
      if (++parts === 3) abort.abort();
    }
    assert.equal(parts, 3);
  });
});

function say(speech: Speech): Promise<SpeechPart[]> {
  return Array.fromAsync(prepare(new ScriptedVoice(new ManualClock()), speech, never));
}

function assertJoined(parts: readonly SpeechPart[]): void {
  let at = 0;
  for (const { atSample, pcm, phonemes, words } of parts) {
    assert.equal(atSample, at);
    at += pcm.length;
    for (const timed of [...phonemes, ...words]) {
      assert.ok(timed.atSample >= atSample && timed.atSample < at, "times lie inside their part");
    }
  }
}

function silence(at: number, length: number): SpeechChunk {
  return { pcm: new Int16Array(length), rateHz, phonemes: [{ atSample: at, ipa: "" }], words: [] };
}

function sound(at: number, length: number): SpeechChunk {
  const pcm = new Int16Array(length).fill(5_000);
  return { pcm, rateHz, phonemes: [{ atSample: at, ipa: "a" }], words: [] };
}

/** A voice that says the same whatever it is asked. */
function fixed(chunks: readonly SpeechChunk[]): Voice {
  return {
    name: "fixed",
    version: "1",
    lang: "en",
    async *speak() {
      yield* chunks;
    },
    async [Symbol.asyncDispose]() {},
  };
}

function recording(asked: SpeakRequest[]): Voice {
  return {
    ...fixed([]),
    // biome-ignore lint/correctness/useYield: this voice only listens.
    async *speak(request: SpeakRequest) {
      asked.push(request);
    },
  };
}
