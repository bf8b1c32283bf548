import { type Command, Option } from "commander";
import { soundStream, textParts } from "../client/parts.ts";
import { type SayEvent, say } from "../client/say.ts";

interface SayOptions {
  readonly broker: string;
  readonly device: string;
  readonly mode: "enqueue" | "interrupt" | "replace" | "drop-if-busy";
  readonly ssml?: boolean;
  readonly sound?: string;
  readonly voice?: string;
  readonly lang?: string;
  readonly rate?: string;
  readonly pitch?: string;
  readonly volume?: string;
  readonly priority?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  frontdesk say "The lift is on your left." --device lobby
  frontdesk say "Please mind the step." --mode interrupt --priority 9
  frontdesk say --sound greeting.ogg "Welcome!"
  language-model | frontdesk say -
  frontdesk say --ssml '<speak>One <break time="400ms"/> moment.</speak>' --json`;

export function addSayCommand(program: Command): void {
  program
    .command("say")
    .description("have a kiosk say a text and follow the job to its end; exit 1 if not completed")
    .argument("[text]", "plain text; SSML with --ssml; - for what comes in, as it comes")
    .option("--sound <file>", "stream this sound instead; the text is then its caption")
    .option("--broker <url>", "MQTT broker", "mqtt://127.0.0.1:1883")
    .option("--device <name>", "which kiosk", "kiosk")
    .addOption(
      new Option("--mode <mode>", "what to do when somebody is speaking")
        .choices(["enqueue", "interrupt", "replace", "drop-if-busy"])
        .default("enqueue"),
    )
    .option("--ssml", "the text is SSML")
    .option("--voice <name>", "a voice of the kiosk's engine, e.g. en-us+f3")
    .option("--lang <tag>", "language of the text, e.g. de, cmn")
    .option("--rate <factor>", "speed, 0.5 to 2")
    .option("--pitch <factor>", "pitch, 0.5 to 2")
    .option("--volume <factor>", "loudness, 0 to 2")
    .option("--priority <n>", "0 to 9, 9 first")
    .option("--json", "print each event as a line of JSON")
    .addHelpText("after", examples)
    .action(async (text: string | undefined, options: SayOptions) => {
      if (text === undefined && options.sound === undefined) {
        throw new Error("Cannot say anything: give a text, or a sound file with --sound");
      }
      process.exitCode = (await follow(text ?? "", options)) === "completed" ? 0 : 1;
    });
}

async function follow(text: string, options: SayOptions): Promise<string | undefined> {
  const { broker, device, mode, ssml, voice, lang, rate, pitch, volume, priority, json } = options;
  const numbers = Object.entries({ rate, pitch, volume, priority }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, Number(value)] as const],
  );
  const over = new AbortController();
  const saying = {
    ...{ url: broker, device, text, mode, kind: ssml ? ("ssml" as const) : ("text" as const) },
    ...(await streamOf(text, options, over.signal)),
    ...(voice === undefined ? {} : { voice }),
    ...(lang === undefined ? {} : { lang }),
    ...Object.fromEntries(numbers),
  };
  let state: string | undefined;
  for await (const event of say(saying)) {
    state = event.state;
    process.stdout.write(`${json ? JSON.stringify(event) : lineOf(event)}\n`);
  }
  over.abort();
  if (text === "-") process.stdin.destroy();
  return state;
}

/** What makes a stream of it, if it is one. */
async function streamOf(text: string, { sound }: SayOptions, abort: AbortSignal) {
  if (sound !== undefined) return { kind: "stream" as const, ...(await soundStream(sound, abort)) };
  if (text !== "-") return {};
  return { kind: "stream" as const, text: "", parts: textParts(process.stdin) };
}

function lineOf({ jobId, state, errors = [], detail = {} }: SayEvent): string {
  const facts = Object.entries(detail).map(([key, value]) => `${key}=${value}`);
  const reasons = errors.map(({ code, message, path }) => `${code} ${path ?? ""} ${message}`);
  return [`${jobId ?? "-"}: ${state}`, ...facts, ...reasons].join("  ");
}
