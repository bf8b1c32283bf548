import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { wavDecoder } from "../../drivers/decoder/wav.ts";
import { openEspeak } from "../../drivers/voice/espeak.ts";
import { openFlite } from "../../drivers/voice/flite.ts";
import { ScriptedVoice } from "../../drivers/voice/scripted.ts";
import { VoiceError } from "../../drivers/voice/voice.ts";
import { voiceContract } from "./voice.ts";

const helper = "build/native/bin/espeak";
const never = new AbortController().signal;

voiceContract("scripted", async () => new ScriptedVoice(new ManualClock()));
voiceContract("espeak", () => openEspeak(helper));
voiceContract("flite slt", () => openFlite(wavDecoder()));
voiceContract("flite kal16", () => openFlite(wavDecoder(), { voice: "kal16" }));

test("flite: a missing program, voice or language is a clear error", async () => {
  const missing = /Cannot start the voice: no-flite is not there, the package flite should be/;
  await assert.rejects(openFlite(wavDecoder(), { program: "no-flite" }), missing);
  await assert.rejects(openFlite(wavDecoder(), { voice: "anna" }), /voice "anna": .*kal16.*slt/);
  await assert.rejects(
    openFlite(wavDecoder(), { program: "/bin/false" }),
    /Cannot start the voice: /,
  );
});

test("flite: letters of other scripts are named as ignored", async () => {
  await using flite = await openFlite(wavDecoder());
  const [latin] = await Array.fromAsync(flite.speak({ text: "Café Müßig." }, never));
  assert.equal(latin?.ignored, undefined);
  const [mixed] = await Array.fromAsync(flite.speak({ text: "Say 你好 now." }, never));
  assert.deepEqual(mixed?.ignored, ["script"]);
  const chinese = Array.fromAsync(flite.speak({ text: "你好。" }, never));
  await assert.rejects(chinese, /Cannot speak: flite reads Latin letters, the text should/);
});

test("flite: times lie inside the sound, with every voice", async () => {
  await using flite = await openFlite(wavDecoder());
  for (const voice of ["kal16", "slt", "awb", "rms"]) {
    const request = { text: "Bob, please stop.", voice, pitch: 1.2 };
    const [chunk] = await Array.fromAsync(flite.speak(request, never));
    assert.ok(chunk && chunk.phonemes.at(-1)!.atSample < chunk.pcm.length);
    assert.equal(chunk.phonemes.map(({ ipa }) => ipa).join(""), "bɑbplizstɑp");
    assert.deepEqual(chunk.ignored, voice === "rms" ? ["pitch"] : undefined);
  }
});

test("espeak: the helper is built by the set-up", () => {
  assert.ok(existsSync(helper), `${helper} is missing: npm run setup builds it`);
});

test("espeak: a missing helper and an unknown default voice are clear errors", async () => {
  await assert.rejects(openEspeak("build/native/bin/none"), /Cannot start the voice: .*ENOENT/);
  await assert.rejects(openEspeak("/bin/false"), /Cannot start the voice: .*exit status 1/);
  await assert.rejects(openEspeak(helper, { voice: "nobody" }), /Cannot speak with voice "nobody"/);
});

test("espeak: languages and voices by name, Chinese as Chinese", async () => {
  await using voice = await openEspeak(helper, { voice: "en-us+f3" });
  assert.equal(voice.lang, "en-us");
  const ipa = async (text: string, request: { voice?: string; lang?: string }) => {
    const chunks = await Array.fromAsync(voice.speak({ text, ...request }, never));
    return chunks.flatMap(({ phonemes }) => phonemes.map((phoneme) => phoneme.ipa)).join("");
  };
  assert.equal(await ipa("你好", { lang: "zh-CN" }), "niχɑu");
  assert.equal(await ipa("你好", { lang: "cmn" }), "niχɑu");
  assert.match(await ipa("tomato", { lang: "en-GB" }), /təmɑtəʊ/);
  assert.match(await ipa("tomato", {}), /təmeɪɾoʊ/);
  assert.match(await ipa("Straße", { lang: "de_AT" }), /ʃtɾ?.*ɑsə/);
  assert.match(await ipa("Straße", { voice: "German" }), /ʃtɾ?.*ɑsə/);
  await assert.rejects(ipa("x", { voice: "de", lang: "fr" }), /with voice "de": it speaks de/);
  await assert.rejects(ipa("x", { voice: "de+nobody" }), /variant "\+nobody"/);
});

test("espeak: Japanese in kana is read, kanji are named as ignored", async () => {
  await using voice = await openEspeak(helper);
  const ignored = async (text: string) => {
    const chunks = await Array.fromAsync(voice.speak({ text, lang: "ja" }, never));
    return chunks.flatMap((chunk) => chunk.ignored ?? []);
  };
  assert.deepEqual(await ignored("ようこそ"), []);
  assert.deepEqual(await ignored("東京へようこそ"), ["script"]);
});

test("espeak: a helper that dies costs one text, the next one starts it again", async () => {
  await using voice = await openEspeak(helper);
  const reading = voice
    .speak({ text: "A sentence to be cut. ".repeat(400) }, never)
    [Symbol.asyncIterator]();
  await reading.next();
  process.kill(await childOf(process.pid), "SIGKILL");
  await assert.rejects(Array.fromAsync({ [Symbol.asyncIterator]: () => reading }), (error) => {
    assert.ok(error instanceof VoiceError);
    assert.equal(error.code, "VOICE_FAILED");
    assert.match(error.message, /Cannot speak: .*SIGKILL/);
    return true;
  });
  const chunks = await Array.fromAsync(voice.speak({ text: "Again." }, never));
  assert.ok(chunks.length > 0);
});

test("espeak: a helper that hangs is ended when the text is aborted", async () => {
  await using voice = await openEspeak(helper);
  const abort = new AbortController();
  const pid = await childOf(process.pid);
  process.kill(pid, "SIGSTOP");
  const speaking = Array.fromAsync(voice.speak({ text: "Stuck." }, abort.signal));
  await new Promise((resolve) => setTimeout(resolve, 50));
  abort.abort();
  assert.deepEqual(await speaking, []);
  const chunks = await Array.fromAsync(voice.speak({ text: "Again." }, never));
  assert.ok(chunks.length > 0);
});

test("scripted: delay by the clock, failure, endless text", async () => {
  const clock = new ManualClock();
  const request = { text: "One. Two. Three." } as const;
  const late = new ScriptedVoice(clock, { delayMs: 200 });
  const first = late.speak(request, never)[Symbol.asyncIterator]().next();
  await clock.advance(199);
  assert.equal(await Promise.race([first, Promise.resolve("waiting")]), "waiting");
  await clock.advance(1);
  assert.equal((await first).done, false);

  const failing = new ScriptedVoice(clock, { failAtChunk: 1 });
  await assert.rejects(Array.fromAsync(failing.speak(request, never)), VoiceError);

  const abort = new AbortController();
  let chunks = 0;
  for await (const _ of new ScriptedVoice(clock, { endless: true }).speak(request, abort.signal)) {
    if (++chunks === 50) abort.abort();
  }
  assert.equal(chunks, 50);
});

async function childOf(pid: number): Promise<number> {
  const { readFile } = await import("node:fs/promises");
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return Number(children.trim().split(" ").at(-1));
}
