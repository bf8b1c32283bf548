import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Tier, tierNames, tiers } from "../../../config/tiers.ts";

/**
 * The tiers that a film or picture gives: those that a portrait of 9:16 cut out of it covers. None
 * where the file has no picture; rejects when ffprobe cannot read it.
 */
export async function tiersOf(file: string): Promise<readonly Tier[]> {
  const { width, height } = await sizeOf(file);
  const across = Math.min(width, (height * 9) / 16);
  return tierNames.filter((name) => tiers[name].width <= across);
}

async function sizeOf(file: string): Promise<{ width: number; height: number }> {
  const what = ["-show_entries", "stream=width,height:stream_side_data=rotation"];
  const words = ["-v", "error", "-select_streams", "v:0", ...what, "-of", "json", file];
  const { stdout } = await promisify(execFile)("ffprobe", words).catch((error) => {
    const reason = error.stderr?.trim() || error.message;
    throw new Error(`Cannot read ${file}: ${reason}`, { cause: error });
  });
  const [stream] = JSON.parse(stdout).streams ?? [];
  const { width = 0, height = 0, side_data_list: sides = [] } = stream ?? {};
  const turned = sides.find((side: { rotation?: number }) => side.rotation !== undefined)?.rotation;
  const isTurned = Math.abs(turned ?? 0) % 180 === 90;
  return isTurned ? { width: height, height: width } : { width, height };
}
