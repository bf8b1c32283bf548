import { join } from "node:path";
import sharp from "sharp";
import type { Tier } from "../../config/tiers.ts";
import { readIfThere } from "../../drivers/disk/reading.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { nativePixels } from "../../drivers/pixels/native.ts";
import { Library, type OpenedAvatar } from "../../runtime/avatar/library.ts";
import { readPackage } from "../../runtime/avatar/package.ts";
import type { Clip } from "../../runtime/avatar/tier.ts";
import { type MouthShape, only } from "../../runtime/mouth/shape.ts";
import { paintBackground } from "../../runtime/stage/background.ts";
import { Figure } from "../../runtime/stage/figure.ts";
import { closed } from "../../runtime/stage/lips.ts";
import { held } from "../../runtime/stage/moment.ts";
import { openLipSync } from "../../runtime/stage/open-lips.ts";
import { newCanvas } from "../../runtime/stage/raster.ts";
import type { Preview } from "./build/report.ts";
import { openPackage } from "./open.ts";

const root = join(import.meta.dirname, "../..");
const cellWidth = 216;
const columns = 6;

/** What is shown: a frame of a clip, and a mouth that is said over it. */
interface Cell {
  readonly clip: Clip;
  readonly frame: number;
  readonly mouth: MouthShape | undefined;
}

const mouths: readonly MouthShape[] = [
  { weights: only("aa"), opening: 0.9 },
  { weights: only("E"), opening: 0.5 },
  { weights: only("ou"), opening: 0.4 },
  { weights: only("SS"), opening: 0.2 },
];

/** One picture of an avatar as the kiosk draws it: at rest, speaking, in the middle of actions. */
export async function previewSheet(
  path: string,
  tier: Tier,
  kind: "png" | "jpeg",
): Promise<Uint8Array> {
  using opened = await open(path, tier);
  const { idle, actions } = opened.figure;
  const cells: Cell[] = [
    { clip: idle, frame: 0, mouth: undefined },
    ...mouths.map((mouth) => ({ clip: idle, frame: Math.floor(idle.count / 3), mouth })),
    ...[...actions.values()].flatMap((clip) => [
      { clip, frame: Math.floor(clip.count / 3), mouth: undefined },
      { clip, frame: Math.floor(clip.count / 2), mouth: mouths[0] },
    ]),
  ];
  const sheet = await layOut(await draw(opened, cells), opened.figure);
  return kind === "png" ? sheet.png().toBuffer() : sheet.jpeg({ quality: 82 }).toBuffer();
}

/** Pictures of every tier, for the report. */
export async function previews(path: string, tiers: readonly Tier[]): Promise<readonly Preview[]> {
  const list: Preview[] = [];
  for (const tier of tiers) list.push({ tier, jpeg: await previewSheet(path, tier, "jpeg") });
  return list;
}

async function open(path: string, tier: Tier): Promise<OpenedAvatar> {
  const folder = await openPackage(path);
  const { id } = await readPackage(folder, []);
  const opened = await new Library(() => folder, { note: () => {} }).open(id, tier);
  if (opened instanceof Error) throw opened;
  return opened;
}

async function draw(opened: OpenedAvatar, cells: readonly Cell[]): Promise<readonly Buffer[]> {
  const pictures = sharpPictures();
  const tools = { pictures, pixels: nativePixels(join(root, "build/native")) };
  const { width, height } = opened.figure;
  const canvas = newCanvas(width, height);
  const files = { read: readIfThere };
  const background = await paintBackground({ colour: "#E2E5EA" }, canvas, { files, pictures });
  const figure = new Figure(opened.figure, tools);
  await using lips = await openLipSync(opened, { ...tools, inference: new OnnxInference() });
  const drawn: Buffer[] = [];
  for (const { clip, frame, mouth } of cells) {
    const moment = mouth && held(mouth);
    if (moment) await lips.prepare(moment);
    const patch = (moment && lips.patchAt(moment)) ?? closed;
    const whole = { x: 0, y: 0, zoom: 1 };
    figure.draw(canvas, background, { clip, loopFrame: frame, mouth: patch }, whole);
    const raw = { width, height, channels: 4 } as const;
    drawn.push(
      await sharp(canvas.pixels, { raw }).resize(cellWidth).removeAlpha().png().toBuffer(),
    );
  }
  return drawn;
}

function layOut(
  cells: readonly Buffer[],
  { width, height }: { readonly width: number; readonly height: number },
) {
  const cellHeight = Math.round((cellWidth * height) / width);
  const rows = Math.ceil(cells.length / columns);
  const across = Math.min(columns, cells.length);
  const size = { width: across * cellWidth, height: rows * cellHeight };
  const paper = sharp({ create: { ...size, channels: 3, background: "#E2E5EA" } });
  return paper.composite(
    cells.map((input, at) => ({
      input,
      left: (at % columns) * cellWidth,
      top: Math.floor(at / columns) * cellHeight,
    })),
  );
}
