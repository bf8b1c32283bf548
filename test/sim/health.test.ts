import assert from "node:assert/strict";
import { resolve } from "node:path";
import { after, test } from "node:test";
import { tiers } from "../../config/tiers.ts";
import { SilentAudio } from "../../drivers/audio/silent.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { Vitals } from "../../runtime/diagnostics/vitals.ts";
import { Playback } from "../../runtime/playback/playback.ts";
import { Stage } from "../../runtime/stage/stage.ts";

const display = openDisplay(resolve("build/native"), "memory", tiers["360p"]);
after(() => display[Symbol.dispose]());

/** A stage that says a tone of `seconds` on a device that lies, watched second by second. */
async function watch(
  lies: ConstructorParameters<typeof SilentAudio>[1],
  seconds: number,
): Promise<{ readonly second: number; readonly codes: readonly string[] }[]> {
  const clock = new ManualClock(5_000);
  const audio = new SilentAudio(clock, lies);
  const vitals = new Vitals(clock.monotonicMs());
  const stage = new Stage({ display, audio }, new Playback(audio), { paint() {} }, (message) => {
    if (message.kind === "pulse") vitals.stagePulse(message.pulse, clock.monotonicMs());
    if (message.kind === "primed") stage.receive({ kind: "go", generation: 1 });
  });
  vitals.connected(true, 0);
  stage.receive({ kind: "begin", generation: 1, caption: "" });
  const pcm = new Int16Array(48_000 * 20).fill(1000);
  const part = { atSample: 0, pcm, phonemes: [], words: [], cues: [] };
  stage.receive({ kind: "part", generation: 1, part });
  stage.receive({ kind: "end", generation: 1 });
  const seen: { second: number; codes: readonly string[] }[] = [];
  for (let turn = 0; turn < seconds * 50; turn++) {
    stage.turn(clock.monotonicMs());
    vitals.turned(clock.monotonicMs());
    await clock.advance(20);
    if (turn % 50 === 0) {
      const codes = vitals.findings(clock.monotonicMs()).map(({ code }) => code);
      seen.push({ second: turn / 50, codes });
    }
  }
  return seen;
}

test("a device that stands still while it should sound is AUDIO_STALLED within 30 s", async () => {
  const seen = await watch({ stallAtMs: 3_000, stallForMs: 60_000 }, 20);
  const first = seen.find(({ codes }) => codes.includes("AUDIO_STALLED"));
  assert.ok(first && first.second >= 3 && first.second <= 33, JSON.stringify(first));
});

test("a device that is late and coarse is no finding", async () => {
  const seen = await watch({ latencyMs: 120, burstSamples: 480 }, 20);
  assert.deepEqual(
    seen.flatMap(({ codes }) => codes),
    [],
  );
});
