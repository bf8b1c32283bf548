import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
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
    assert.ok(
      parts.every(({ phonemes }) => phonemes.length > 0),
      "pauses are known as such",
    );
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

  test("silence is cut to 30 ms before and 60 ms behind, and times follow", async () => {
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

  test("SSML: breaks pause, prosody changes, marks and actions stand at their words", async () => {
    const ssml =
      '<speak>One <mark name="a"/>two.<break time="1s"/><action name="wave"/>' +
      '<prosody rate="200%" volume="silent">three</prosody> four<mark name="end"/></speak>';
    const parts = await say({ kind: "ssml", text: ssml, actions: [{ name: "nod", at: 9e6 }] });
    assertJoined(parts);
    const words = parts.flatMap((part) => part.words);
    const texts = words.map(({ start, length }) => ssml.slice(start, start + length));
    assert.deepEqual(texts, ["One", "two", "three", "four"]);
    const ms = (at: number) => Math.round(at / 48);
    const times = words.map(({ atSample }) => ms(atSample));
    const third = stepMs + scriptedRhythm.toneMs + 1000;
    assert.deepEqual(
      times.map((time, index) => Math.abs(time - [0, stepMs, third, third + 120][index]!) < 40),
      [true, true, true, true],
      `${times}`,
    );
    const cues = parts.flatMap((part) => part.cues);
    assert.deepEqual(
      cues.map(({ kind, name }) => `${kind} ${name}`),
      ["mark a", "action wave", "mark end", "action nod"],
    );
    assert.deepEqual(
      [cues[0]?.atSample, cues[1]?.atSample],
      [words[1]?.atSample, words[2]?.atSample],
    );
    const silent = parts.filter(({ words: [word] }) => word && word === words[2]);
    assert.ok(silent.every(({ pcm }) => pcm.every((sample) => sample === 0)));
  });

  test("SSML: sub and say-as are said instead, and count as one word", async () => {
    const asked: SpeakRequest[] = [];
    const text =
      '<speak xml:lang="en"><sub alias="World Wide Web">WWW</sub> at ' +
      '<say-as interpret-as="telephone">555-1234</say-as>, ' +
      '<say-as interpret-as="characters">ab1</say-as> &amp; ' +
      '<phoneme ph="bɑb">Bob</phoneme>!</speak>';
    await Array.fromAsync(prepare(recording(asked), { kind: "ssml", text }, never));
    const due = "World Wide Web at 5 5 5, 1 2 3 4, A, B, 1 & Bob!";
    assert.equal(asked[0]?.text, due);
    assert.deepEqual(asked[0]?.sounds, [{ start: due.indexOf("Bob"), length: 3, ipa: "bɑb" }]);
  });

  test("volume is the house's, whatever the voice; pitch and rate are asked for", async () => {
    const loudest = async (volume: number) => {
      const parts = await say({ kind: "text", text: "One.", volume });
      return Math.max(...parts.flatMap(({ pcm }) => [...pcm]));
    };
    const usual = await loudest(1);
    assert.ok(Math.abs((await loudest(0.5)) / usual - 0.5) < 0.01);
    assert.equal(await loudest(0), 0);
    const asked: SpeakRequest[] = [];
    const speech = { kind: "text", text: "Hi", rate: 1.5, pitch: 0.8 } as const;
    await Array.fromAsync(prepare(recording(asked), speech, never));
    assert.deepEqual(asked, [{ text: "Hi", lang: "en", rate: 1.5, pitch: 0.8 }]);
  });

  test("what the voice leaves aside is told", async () => {
    const ignored: string[] = [];
    const text = '<speak><phoneme ph="a">A</phoneme></speak>';
    const voice = new ScriptedVoice(new ManualClock());
    const onIgnored = (wish: string) => void ignored.push(wish);
    await Array.fromAsync(prepare(voice, { kind: "ssml", text }, never, onIgnored));
    assert.deepEqual(ignored, ["phoneme"]);
  });

  test("any text, plain or as SSML: parts join, words have their places", async () => {
    const bits = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 12 }),
      fc.constantFrom("Hello. ", "$5, ", "9:30 ", "你好。", "\n\n", "3 km/h ", "A & B ", "1/2 "),
    );
    const texts = fc.array(bits, { maxLength: 8 }).map((parts) => parts.join(""));
    const tags = fc.constantFrom(
      "s",
      "p",
      "prosody rate='fast'",
      "emphasis",
      "voice xml:lang='de'",
    );
    const check = async (text: string, tag: string): Promise<void> => {
      const [name = ""] = tag.split(" ");
      const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
      const ssml = `<speak>${escaped}<mark name="m"/><${tag}>${escaped}</${name}></speak>`;
      for (const speech of [
        { kind: "text", text } as const,
        { kind: "ssml", text: ssml } as const,
      ]) {
        const parts = await Array.fromAsync(prepare(polyglot(), speech, never));
        assertJoined(parts);
        const words = parts.flatMap((part) => part.words);
        for (const { start, length } of words) assert.ok(start + length <= speech.text.length);
        const marks = parts.flatMap((part) => part.cues).length;
        assert.equal(marks, speech.kind === "ssml" ? 1 : 0);
      }
    };
    await fc.assert(fc.asyncProperty(texts, tags, check), { numRuns: 60 });
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

/** A voice that hums in any language. */
function polyglot(): Voice {
  const voice = new ScriptedVoice(new ManualClock());
  return {
    ...fixed([]),
    speak: ({ lang: _, voice: __, ...request }, abort) => voice.speak(request, abort),
  };
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
