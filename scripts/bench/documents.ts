import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { Jobs } from "../../runtime/job/jobs.ts";
import { Settings } from "../../runtime/settings/settings.ts";
import { chance } from "./chance.ts";

/** What wrong and broken documents did to a device. */
export interface DocumentResult {
  readonly documents: number;
  readonly crashes: number;
  /** Documents whose answer did not name exactly the mistakes that were made. */
  readonly incomplete: number;
}

/** A mistake in one key, and where its error belongs. */
const configMistakes: readonly (readonly [pointer: string, value: unknown])[] = [
  ["/audio/volume", 2],
  ["/avatar/id", "Not An Id"],
  ["/avatar/tier", "9p"],
  ["/broker/url", "http://x"],
  ["/broker/username", 5],
  ["/device", "other"],
  ["/display/width", 1],
  ["/log", "loud"],
  ["/scene/captions", "yes"],
  ["/scene/zoom", null],
  ["/unknown", 1],
  ["/voice/lang", 7],
];

const jobMistakes: readonly (readonly [pointer: string, value: unknown])[] = [
  ["/lang", "not a tag"],
  ["/mode", "shout"],
  ["/priority", 12],
  ["/captions", "yes"],
  ["/onRestart", 1],
  ["/ttlMs", -1],
  ["/interruptible", 0],
  ["/voice", ""],
  ["/rate", 9],
  ["/pitch", 0],
  ["/volume", -1],
];

/** Sends documents with known mistakes, and every second time with bytes turned over as well. */
export async function mistreat(documents: number): Promise<DocumentResult> {
  const random = chance(11);
  const clock = new ManualClock();
  const parts = { disk: new MemoryDisk(), trace: new TraceRing(), stamps: countedStamps(clock) };
  const settings = await Settings.open(parts, []);
  await settings.start(0);
  const { jobs } = await Jobs.open(parts.disk, parts.trace, parts.stamps, 0);
  let crashes = 0;
  let incomplete = 0;
  for (let count = 0; count < documents; count++) {
    const isConfig = count % 2 === 0;
    const made = pick(isConfig ? configMistakes : jobMistakes, random);
    const body = isConfig
      ? { version: 1e6 + count, config: nested(made) }
      : { jobId: `job-${count}`, text: "Hello.", ...nested(made) };
    const payload = new TextEncoder().encode(JSON.stringify(body));
    const broken = count % 4 >= 2;
    if (broken) turnBytes(payload, random);
    try {
      const answer = isConfig
        ? await settings.receive(payload).then(() => settings.report())
        : (await jobs.submit(payload, {}, 0))[0];
      const paths = new Set((answer?.errors ?? []).map(({ path }) => path));
      const due = made.map(([pointer]) => (isConfig ? `/config${pointer}` : pointer));
      const all = paths.size === due.length && due.every((path) => paths.has(path));
      // Bytes turned over may make anything of it, but never an answer without a reason.
      const answered = answer?.state !== "rejected" || paths.size > 0;
      if (broken ? !answered : !all) incomplete += 1;
      await jobs.cancel(new TextEncoder().encode('{"all":true}'), {}, 0);
    } catch {
      crashes += 1;
    }
  }
  return { documents, crashes, incomplete };
}

/** One to all of the mistakes. */
function pick<T>(all: readonly T[], random: () => number): readonly T[] {
  const some = all.filter(() => random() < 0.4);
  return some.length > 0 ? some : all.slice(0, 1);
}

function nested(made: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const document: Record<string, Record<string, unknown> | unknown> = {};
  for (const [pointer, value] of made) {
    const [outer = "", inner] = pointer.split("/").slice(1);
    document[outer] = inner ? { ...(document[outer] as object), [inner]: value } : value;
  }
  return document;
}

function turnBytes(payload: Uint8Array, random: () => number): void {
  for (let turned = 0; turned < 4; turned++) {
    payload[Math.floor(random() * payload.length)] = Math.floor(random() * 256);
  }
}
