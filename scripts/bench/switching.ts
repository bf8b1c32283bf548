import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { parseConfig, withTier } from "../../config/config.ts";
import { framesPerSecond, type Tier, tiers } from "../../config/tiers.ts";
import { SilentAudio } from "../../drivers/audio/silent.ts";
import { systemClock } from "../../drivers/clock/system.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { nativePixels } from "../../drivers/pixels/native.ts";
import { Show } from "../../runtime/stage/show.ts";

const root = join(import.meta.dirname, "../..");
const lookMs = 1_500;

/**
 * Has a show change its tier again and again while it goes on, and gives the longest time between
 * two pictures around each change, in ms. Rejects when a tier is refused.
 */
export async function gapsOfSwitches(changes: readonly Tier[]): Promise<readonly number[]> {
  const clock = systemClock();
  const first: Tier = "540p";
  const native = join(root, "build/native");
  using display = openDisplay(native, "memory", tiers[first]);
  const config = withTier(parseConfig({}, "the defaults"), first);
  const place = {
    trace: { note: () => {} },
    pictures: sharpPictures(),
    pixels: nativePixels(native),
    inference: new OnnxInference(),
    files: { read: readIfThere, openFile: openIfThere },
    avatars: [join(root, "config/avatars")],
    breathe: () => setImmediate(),
  };
  const facts = {
    ...{ display: display.name, displaysRefused: [], audio: "silent", audioRefused: [] },
    ...{ tier: first, ...tiers[first], framesPerSecond },
  };
  const screen = { display, audio: new SilentAudio(clock) };
  let shown = "";
  await using show = await Show.open({ config, screen, place, facts }, (message) => {
    if (message.kind === "avatar-shown") shown = message.tier;
  });
  const gapsMs: number[] = [];
  for (const tier of changes) {
    show.receive({ kind: "avatar", id: config.avatar.id, tier });
    gapsMs.push(await longestGap(show, clock));
    if (shown !== tier) throw new Error(`Cannot measure: ${tier} is due, ${shown} is shown`);
  }
  return gapsMs;
}

async function longestGap(show: Show, clock: ReturnType<typeof systemClock>): Promise<number> {
  const startMs = clock.monotonicMs();
  let lastMs = startMs;
  let gapMs = 0;
  while (lastMs - startMs < lookMs) {
    await clock.sleepUntil(show.turn(clock.monotonicMs()));
    gapMs = Math.max(gapMs, clock.monotonicMs() - lastMs);
    lastMs = clock.monotonicMs();
  }
  return gapMs;
}
