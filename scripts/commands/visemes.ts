import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { framesPerSecond } from "../../config/tiers.ts";
import { visemes } from "../../runtime/mouth/viseme.ts";
import { plotMouth } from "../mouth/plot.ts";
import { type MouthReading, readMouth } from "../mouth/reading.ts";
import { soundOf } from "../mouth/sound.ts";

interface VisemesOptions {
  readonly json: boolean;
  readonly plot?: string;
  readonly text?: string;
  readonly lang?: string;
}

const examples = `
--json prints {"fps": 25, "visemes": [...], "posteriors": [[...], ...]}: for each frame of 40 ms
the shape that is shown, and the chances of ${visemes.join(" ")}.

Examples:
  frontdesk visemes speech.wav
  frontdesk visemes speech.wav --text "Good morning!" --lang en
  frontdesk visemes speech.mp3 --json > speech.json
  frontdesk visemes speech.flac --plot speech.png`;

export function addVisemesCommand(program: Command): void {
  program
    .command("visemes")
    .description("print the mouth shapes that the speech model hears in a sound file")
    .argument("<file>", "WAV, FLAC, MP3 or Ogg, at 8 to 96 kHz")
    .option("--text <text>", "what is said there; its shapes are laid along the sound")
    .option("--lang <tag>", "language of the text, e.g. de, cmn")
    .option("--json", "print every frame as JSON", false)
    .option("--plot <file>", "draw sound, shapes and chances into a PNG file, of a minute at most")
    .addHelpText("after", examples)
    .action(async (file: string, { json, plot, text, lang }: VisemesOptions) => {
      const pcm = await soundOf(file);
      const says = text === undefined ? text : { text, ...(lang === undefined ? {} : { lang }) };
      const reading = await readMouth(pcm, says);
      if (plot !== undefined) writeFileSync(plot, await plotMouth(pcm, reading));
      process.stdout.write(json ? jsonOf(reading) : tableOf(reading));
    });
}

function jsonOf({ visemes, posteriors }: MouthReading): string {
  return `${JSON.stringify({ fps: framesPerSecond, visemes, posteriors })}\n`;
}

/** A line a shape: from when to when, which, and how sure, mean of its frames. */
function tableOf({ visemes: shown, posteriors, seconds }: MouthReading): string {
  const lines = ["  from      to  shape  sure"];
  for (let at = 0; at < shown.length; ) {
    const viseme = shown[at]!;
    let end = at + 1;
    while (end < shown.length && shown[end] === viseme) end++;
    const chances = posteriors.slice(at, end).map((row) => row[visemes.indexOf(viseme)]!);
    const sure = chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
    const to = Math.min(seconds, end / framesPerSecond);
    const times = [at / framesPerSecond, to].map((time) => time.toFixed(2).padStart(6));
    const bar = "▪".repeat(end - at);
    lines.push(`${times.join("  ")}  ${viseme.padEnd(5)}  ${sure.toFixed(2)}  ${bar}`);
    at = end;
  }
  return `${lines.join("\n")}\n`;
}
