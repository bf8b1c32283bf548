import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ManualClock } from "../../drivers/clock/manual.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { cachedVoice } from "../../drivers/voice/cached.ts";
import { ScriptedVoice } from "../../drivers/voice/scripted.ts";
import type { SpeakRequest, SpeechChunk, Voice } from "../../drivers/voice/voice.ts";
import { VoiceError } from "../../drivers/voice/voice.ts";
import { FallbackVoice } from "../../runtime/speech/fallback.ts";
import { voiceContract } from "./voice.ts";

const never = new AbortController().signal;
const clock = new ManualClock();
const scripted = () => new ScriptedVoice(clock);
const broken = () => new ScriptedVoice(clock, { failAtChunk: 0 });

voiceContract("cached", () => cachedVoice(scripted(), new MemoryDisk(), { bytesMax: 1e8 }));
voiceContract("fallback, first well", async () => fallback(scripted(), broken()));
voiceContract("fallback, first broken", async () => fallback(broken(), scripted()));

test("cached: what was said once is said again, by no voice, the same to the bit", async () => {
  const disk = new MemoryDisk();
  const counted = counting(scripted());
  const request: SpeakRequest = { text: "Good morning.", rate: 1.2 };
  const first = await cachedVoice(counted, disk, { bytesMax: 1e7 });
  const said = await say(first, request);
  await first[Symbol.asyncDispose]();
  const second = await cachedVoice(counted, disk, { bytesMax: 1e7 });
  assert.deepEqual(await say(second, request), said);
  assert.equal(counted.said, 1);
  for (const other of [
    { text: "Good morning!" },
    { ...request, rate: 1 },
    { ...request, pitch: 2 },
  ])
    await say(second, other);
  assert.equal(counted.said, 4, "other text, rate or pitch is another sentence");
});

test("cached: another version of the voice starts anew", async () => {
  const disk = new MemoryDisk();
  const old = counting(scripted());
  await using first = await cachedVoice(old, disk, { bytesMax: 1e7 });
  await say(first, { text: "Hello." });
  const renewed = counting(scripted(), "2");
  await using second = await cachedVoice(renewed, disk, { bytesMax: 1e7 });
  await say(second, { text: "Hello." });
  assert.equal(renewed.said, 1);
});

test("cached: stays within its bytes, and keeps what is asked for again and again", async () => {
  const disk = new MemoryDisk();
  const bytesMax = 2e6;
  const counted = counting(scripted());
  await using voice = await cachedVoice(counted, disk, { bytesMax });
  for (let index = 0; index < 200; index++) {
    await say(voice, { text: `Sentence number ${index} of many.` });
    await say(voice, { text: "Welcome." });
    await settled();
    assert.ok(disk.size <= bytesMax, `${disk.size} bytes`);
  }
  assert.equal(counted.said, 201);
  await say(voice, { text: "Sentence number 0 of many." });
  assert.equal(counted.said, 202, "the first one has made room");
});

test("cached: torn and damaged files never give wrong sound", async () => {
  const whole = new MemoryDisk();
  const texts = ["One.", "One two.", "One two three."];
  const first = await cachedVoice(scripted(), whole, { bytesMax: 1e7 });
  for (const text of texts) await say(first, { text });
  await first[Symbol.asyncDispose]();
  const bytes = (await whole.read("sentences-0")) ?? new Uint8Array();
  const right = await Promise.all(texts.map((text) => say(scripted(), { text })));
  const damage = fc.record({ cut: fc.nat(bytes.length), flip: fc.nat(bytes.length - 1) });
  await fc.assert(
    fc.asyncProperty(damage, async ({ cut, flip }) => {
      const torn = bytes.slice(0, cut);
      if (flip < cut) torn[flip]! ^= 0x40;
      const disk = new MemoryDisk([["sentences-0", torn]]);
      await using voice = await cachedVoice(scripted(), disk, { bytesMax: 1e7 });
      for (const round of [1, 2]) {
        for (const [index, text] of texts.entries()) {
          assert.deepEqual(await say(voice, { text }), right[index], `round ${round}: ${text}`);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("cached: a disk that fails is told of, and the voice speaks", async () => {
  const troubles: string[] = [];
  const options = { bytesMax: 1e6, onTrouble: (reason: string) => void troubles.push(reason) };
  const disk = new MemoryDisk();
  const voice = await cachedVoice(scripted(), disk, options);
  disk.cut();
  assert.ok((await say(voice, { text: "Hello." })).length > 0);
  await voice[Symbol.asyncDispose]();
  assert.match(troubles.join(), /power is cut/);
  await using unread: Voice = await cachedVoice(scripted(), disk as Disk, options);
  assert.ok((await say(unread, { text: "Hello." })).length > 0);
});

test("fallback: each sentence tells who says it, and the job that another voice did", async () => {
  const changes: (string | undefined)[] = [];
  const failing = new ScriptedVoice(clock, { failAtChunk: 1 });
  const voice = new FallbackVoice(failing, scripted(), (reason) => changes.push(reason));
  await say(voice, { text: "One." });
  const [chunk] = await say(new FallbackVoice(broken(), scripted(), (r) => changes.push(r)), {
    text: "Two.",
    pitch: 1.2,
  });
  assert.deepEqual(chunk?.ignored, ["voice"]);
  assert.deepEqual(changes, [undefined, "Cannot speak: the script says so"]);
});

test("fallback: a sentence that breaks off is said again behind it, at one rate", async () => {
  const failing = new ScriptedVoice(clock, { failAtChunk: 1 });
  const voice = new FallbackVoice(failing, slower(scripted()), () => {});
  const text = "One two three. Four five.";
  const chunks = await say(voice, { text });
  assert.deepEqual([...new Set(chunks.map(({ rateHz }) => rateHz))], [22_050]);
  const [first] = chunks;
  const words = chunks.flatMap((one) => one.words.map(({ start }) => text.slice(start, start + 2)));
  assert.deepEqual(words, ["On", "tw", "th", "On", "tw", "th", "Fo", "fi"]);
  const again = chunks[1]?.words[0]?.atSample ?? 0;
  assert.ok(again >= (first?.pcm.length ?? 0), `${again}`);
});

test("fallback: a voice that only the first one has is replaced, not refused", async () => {
  const renamed = new ScriptedVoice(clock);
  const first: Voice = {
    ...{ name: "first", version: "1", lang: "en" },
    // biome-ignore lint/correctness/useYield: this voice only fails.
    async *speak() {
      throw new VoiceError("VOICE_FAILED", "Cannot speak: it is gone");
    },
    async [Symbol.asyncDispose]() {},
  };
  const chunks = await say(new FallbackVoice(first, renamed, () => {}), {
    text: "Hello.",
    voice: "nova",
  });
  assert.deepEqual(chunks[0]?.ignored, ["voice"]);
});

function fallback(first: Voice, second: Voice): Voice {
  return new FallbackVoice(first, second, () => {});
}

function say(voice: Voice, request: SpeakRequest): Promise<SpeechChunk[]> {
  return Array.fromAsync(voice.speak(request, never));
}

/** The voice, with a count of what it was asked for. */
function counting(voice: Voice, version = voice.version): Voice & { said: number } {
  return {
    ...{ name: voice.name, version, lang: voice.lang, said: 0 },
    speak(request, abort) {
      this.said++;
      return voice.speak(request, abort);
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** The voice at another rate, as if its samples were longer. */
function slower(voice: Voice): Voice {
  return {
    ...{ name: "slower", version: "1", lang: voice.lang },
    async *speak(request, abort) {
      for await (const chunk of voice.speak(request, abort)) yield { ...chunk, rateHz: 16_000 };
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** What is written beside the show is on the disk. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
