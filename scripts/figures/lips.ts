import { openDemo, openDemoLips } from "../bench/demo-avatar.ts";
import type { Figure } from "../bench/figure-line.ts";
import { frozenLips, picturedVisemes } from "../bench/lip-baselines.ts";
import { type Closeness, HeldOutTake } from "../bench/lip-closeness.ts";

const kinds = ["instant", "studio"] as const;
type Kind = (typeof kinds)[number];

/** The demo avatar's mouths beside the true frames of that end of its take which no build saw. */
export async function* lipFigures(material: string, quick: boolean): AsyncIterable<Figure> {
  const take = new HeldOutTake(material, "720p");
  const stride = quick ? 4 : 1;
  yield* baselines(take, material, stride);
  for (const kind of kinds) yield* closeness(take, kind, stride);
}

async function* baselines(
  take: HeldOutTake,
  material: string,
  stride: number,
): AsyncIterable<Figure> {
  using opened = await openDemo("instant", "720p");
  const { figure } = opened;
  yield* lines("frozen mouth", await take.measure(figure, frozenLips(), stride), {});
  const pictures = await picturedVisemes(material, figure);
  yield* lines("15 pictures", await take.measure(figure, pictures, stride), {});
}

async function* closeness(take: HeldOutTake, kind: Kind, stride: number): AsyncIterable<Figure> {
  using opened = await openDemo(kind, "720p");
  await using lips = await openDemoLips(opened);
  const found = await take.measure(opened.figure, lips, stride);
  const least = kind === "instant" ? { psnr: 26.5, opening: 0.8 } : { psnr: 28.5, opening: 0.88 };
  yield* lines(kind, found, {
    psnr: { atLeast: least.psnr },
    openingCorrelation: { atLeast: least.opening },
    closedRecall: { atLeast: 0.9 },
    sharpness: { atLeast: 0.9 },
    seam: { atMost: 1.5 },
    silentPixels: { atMost: 0 },
  });
}

function* lines(
  name: string,
  found: Closeness,
  targets: Partial<Record<keyof Closeness, Figure["target"]>>,
): Iterable<Figure> {
  for (const [key, [text, unit]] of Object.entries(words) as [keyof Closeness, Words][]) {
    const value = found[key];
    if (Number.isNaN(value)) continue;
    yield { name: `720p held out, ${name}: ${text}`, value, unit, target: targets[key] };
  }
}

type Words = readonly [text: string, unit: string];

const words: Readonly<Record<keyof Closeness, Words>> = {
  psnr: ["mouth PSNR", "dB"],
  ssim: ["mouth SSIM", ""],
  openingCorrelation: ["opening, correlation", ""],
  closedRecall: ["closed lips found", "share"],
  sharpness: ["sharpness / true", "share"],
  seam: ["step at the patch's edge", "levels"],
  around: ["around the patch / true", "levels"],
  silentPixels: ["pixels moved in silence", "px"],
};
