import { type Command, Option } from "commander";
import { tierNames } from "../../config/tiers.ts";
import { type DemoOptions, playDemo } from "../demo/demo.ts";
import { parseSeconds, stopSignal } from "./run.ts";

const greeting =
  "Hello, I am Anna. Welcome to Frontdesk! The museum is open until 18:30, " +
  "and a ticket is $12.50. What can I do for you?";

const examples = `
Examples:
  frontdesk demo
  frontdesk demo --text "Willkommen im Museum!" --lang de
  frontdesk demo --display memory --record out/greeting.mp4 --tier 540p --seconds 12`;

export function addDemoCommand(program: Command): void {
  program
    .command("demo")
    .description("start a broker, the daemon and an MQTT client that has the greeter speak")
    .option("--text <text>", "what the greeter says", greeting)
    .addOption(
      new Option("--tier <tier>", "resolution of the avatar")
        .choices([...tierNames])
        .default("720p"),
    )
    .option("--display <driver>", "auto, drm, drm-sw, drm-gles, window or memory", "auto")
    .option("--audio <device>", "auto, silent, or an ALSA device", "auto")
    .option("--voice <name>", "a voice of espeak-ng, e.g. en-us+f3")
    .option("--lang <tag>", "language of the text, e.g. de, cmn")
    .option("--record <file>", "write what is shown and heard to an MP4 file, and a PNG beside it")
    .option("--seconds <n>", "end after so many seconds", parseSeconds)
    .addHelpText("after", examples)
    .action((options: DemoOptions) => playDemo(options, stopSignal(undefined)));
}
