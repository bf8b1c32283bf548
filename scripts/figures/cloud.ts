import { chance } from "../bench/chance.ts";
import { measureCloudCost } from "../bench/cloud-cost.ts";
import { type Figure, percentileOf } from "../bench/figure-line.ts";
import { measureStream } from "../bench/live-stream.ts";
import { measureMetering } from "../bench/metering.ts";

/** The avatar that is rendered elsewhere: its delay, its costs, and what is charged for it. */
export async function* cloudFigures(quick: boolean): AsyncIterable<Figure> {
  const metered = await measureMetering(1_000, chance(11));
  yield line(`metering error, ${metered.crashes} crashes, 1,000 sessions`, "s", {
    value: metered.errorSeconds,
    target: { atMost: 0 },
  });
  const streamed = await measureStream(quick ? 12 : 60);
  const { glassMs, offsetMs, flashes } = streamed;
  const share = glassMs.length / flashes;
  yield line("WHEP on loopback: flashes that came out", "share", {
    value: share,
    target: { atLeast: 0.95 },
  });
  yield line("WHEP on loopback: glass to glass, p50", "ms", {
    value: percentileOf(glassMs, 0.5),
  });
  yield line("WHEP on loopback: glass to glass, p95", "ms", {
    value: percentileOf(glassMs, 0.95),
    target: { atMost: 400 },
  });
  yield line("WHEP: sound behind picture, p50", "ms", { value: percentileOf(offsetMs, 0.5) });
  const distances = offsetMs.map(Math.abs);
  yield line("WHEP: A/V offset in the received stream, p95", "ms", {
    value: percentileOf(distances, 0.95),
    target: { atMost: 40 },
  });
  yield* costFigures(quick);
}

async function* costFigures(quick: boolean): AsyncIterable<Figure> {
  const { desk, stage, encoder } = await measureCloudCost(quick ? 8 : 30);
  const percent = (part: number) => ({ value: part * 100 });
  yield line("a session that speaks: voice, WebRTC", "% core", percent(desk));
  yield line("a session that speaks: mouth and picture", "% core", percent(stage));
  yield line("a session that speaks: encoding", "% core", percent(encoder));
  const value = 1 / (desk + stage + encoder);
  yield line("sessions at 720p25 a core, all of them speaking", "", { value });
}

function line(
  name: string,
  unit: string,
  { value, target }: { value: number; target?: Figure["target"] },
): Figure {
  return { name, value, unit, target };
}
