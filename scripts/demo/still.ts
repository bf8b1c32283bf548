import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Takes the frame at `atSeconds` out of a film as a PNG beside it; returns its name. */
export async function stillOf(film: string, atSeconds: number): Promise<string> {
  const picture = `${film.replace(/\.[a-z0-9]+$/i, "")}.png`;
  const args = ["-v", "error", "-y", "-ss", String(atSeconds), "-i", film, "-frames:v", "1"];
  await promisify(execFile)("ffmpeg", [...args, picture]);
  return picture;
}
