import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openNeural } from "../../drivers/voice/neural.ts";
import type { SpeakRequest, Voice } from "../../drivers/voice/voice.ts";
import { humDescription, humModel, humRateHz } from "../../scripts/bench/hum-model.ts";
import { voiceContract } from "./voice.ts";

const helperPath = "build/native/bin/espeak";
const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), "frontdesk-hum-"));
after(() => rmSync(folder, { recursive: true }));

const plain = write("plain", { speakers: false });
const speakers = write("speakers", { speakers: true });

voiceContract("neural", () => openNeural(plain, { helperPath }), false);
voiceContract("neural with speakers", () => openNeural(speakers, { helperPath }));

test("neural: the phonemes are those of espeak-ng, their times the model's", async () => {
  await using voice = await openNeural(speakers, { helperPath });
  const [chunk] = await say(voice, { text: "Hi, Bob." });
  assert.ok(chunk);
  assert.equal(chunk.phonemes.map(({ ipa }) => ipa || "|").join(""), "haɪ|bɑb|");
  const steps = chunk.phonemes.map(({ atSample }, index, all) =>
    Math.round((atSample - (all[index - 1]?.atSample ?? 0)) / (0.025 * humRateHz)),
  );
  // Beginning, pad, h, pad, stress, pad, a, ...: two ids to a sign.
  assert.deepEqual(steps, [2, 4, 2, 2, 4, 4, 4, 2]);
  assert.deepEqual(
    chunk.words.map(({ start }) => start),
    [0, 4],
  );
});

test("neural: speakers by name or number, each with its own sound", async () => {
  await using voice = await openNeural(speakers, { helperPath, speaker: "high" });
  const text = "Many men.";
  const high = await say(voice, { text });
  assert.deepEqual(await say(voice, { text, voice: "1" }), high);
  assert.notDeepEqual(await say(voice, { text, voice: "low" }), high);
  await assert.rejects(say(voice, { text, voice: "7" }), /voice "7": .* one of low, high/);
});

test("neural: given sounds are said with the signs that the model knows", async () => {
  await using voice = await openNeural(speakers, { helperPath });
  const sounds = (ipa: string) => [{ start: 4, length: 6, ipa }];
  const text = "Say tomato.";
  const [known] = await say(voice, { text, sounds: sounds("məʃ") });
  assert.match(known!.phonemes.map(({ ipa }) => ipa).join(""), /məʃ/);
  assert.equal(known!.ignored, undefined);
  const [unknown] = await say(voice, { text, sounds: sounds("mǃə") });
  assert.deepEqual(unknown!.ignored, ["phoneme"]);
});

test("neural: what is wrong with the files is said", async () => {
  const open = (file: string) => openNeural(join(folder, file), { helperPath });
  await assert.rejects(open("none.onnx"), /none.onnx.json is not there, a Piper voice should be/);
  const cases: readonly (readonly [change: (d: Description) => unknown, message: RegExp])[] = [
    [() => "{", /is not JSON/],
    [(d) => ({ ...d, audio: {} }), /\/audio\/sample_rate is missing, .* from 8000 to 96000/],
    [(d) => ({ ...d, espeak: { voice: 3 } }), /\/espeak\/voice is 3, it should be a text/],
    [(d) => ({ ...d, espeak: { voice: "xx" } }), /voice "xx": no such voice/],
    [(d) => ({ ...d, phoneme_type: "pinyin" }), /phoneme_type is "pinyin", .* espeak or text/],
    [(d) => ({ ...d, phoneme_id_map: { a: [1] } }), /phoneme_id_map\/_ is missing/],
    [(d) => ({ ...d, phoneme_id_map: { ...d.phoneme_id_map, b: ["x"] } }), /map\/b is \["x"\]/],
    [(d) => ({ ...d, num_speakers: 4 }), /inputs are input, input_lengths, scales, they should/],
    [(d) => ({ ...d, inference: { noise_w: "much" } }), /noise_w is "much", .* from 0 to 10/],
  ];
  for (const [index, [change, message]] of cases.entries()) {
    const file = write(`wrong${index}`, { speakers: false });
    const changed = change(humDescription({ speakers: false }) as Description);
    writeFileSync(`${file}.json`, typeof changed === "string" ? changed : JSON.stringify(changed));
    await assert.rejects(openNeural(file, { helperPath }), message);
  }
  writeFileSync(plain.replace("plain", "torn"), humModel({ speakers: false }).subarray(0, 900));
  writeFileSync(
    `${plain.replace("plain", "torn")}.json`,
    JSON.stringify(humDescription({ speakers: false })),
  );
  await assert.rejects(open("torn.onnx"), /Cannot start the voice: .*torn.onnx: /);
});

test("neural: the program that gives the phonemes may die between texts", async () => {
  await using voice = await openNeural(plain, { helperPath });
  const first = await say(voice, { text: "Hello." });
  const { readFileSync } = await import("node:fs");
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8");
  process.kill(Number(children.trim().split(" ").at(-1)), "SIGKILL");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(await say(voice, { text: "Hello." }), first);
});

interface Description {
  readonly phoneme_id_map: object;
}

function write(name: string, shape: { readonly speakers: boolean }): string {
  const file = join(folder, `${name}.onnx`);
  writeFileSync(file, humModel(shape));
  writeFileSync(`${file}.json`, JSON.stringify(humDescription(shape)));
  return file;
}

function say(voice: Voice, request: SpeakRequest) {
  return Array.fromAsync(voice.speak(request, never));
}
