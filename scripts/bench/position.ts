import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openAlsa } from "../../drivers/audio/alsa.ts";
import { systemClock } from "../../drivers/clock/system.ts";
import { PulseServer } from "../../test/contract/pulse.ts";

const lookMs = 5;
/** The device's buffer fills; what follows is how the playhead sees it. */
const settleMs = 1_000;

/**
 * How far the position of a sound server's null sink is from the straight line through all of its
 * positions, in ms: what a frame sees of the loudspeaker, of 200 looks a second.
 */
export async function measurePosition(root: string, seconds: number): Promise<number[]> {
  await using pulse = await PulseServer.start();
  process.env.PULSE_SERVER = pulse.address;
  await using audio = await openAlsa(join(root, "build/native/bin/alsa"), "pulse");
  const clock = systemClock();
  const silence = new Int16Array(audio.rateHz / 10);
  const points: { readonly atMs: number; readonly heardMs: number }[] = [];
  while (audio.write(silence) === silence.length);
  audio.start();
  const startMs = clock.monotonicMs();
  for (let atMs = 0; atMs < seconds * 1000; ) {
    await sleep(lookMs);
    while (audio.write(silence) === silence.length);
    atMs = clock.monotonicMs() - startMs;
    const heardMs = (audio.state().heard * 1000) / audio.rateHz;
    if (atMs >= settleMs) points.push({ atMs, heardMs });
  }
  return distances(points);
}

/** Of each point from the line of least squares, upright. */
function distances(points: readonly { readonly atMs: number; readonly heardMs: number }[]) {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const atMs = mean(points.map((point) => point.atMs));
  const heardMs = mean(points.map((point) => point.heardMs));
  const along = mean(points.map((point) => (point.atMs - atMs) * (point.heardMs - heardMs)));
  const slope = along / mean(points.map((point) => (point.atMs - atMs) ** 2));
  return points.map((point) => Math.abs(point.heardMs - heardMs - slope * (point.atMs - atMs)));
}
