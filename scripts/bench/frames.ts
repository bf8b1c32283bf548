import { join } from "node:path";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { nativePixels } from "../../drivers/pixels/native.ts";
import { AvatarError } from "../../runtime/avatar/error.ts";
import { Library } from "../../runtime/avatar/library.ts";
import { findPackage } from "../../runtime/avatar/shelf.ts";
import { Projector } from "../../runtime/stage/projector.ts";
import { jpegWay, tilesWay, webpWay, zstdWay } from "./frame-ways.ts";
import { h264Way } from "./h264-way.ts";
import type { Loop, WayCost } from "./way-cost.ts";

const root = join(import.meta.dirname, "../..");
const framesMax = 50;

/** Keeps the first two seconds of the demo avatar's loop at 720p in every way, and plays them. */
export async function benchFrames(): Promise<readonly WayCost[]> {
  const loop = await openLoop();
  const costs: WayCost[] = [];
  for (const way of [jpegWay, tilesWay, zstdWay, webpWay, h264Way]) costs.push(await way(loop));
  return costs;
}

async function openLoop(): Promise<Loop> {
  const paths = { read: readIfThere, openFile: openIfThere };
  const find = (id: string) => findPackage(paths, join(root, "config/avatars"), id);
  const rules = { signers: [], lipsync: "auto" } as const;
  const opened = await new Library(find, { note: () => {} }, rules).open("anna", "720p");
  if (opened instanceof AvatarError) throw opened;
  using avatar = opened;
  const { idle, width, height } = avatar.figure;
  const pixels = nativePixels(join(root, "build/native"));
  const projector = new Projector(avatar.figure, { pictures: sharpPictures(), pixels });
  const count = Math.min(framesMax, idle.count);
  const frames = Array.from({ length: count }, (_, frame) => {
    projector.show(idle, frame);
    return planes(projector.picture.words);
  });
  return { width, height, frames };
}

function planes(words: Uint32Array): Loop["frames"][number] {
  const rgb = new Uint8Array(words.length * 3);
  const alpha = new Uint8Array(words.length);
  for (const [at, word] of words.entries()) {
    rgb[at * 3] = word & 255;
    rgb[at * 3 + 1] = (word >>> 8) & 255;
    rgb[at * 3 + 2] = (word >>> 16) & 255;
    alpha[at] = word >>> 24;
  }
  return { rgb, alpha };
}

/** The bench as lines of a table. */
export function frameTable(costs: readonly WayCost[]): string {
  const rows = costs.map(({ way, ...cost }) => {
    const { nextMs, jumpMs, packageMb, memoryMb, levels } = cost;
    const cells = [nextMs, jumpMs, packageMb, memoryMb, levels].map((cell) => cell.toFixed(2));
    return `| ${way} | ${cells.join(" | ")} |`;
  });
  return [
    "| 720p, 50 frames | next frame, ms | jump, ms | package, MB | memory, MB | off by, levels |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}
