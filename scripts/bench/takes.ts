import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The greeter for 12.6 s, CC0: six seconds of silence, then speech; 270x480, in sync. */
const greeter = join(import.meta.dirname, "../../test/e2e/takes/greeter.mp4");

/** What ffmpeg is to do with a good take: filters of the picture, of the sound, and the rest. */
export interface Recipe {
  readonly picture?: string;
  readonly sound?: string;
  readonly words?: readonly string[];
  readonly suffix?: string;
}

/** Makes takes in a folder, all from one good take that is large enough for the smallest tier. */
export class Takes {
  readonly #folder: string;
  readonly good: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.good = join(folder, "good.mp4");
    film(greeter, { picture: "scale=360:640:flags=lanczos" }, this.good);
  }

  /** A take that is spoilt as the recipe says; its path. */
  make(name: string, recipe: Recipe): string {
    const file = join(this.#folder, `${name}${recipe.suffix ?? ".mp4"}`);
    film(this.good, recipe, file);
    return file;
  }

  /** The good take's bytes, changed. */
  bend(name: string, change: (bytes: Buffer) => Buffer): string {
    const file = join(this.#folder, `${name}.mp4`);
    writeFileSync(file, change(readFileSync(this.good)));
    return file;
  }

  /** One frame of the good take as a picture. */
  still(name: string, seconds: number, picture = "null", suffix = ".png"): string {
    const file = join(this.#folder, `${name}${suffix}`);
    const words = ["-ss", `${seconds}`, "-i", this.good, "-frames:v", "1", "-vf", picture, file];
    execFileSync("ffmpeg", ["-v", "error", "-y", ...words]);
    return file;
  }
}

function film(source: string, { picture, sound, words = [] }: Recipe, target: string): void {
  const filters = [...(picture ? ["-vf", picture] : []), ...(sound ? ["-af", sound] : [])];
  const coding = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-pix_fmt", "yuv420p"];
  const sounds = ["-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart"];
  const command = ["-i", source, ...filters, ...coding, ...sounds, ...words, target];
  execFileSync("ffmpeg", ["-v", "error", "-nostdin", "-y", ...command]);
}
