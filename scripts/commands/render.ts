import { type Command, Option } from "commander";
import { parseConfig, withTier } from "../../config/config.ts";
import { type Tier, tierNames } from "../../config/tiers.ts";
import { type Named, named } from "../render/package.ts";
import { render, type Script } from "../render/render.ts";
import { soundParts, spokenParts } from "../render/source.ts";

interface RenderOptions {
  readonly text?: string;
  readonly audio?: string;
  readonly out: string;
  readonly tier: Tier;
  readonly voice?: string;
  readonly lang: string;
  readonly background: string;
  readonly captions: boolean;
}

const examples = `
Examples:
  frontdesk render anna --text "Good morning!" --out morning.mp4
  frontdesk render anna --audio speech.wav --out speech.mp4 --tier 1080p --background '#204060'`;

export function addRenderCommand(program: Command): void {
  program
    .command("render")
    .description("film an avatar saying a text or a sound file, offline and frame by frame")
    .argument("<avatar>", "id of one that is shipped, or a package: a folder or a file .fda")
    .option("--text <text>", "what it says, or with --audio what is said there")
    .option("--audio <file>", "what it says, as a sound file that ffmpeg reads")
    .requiredOption("--out <file>", "the MP4 file to write")
    .addOption(
      new Option("--tier <tier>", "resolution of the avatar")
        .choices([...tierNames])
        .default("720p"),
    )
    .option("--voice <name>", "a voice of espeak-ng, e.g. en-us+f3")
    .option("--lang <tag>", "language of the text, e.g. de, cmn", "en-US")
    .option("--background <colour>", "colour behind the avatar, as #rrggbb", "#E2E5EA")
    .option("--no-captions", "show no captions")
    .addHelpText("after", examples)
    .action(async (avatar: string, options: RenderOptions) => {
      using place = await named(avatar);
      const frames = await render(configOf(place, options), await scriptOf(options), options.out);
      process.stdout.write(`${options.out}: ${frames} frames\n`);
    });
}

function configOf({ id, folder }: Named, { tier, background }: RenderOptions) {
  const document = {
    avatar: folder === undefined ? { id } : { id, folder },
    scene: { background: { colour: background } },
  };
  return withTier(parseConfig(document, "the command line"), tier);
}

async function scriptOf({ text, audio, voice, lang, captions }: RenderOptions): Promise<Script> {
  if (audio !== undefined) {
    return {
      parts: await soundParts(audio, text === undefined ? text : { text, lang }),
      caption: "",
    };
  }
  if (text === undefined) {
    throw new Error("Cannot render: nothing is said, it should be either --text or --audio");
  }
  const request = { kind: "text" as const, text, lang };
  const parts = await spokenParts(voice === undefined ? request : { ...request, voice });
  return { parts, caption: captions ? text : "" };
}
