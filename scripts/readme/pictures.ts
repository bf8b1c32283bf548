import { execFileSync } from "node:child_process";
import { join } from "node:path";

/**
 * Makes the README's picture and animation from a film of the demo:
 * `npx frontdesk demo --display memory --record out/demo.mp4`, then this.
 */
const root = join(import.meta.dirname, "../..");
const film = process.argv[2] ?? join(root, "out/demo.mp4");

/** Where the greeter says her first sentence, in seconds. */
const stillAt = "3.2";
const clip = ["-ss", "0.8", "-t", "6"];

ffmpeg(["-ss", stillAt, "-i", film, "-frames:v", "1", "-vf", "scale=360:-2"], "greeter.png");
ffmpeg(
  [...clip, "-i", film, "-vf", "fps=12.5,scale=270:-2", "-loop", "0", "-quality", "70"],
  "greeter.webp",
);

function ffmpeg(args: readonly string[], name: string): void {
  const out = join(import.meta.dirname, name);
  execFileSync("ffmpeg", ["-v", "error", "-y", ...args, out], { stdio: "inherit" });
  process.stdout.write(`${out}\n`);
}
