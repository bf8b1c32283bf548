import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, test } from "node:test";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { openEspeak } from "../../drivers/voice/espeak.ts";
import { ScriptedVoice } from "../../drivers/voice/scripted.ts";
import { Ears } from "../../runtime/desk/ears.ts";
import { Reader } from "../../runtime/desk/reader.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { align } from "../../runtime/mouth/align.ts";
import type { Heard } from "../../runtime/mouth/heard.ts";
import { segmentsOf } from "../../runtime/mouth/segments.ts";
import { type Viseme, visemes } from "../../runtime/mouth/viseme.ts";
import { prepare } from "../../runtime/speech/prepare.ts";
import type { SpeechPart } from "../../runtime/speech/utterance.ts";

const model = readFileSync(new URL("../../config/models/speech/speech.onnx", import.meta.url));
const reader = new Reader(() => openEspeak(resolve("build/native/bin/espeak")));
after(() => reader[Symbol.asyncDispose]());

test("align() gives every expected shape its steps, and pauses where they may be", () => {
  const heard = "..aaappp..aaass...";
  const { placed, misfit } = align(rowsOf(heard), [
    shape("aa", 3, true),
    shape("PP", 3, false),
    shape("aa", 3, true),
    shape("SS", 2, false),
  ]);
  assert.equal(textOf(placed), heard);
  assert(misfit < 0.01, `misfit ${misfit}`);
});

test("align() keeps the order of what is said where it hears something else", () => {
  const expected = [shape("aa", 3, true), shape("PP", 2, false), shape("aa", 3, false)];
  const { placed } = align(rowsOf("aaannaaa"), expected);
  assert.equal(textOf(placed), "aaappaaa");
});

test("align() leaves out what nobody has time to say, and tells a text that does not fit", () => {
  const hasty = ["aa", "PP", "nn", "SS"].map((viseme) => shape(viseme as Viseme, 4, false));
  assert.equal(textOf(align(rowsOf("as"), hasty).placed), "as");
  assert.deepEqual(align([], hasty).placed, []);
  const strayed = [shape("aa", 1, true), ...Array(40).fill(shape("SS", 9, false))];
  const odd = align(rowsOf(`${"a".repeat(400)}${"s".repeat(20)}`), strayed);
  assert(odd.misfit > 1, `misfit ${odd.misfit}`);
  const { misfit } = align(rowsOf("ssssssss"), [shape("PP", 4, true), shape("aa", 4, false)]);
  assert(misfit > 1, `misfit ${misfit}`);
});

test("sound that comes with its text gets the lips of the text, at its own moments", async () => {
  const text = "My mum bought a big blue umbrella from Bob, maybe.";
  const { truth, part } = await spoken(text);
  const { heard, trace } = await listen({ ...part, says: { text, lang: "en" } });
  const { segments } = heard.at(-1)!;
  const closures = truth.filter(({ viseme }) => viseme === "PP");
  const found = segments.filter(({ viseme }) => viseme === "PP");
  assert(closures.length >= 10);
  assert.equal(found.length, closures.length);
  for (const [at, closure] of closures.entries()) {
    const lateMs = (found[at]!.from - closure.from) / 48;
    assert(Math.abs(lateMs) <= 60, `closure ${at} is ${lateMs} ms late`);
  }
  assert.equal(trace.count("mouth.text-misfit"), 0);
  // Until the sound is at its end, nothing is settled.
  assert(heard.slice(0, -1).every(({ settled }) => settled === 0));
});

test("a text that is not what is said is left aside, and the sound is followed", async () => {
  const { part } = await spoken("My mum bought a big blue umbrella from Bob, maybe.");
  const says = { text: "She sees six sheep in the city.", lang: "en" };
  const { heard, trace } = await listen({ ...part, says });
  assert.equal(trace.count("mouth.text-misfit"), 1);
  const { heard: alone } = await listen(part);
  assert.deepEqual(heard.at(-1), alone.at(-1));
});

test("a text in a language that nobody reads is left aside too", async () => {
  const { part } = await spoken("Hello.");
  const { heard, trace } = await listen({ ...part, says: { text: "Hello.", lang: "xx" } });
  assert.equal(trace.count("mouth.text-unread"), 1);
  assert((heard.at(-1)?.settled ?? 0) > 0);
});

test("each sentence of a voice without phonemes comes with its text", async () => {
  const hum = new ScriptedVoice(new ManualClock(0));
  const mute = {
    ...{ name: hum.name, version: hum.version, lang: hum.lang },
    async *speak(...request: Parameters<typeof hum.speak>) {
      for await (const chunk of hum.speak(...request)) yield { ...chunk, phonemes: [] };
    },
    async [Symbol.asyncDispose]() {},
  };
  const speech = { kind: "text" as const, text: "One two. Three four five.", lang: "en" };
  const { signal } = new AbortController();
  const said = async (voice: typeof mute): Promise<(string | undefined)[]> => {
    const parts = await Array.fromAsync(prepare(voice, speech, signal));
    return parts.flatMap(({ says }) => (says ? [says.text.trim()] : []));
  };
  assert.deepEqual(await said(mute), ["One two.", "Three four five."]);
});

async function listen(part: SpeechPart): Promise<{ heard: Heard[]; trace: TraceRing }> {
  const heard: Heard[] = [];
  const trace = new TraceRing();
  const parts = {
    model: () => new OnnxInference().open(model),
    read: (says: { text: string; lang?: string }) => reader.read(says),
    trace,
  };
  await using ears = new Ears(parts, (message) => {
    if (message.kind === "heard") heard.push(message.heard);
  });
  ears.post({ kind: "begin", generation: 1, caption: "" });
  ears.post({ kind: "part", generation: 1, part });
  ears.post({ kind: "end", generation: 1 });
  await ears.settled();
  return { heard, trace };
}

/** What espeak-ng says, as sound alone, and what its own phonemes look like. */
async function spoken(text: string) {
  await using voice = await openEspeak(resolve("build/native/bin/espeak"));
  const speech = { kind: "text" as const, text, lang: "en" };
  const parts = await Array.fromAsync(prepare(voice, speech, new AbortController().signal));
  const truth = parts.flatMap((part) => segmentsOf(part));
  const pcm = Int16Array.from(parts.flatMap((part) => [...part.pcm]));
  return { truth, part: { atSample: 0, pcm, phonemes: [], words: [], cues: [] } };
}

const byLetter: Readonly<Record<string, Viseme>> = {
  ".": "sil",
  a: "aa",
  p: "PP",
  s: "SS",
  n: "nn",
};

function rowsOf(heard: string): Float32Array[] {
  return [...heard].map((letter) => {
    const row = new Float32Array(visemes.length).fill(0.01);
    row[visemes.indexOf(byLetter[letter]!)] = 0.86;
    return row;
  });
}

function textOf(placed: ReturnType<typeof align>["placed"]): string {
  const letters = new Map(Object.entries(byLetter).map(([letter, viseme]) => [viseme, letter]));
  return placed.map(({ from, to, viseme }) => letters.get(viseme)!.repeat(to - from)).join("");
}

function shape(viseme: Viseme, length: number, mayPause: boolean) {
  return { viseme, length, mayPause };
}
