import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Tier, tierNames } from "../../config/tiers.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import type { OpenedAvatar } from "../../runtime/avatar/library.ts";
import type { LipSync } from "../../runtime/stage/lip-sync.ts";
import { openLipSync } from "../../runtime/stage/open-lips.ts";
import { demoAvatars, openDemo } from "../bench/demo-avatar.ts";
import type { Figure } from "../bench/figure-line.ts";
import { frozenLips, picturedVisemes } from "../bench/lip-baselines.ts";
import { type Closeness, HeldOutTake } from "../bench/lip-closeness.ts";
import { lipCost, peerMs } from "../bench/lip-cost.ts";

const memoryScript = fileURLToPath(new URL("../bench/lip-memory.ts", import.meta.url));
const kinds = ["instant", "studio"] as const;
type Kind = (typeof kinds)[number];

/**
 * What issue "avatars" promises of the mouth. FRONTDESK_MATERIAL names the folder of the demo's
 * footage; without it nothing can be compared with true frames, and the costs alone are measured.
 */
export async function* lipFigures(quick: boolean): AsyncIterable<Figure> {
  yield* sizes();
  yield* costs(quick ? 50 : 300);
  yield* memory();
  const material = process.env.FRONTDESK_MATERIAL;
  const take = HeldOutTake.open(material, "720p");
  if (take === undefined || material === undefined) {
    process.stderr.write(
      "Cannot compare mouths with true frames: FRONTDESK_MATERIAL names no footage\n",
    );
    return;
  }
  const stride = quick ? 4 : 1;
  yield* baselines(take, material, stride);
  for (const kind of kinds) yield* closeness(take, kind, stride);
}

function* sizes(): Iterable<Figure> {
  const manifest = JSON.parse(readFileSync(join(demoAvatars, "anna/manifest.json"), "utf8"));
  for (const tier of tierNames) {
    const bytes = manifest.tiers[tier]?.bytes ?? Number.NaN;
    yield line(`${tier} package`, bytes / 1e6, "MB", { atMost: 25 });
  }
  if (manifest.shared) yield line("package, shared part", manifest.shared.bytes / 1e6, "MB");
}

async function* costs(frames: number): AsyncIterable<Figure> {
  for (const kind of kinds) {
    for (const tier of tierNames) {
      using opened = await openDemo(kind, tier);
      await using lips = await lipsOf(opened);
      const { p50, p95 } = await lipCost(lips, frames);
      yield line(`${tier} ${kind} mouth p50`, p50, "ms");
      yield line(`${tier} ${kind} mouth p95`, p95, "ms");
      if (kind === "studio") yield* operations(opened, tier);
      if (kind === "studio" && tier === "720p") yield* againstPeer(p50);
    }
  }
}

function* operations({ figure }: OpenedAvatar, tier: Tier): Iterable<Figure> {
  const [mflop = Number.NaN] = figure.parts.get("studio")?.tensor("mflop", "f32", [1]) ?? [];
  const bound = mflopMost[tier];
  yield line(
    `${tier} studio mouth`,
    mflop,
    "MFLOP",
    bound === undefined ? undefined : { atMost: bound },
  );
}

const mflopMost: Readonly<Partial<Record<Tier, number>>> = {
  "540p": 150,
  "720p": 300,
  "1080p": 600,
};

async function* againstPeer(ms: number): AsyncIterable<Figure> {
  const peer = await peerMs(15);
  if (peer === undefined) {
    process.stderr.write("Cannot compare with Ultralight's U-Net: python3-torch is missing\n");
    return;
  }
  yield line("a U-Net of Ultralight's cost", peer, "ms");
  yield line("720p studio mouth / that U-Net", ms / peer, "share", { atMost: 0.1 });
}

/** What a process of its own holds, with the libraries, silent and speaking. */
async function* memory(): AsyncIterable<Figure> {
  for (const kind of ["idle", ...kinds]) {
    const { stdout } = await promisify(execFile)(process.execPath, [memoryScript, kind]);
    yield line(`720p ${kind}, a process with this alone`, Number(stdout), "MB");
  }
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
  await using lips = await lipsOf(opened);
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
    yield line(`720p held out, ${name}: ${text}`, value, unit, targets[key]);
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

function lipsOf(opened: OpenedAvatar): Promise<LipSync> {
  return openLipSync(opened, { pictures: sharpPictures(), inference: new OnnxInference() });
}

function line(
  name: string,
  value: number,
  unit: string,
  target: Figure["target"] = undefined,
): Figure {
  return { name, value, unit, target };
}
