import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openAlsa } from "../../drivers/audio/alsa.ts";
import { openAudio } from "../../drivers/audio/choose.ts";
import { SilentAudio } from "../../drivers/audio/silent.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { systemClock } from "../../drivers/clock/system.ts";
import { audioContract, samples, tone, watch } from "./audio.ts";
import { PulseServer, pause, pulseMissing } from "./pulse.ts";

const helper = "build/native/bin/alsa";
const clock = systemClock();
const real = { pass: pause, nowMs: () => clock.monotonicMs() };

const manual = new ManualClock(0.25);
audioContract("silent on a manual clock", {
  open: async () => new SilentAudio(manual),
  pass: (ms) => manual.advance(ms),
  nowMs: () => manual.monotonicMs(),
});

audioContract("silent on the system clock", { ...real, open: async () => new SilentAudio(clock) });

describe("silent: lies", () => {
  const heardAfter = async (ms: number, lies: ConstructorParameters<typeof SilentAudio>[1]) => {
    const time = new ManualClock();
    const audio = new SilentAudio(time, lies);
    audio.write(tone(1500));
    audio.start();
    for (let turn = 0; turn < ms; turn++) {
      await time.advance(1);
      audio.state();
    }
    return audio.state().heard;
  };

  test("exact without lies, to the sample", async () => {
    assert.equal(await heardAfter(777, {}), samples(777));
  });

  test("latency, bursts, skew and a stall", async () => {
    assert.equal(await heardAfter(500, { latencyMs: 80 }), samples(420));
    assert.equal(await heardAfter(50, { latencyMs: 80 }), 0);
    assert.equal(await heardAfter(501, { burstSamples: 480 }), samples(500));
    assert.equal(await heardAfter(1000, { skewPpm: 1000 }), 48_048);
    assert.equal(await heardAfter(250, { stallAtMs: 200, stallForMs: 100 }), samples(200));
    assert.equal(await heardAfter(500, { stallAtMs: 200, stallForMs: 100 }), samples(400));
  });
});

test("alsa: a device that does not open is a clear error", async () => {
  await assert.rejects(
    openAlsa(helper, "hw:7,7"),
    /^Error: Cannot open audio device hw:7,7: .*it should be a playback device \(try plughw:7,7/,
  );
  await assert.rejects(openAlsa("build/native/bin/none", "default"), /ENOENT/);
});

test("alsa: each loudspeaker can play alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-audio-"));
  const file = join(folder, "frames");
  {
    // ALSA's own device that writes its frames to a file and lets them fall.
    await using audio = await openAlsa(helper, `file:${file},raw`);
    for (const balance of [-1, 1, 0])
      audio.write(new Int16Array(samples(500)).fill(1_000), balance);
    audio.start();
    await watch(real, audio, ({ queued }) => queued === 0);
  }
  const bytes = readFileSync(file);
  const at = (ms: number) => [
    bytes.readInt16LE(samples(ms) * 4),
    bytes.readInt16LE(samples(ms) * 4 + 2),
  ];
  assert.deepEqual(
    [at(250), at(750), at(1_250)],
    [
      [1_000, 0],
      [0, 1_000],
      [1_000, 1_000],
    ],
  );
  rmSync(folder, { recursive: true });
});

test("alsa: a device with one loudspeaker plays both sides", async () => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-audio-"));
  const file = join(folder, "samples");
  const rules = [
    "</usr/share/alsa/alsa.conf>",
    'pcm.one { type multi slaves.a { pcm "kept" channels 1 } bindings.0 { slave a channel 0 } }',
    `pcm.kept { type file slave.pcm null file "${file}" format raw }`,
  ];
  writeFileSync(join(folder, "rules"), rules.join("\n"));
  process.env.ALSA_CONFIG_PATH = join(folder, "rules");
  try {
    await using audio = await openAlsa(helper, "one");
    for (const balance of [-1, 0]) audio.write(new Int16Array(samples(900)).fill(1_000), balance);
    audio.start();
    await watch(real, audio, ({ queued }) => queued === 0);
  } finally {
    delete process.env.ALSA_CONFIG_PATH;
  }
  const bytes = readFileSync(file);
  assert.deepEqual(
    [bytes.readInt16LE(samples(450) * 2), bytes.readInt16LE(samples(1_100) * 2)],
    [500, 1_000],
  );
  rmSync(folder, { recursive: true });
});

test("choose: silence where there is nothing else, with the reasons", async () => {
  const environment = { PULSE_SERVER: "unix:/nowhere/native", XDG_RUNTIME_DIR: "/nowhere" };
  const source = { helperPath: "build/native/bin/none", clock, environment };
  const { audio, refused } = await openAudio("auto", source);
  assert.equal(audio.name, "silent");
  assert.deepEqual(
    refused.map(({ device }) => device),
    ["pulse", "pipewire", "default"],
  );
  assert.equal(refused[0]?.reason, "no sound server listens at /nowhere/native");
  assert.equal((await openAudio("silent", source)).audio.name, "silent");
  await assert.rejects(openAudio("default", source), /Cannot open audio device default: /);
});

const missing = pulseMissing();
if (missing) test(`audio: alsa on PulseAudio (${missing})`, { skip: missing }, () => {});
else describe("audio: alsa on PulseAudio", onPulse);

function onPulse(): void {
  let pulse: PulseServer;
  before(async () => {
    pulse = await PulseServer.start();
    process.env.PULSE_SERVER = pulse.address;
  });
  after(() => pulse[Symbol.asyncDispose]());

  audioContract("alsa", { ...real, open: () => openAlsa(helper, "pulse") });

  test("choose: the sound server, where one listens", async () => {
    const environment = { PULSE_SERVER: pulse.address };
    const { audio } = await openAudio("auto", { helperPath: helper, clock, environment });
    assert.equal(audio.name, "alsa:pulse");
    await audio[Symbol.asyncDispose]();
  });

  test("what is written comes out, at its volume, and drop silences it", async (context) => {
    await using audio = await openAlsa(helper, "pulse");
    await using recorder = pulse.record();
    await recorder.more(samples(100));
    audio.write(tone(1500));
    audio.start();
    const { heard } = (await watch(real, audio, (state) => state.heard > samples(500))).at(-1)!;
    audio.drop();
    await recorder.more(samples(1500));
    const loud = heardTone(recorder.pcm);
    context.diagnostic(`drop to silence: ${((loud.length - heard) / 48).toFixed(1)} ms`);
    assert.ok(loud.length > samples(450), `${loud.length} samples came out`);
    assert.ok(loud.length < samples(1000), `${loud.length} samples came out`);
    assert.ok(Math.abs(loud.peak - 8000) < 200, `the peak is ${loud.peak}`);
    audio.setVolume(0.5);
    audio.write(tone(300));
    audio.start();
    await watch(real, audio, ({ queued }) => queued === 0);
    await recorder.more(samples(300));
    const soft = heardTone(recorder.pcm.subarray(loud.end));
    assert.ok(Math.abs(soft.peak - 4000) < 100, `the peak is ${soft.peak}`);
    assert.ok(
      Math.abs(soft.length - samples(300)) < samples(10),
      `${soft.length} samples came out`,
    );
  });

  test("a server that goes away is a fault, the position goes on, and it comes back", async () => {
    await using audio = await openAlsa(helper, "pulse");
    audio.write(tone(1900));
    audio.start();
    await watch(real, audio, ({ heard }) => heard > samples(200));
    await pulse.kill();
    await watch(real, audio, ({ fault }) => fault !== undefined);
    await watch(real, audio, ({ queued }) => queued === 0);
    await pulse.resume();
    await watch(real, audio, ({ fault }) => fault === undefined);
    audio.drop();
    await using recorder = pulse.record();
    await recorder.more(samples(100));
    audio.write(tone(300));
    audio.start();
    await watch(real, audio, ({ queued }) => queued === 0);
    await recorder.more(samples(300));
    const again = heardTone(recorder.pcm);
    assert.ok(Math.abs(again.length - samples(300)) < samples(10), `${again.length} came out`);
  });
}

/**
 * The tone in a recording, from its first to its last loud sample. A null sink swallows up to 4 ms
 * of the beginning, hence the tolerance of 10 ms above.
 */
function heardTone(pcm: Int16Array) {
  const isLoud = (sample: number) => Math.abs(sample) > 300;
  const start = pcm.findIndex(isLoud);
  const end = pcm.findLastIndex(isLoud) + 1;
  const peak = pcm.reduce((most, sample) => Math.max(most, sample), 0);
  return { length: start < 0 ? 0 : end - start, end, peak };
}
