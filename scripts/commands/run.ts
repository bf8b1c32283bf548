import { type Command, InvalidArgumentError } from "commander";
import type { TraceEvent } from "../../runtime/diagnostics/trace.ts";
import { run } from "../../runtime/main.ts";
import { addConfigOptions, type ConfigOptions, readLayers } from "./options.ts";
import { Timings } from "./timings.ts";

interface RunOptions extends ConfigOptions {
  readonly record?: string;
  readonly seconds?: number;
  readonly timings?: boolean;
}

const examples = `
Examples:
  frontdesk run                                   with /etc/frontdesk/config.json
  frontdesk run --broker mqtt://10.0.0.5:1883 --device lobby --tier 1080p
  frontdesk run --display memory --record out/film.mp4 --seconds 20`;

export function addRunCommand(program: Command): void {
  addConfigOptions(program.command("run"))
    .description("run the kiosk daemon until it is told to stop")
    .option("--record <file>", "write what is shown and heard to an MP4 file")
    .option("--seconds <n>", "stop by itself after so many seconds", parseSeconds)
    .option("--timings", "print how long each step of the start took, once there is a picture")
    .addHelpText("after", examples)
    .action(async (options: RunOptions) => {
      const timings = new Timings((text) => process.stderr.write(text));
      const onTrace = (event: TraceEvent) => timings.see(event);
      const { seconds, record } = options;
      await run(
        readLayers(options),
        stopSignal(seconds),
        record,
        options.timings ? onTrace : undefined,
      );
    });
}

/** A whole or fractional number of seconds greater than 0. */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new InvalidArgumentError("It should be a number of seconds greater than 0.");
}

/** Aborts on SIGINT, on SIGTERM, and after `seconds` where they are given. */
export function stopSignal(seconds: number | undefined): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  if (seconds !== undefined) setTimeout(() => stop.abort(), seconds * 1000).unref();
  return stop.signal;
}
