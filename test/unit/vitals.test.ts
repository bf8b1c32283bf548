import assert from "node:assert/strict";
import { test } from "node:test";
import { healthOf } from "../../runtime/diagnostics/health.ts";
import { Monitor } from "../../runtime/diagnostics/monitor.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { Vitals } from "../../runtime/diagnostics/vitals.ts";
import type { Pulse, StageFacts } from "../../runtime/stage/messages.ts";

const facts: StageFacts = {
  ...{ display: "drm-sw", displaysRefused: [], audio: "alsa:default", audioRefused: [] },
  ...{ avatar: "anna", tier: "720p", width: 720, height: 1280, framesPerSecond: 25 },
};

/** A kiosk in good health that lives for `seconds`; what `change` says is laid over its pulses. */
function live(
  vitals: Vitals,
  from: number,
  seconds: number,
  change: (second: number) => Partial<Pulse> = () => ({}),
): number {
  for (let second = from; second < from + seconds; second++) {
    const nowMs = second * 1000;
    const moving = { shown: second * 25, dropped: 0, late: 0, workMs: [12] };
    const sound = { sounding: false, heard: 0, underruns: 0, resting: false };
    vitals.stagePulse({ ...moving, ...sound, ...change(second) }, nowMs);
    if (vitals.echoDue(nowMs)) vitals.echoed();
    for (const half of [0, 500]) vitals.turned(nowMs + half);
  }
  return from + seconds;
}

function healthy(): Vitals {
  const vitals = new Vitals(0);
  vitals.stageReady(facts, 0);
  vitals.connected(true, 0);
  live(vitals, 0, 60);
  return vitals;
}

function codes(vitals: Vitals, second: number): string[] {
  return vitals.findings(second * 1000).map(({ code }) => code);
}

/** The first second, from 60 on, at which `step` leads to the code. */
function foundAfter(code: string, vitals: Vitals, step: (second: number) => void): number {
  for (let second = 60; second < 120; second++) {
    step(second);
    if (codes(vitals, second).includes(code)) return second - 60;
  }
  return Number.POSITIVE_INFINITY;
}

test("a kiosk that is well has no findings, and its health is ok", () => {
  const vitals = healthy();
  assert.deepEqual(codes(vitals, 60), []);
  assert.equal(healthOf(vitals.findings(60_000)).level, "ok");
});

test("a stage that is silent is STAGE_FROZEN within 30 s", () => {
  const vitals = healthy();
  const after = foundAfter("STAGE_FROZEN", vitals, (second) => vitals.turned(second * 1000));
  assert.ok(after <= 30, `found after ${after} s`);
});

test("a stage that beats without presenting a picture is STAGE_FROZEN just as well", () => {
  const vitals = healthy();
  const after = foundAfter("STAGE_FROZEN", vitals, (second) => {
    live(vitals, second, 1, () => ({ shown: 1500 }));
  });
  assert.ok(after <= 30, `found after ${after} s`);
});

test("a stage that never comes up is STAGE_FROZEN after its time to start", () => {
  const vitals = new Vitals(0);
  vitals.turned(59_000);
  assert.deepEqual(codes(vitals, 59), ["BROKER_GONE"]);
  vitals.turned(61_000);
  assert.ok(codes(vitals, 61).includes("STAGE_FROZEN"));
});

test("sound that is due and does not move on is AUDIO_STALLED within 30 s", () => {
  const vitals = healthy();
  const after = foundAfter("AUDIO_STALLED", vitals, (second) => {
    live(vitals, second, 1, () => ({ sounding: true, heard: 4800 }));
  });
  assert.ok(after <= 30, `found after ${after} s`);
  live(vitals, 61 + after, 1, () => ({ sounding: true, heard: 9600 }));
  assert.deepEqual(codes(vitals, 61 + after), []);
});

test("a desk that did not turn for 10 s is DESK_BLOCKED as soon as it turns again", () => {
  const vitals = healthy();
  live(vitals, 60, 1);
  vitals.turned(71_000);
  live(vitals, 71, 1);
  assert.deepEqual(codes(vitals, 71), ["DESK_BLOCKED"]);
  live(vitals, 72, 61);
  assert.deepEqual(codes(vitals, 132), []);
});

test("an own message that does not come back is SUBSCRIPTION_LOST within 30 s", () => {
  const vitals = healthy();
  let sent = 0;
  const after = foundAfter("SUBSCRIPTION_LOST", vitals, (second) => {
    vitals.turned(second * 1000);
    if (vitals.echoDue(second * 1000)) sent++;
  });
  assert.ok(after <= 30, `found after ${after} s`);
  assert.ok(sent >= 2 && sent <= 4, `${sent} messages in ${after} s`);
  vitals.echoed();
  assert.ok(!codes(vitals, 60 + after).includes("SUBSCRIPTION_LOST"));
});

test("a broker that is away for long is BROKER_GONE, and nothing is sent to it", () => {
  const vitals = healthy();
  vitals.connected(false, 60_000);
  live(vitals, 60, 31);
  assert.equal(vitals.echoDue(91_000), false);
  assert.deepEqual(codes(vitals, 91), ["BROKER_GONE"]);
  vitals.connected(true, 92_000);
  assert.deepEqual(codes(vitals, 91), []);
});

test("what the stage says of screen and loudspeaker is DISPLAY_FAULT and AUDIO_FAULT", () => {
  const vitals = healthy();
  live(vitals, 60, 1, () => ({ displayFault: "no screen is connected", audioFault: "gone" }));
  assert.deepEqual(codes(vitals, 60), ["DISPLAY_FAULT", "AUDIO_FAULT"]);
});

test("a stage that ended is STAGE_LOST for a minute", () => {
  const vitals = healthy();
  vitals.stageLost("out of memory", 60_000);
  vitals.stageReady(facts, 61_000);
  live(vitals, 61, 1);
  assert.deepEqual(codes(vitals, 62), ["STAGE_LOST"]);
  live(vitals, 62, 60);
  assert.deepEqual(codes(vitals, 121), []);
});

test("what was refused at the start is DISPLAY_FALLBACK and AUDIO_SILENT", () => {
  const vitals = healthy();
  const refused = { displaysRefused: ["no card"], audioRefused: ["no card"] };
  vitals.stageReady({ ...facts, display: "memory", audio: "silent", ...refused }, 60_000);
  assert.deepEqual(codes(vitals, 60), ["DISPLAY_FALLBACK", "AUDIO_SILENT"]);
  vitals.stageReady({ ...facts, display: "memory", audio: "silent" }, 61_000);
  assert.deepEqual(codes(vitals, 61), []);
});

test("a speech model that could not be opened is RUNTIME_MODEL_MISSING or _WRONG", () => {
  const vitals = healthy();
  vitals.modelAbsent(false, "no such file");
  assert.deepEqual(codes(vitals, 60), ["RUNTIME_MODEL_MISSING"]);
  vitals.modelAbsent(true, "Cannot open model: it is cut short");
  assert.deepEqual(codes(vitals, 60), ["RUNTIME_MODEL_WRONG"]);
});

test("a voice that could not be started is VOICE_ABSENT", () => {
  const vitals = healthy();
  vitals.voiceAbsent("no helper");
  assert.deepEqual(codes(vitals, 60), ["VOICE_ABSENT"]);
});

test("a service for which the local voice steps in is VOICE_SERVICE, until it speaks again", () => {
  const vitals = healthy();
  vitals.voiceReplaced("the service says 500");
  assert.deepEqual(codes(vitals, 60), ["VOICE_SERVICE"]);
  vitals.voiceReplaced(undefined);
  assert.deepEqual(codes(vitals, 60), []);
});

test("frames that are dropped are FRAMES_DROPPED, a dry loudspeaker is AUDIO_UNDERRUNS", () => {
  const vitals = healthy();
  live(vitals, 60, 10, (second) => ({ dropped: (second - 59) * 4, underruns: second - 59 }));
  assert.deepEqual(codes(vitals, 70), ["FRAMES_DROPPED", "AUDIO_UNDERRUNS"]);
});

test("a tier that the governor lowered is TIER_LOWERED with the reason, until it is back", () => {
  const vitals = healthy();
  vitals.tierLowered({ tier: "540p", reason: "temperature is 91 °C, 85 °C may be" });
  assert.deepEqual(codes(vitals, 60), ["TIER_LOWERED"]);
  vitals.tierLowered(undefined);
  assert.deepEqual(codes(vitals, 60), []);
});

test("Monitor notes a finding once when it comes and once when it goes", () => {
  const trace = new TraceRing();
  const monitor = new Monitor(0, trace);
  const now = { jobId: null, state: "idle", depth: 0 };
  monitor.vitals.stageReady(facts, 0);
  for (let second = 0; second < 20; second++) monitor.look(now, true, second * 1000);
  assert.equal(monitor.view.health.level, "critical");
  live(monitor.vitals, 20, 2);
  for (let second = 20; second < 24; second++) monitor.look(now, true, second * 1000);
  assert.equal(monitor.view.health.level, "ok");
  assert.equal(trace.count("finding.raised"), 1);
  assert.equal(trace.count("finding.cleared"), 1);
});
