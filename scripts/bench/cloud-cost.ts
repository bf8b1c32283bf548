import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { RunningCloud } from "./cloud.ts";

/** Processor time of one session, in seconds of a core for each second that it is watched. */
interface Cost {
  /** The thread that speaks, and sends to viewers. */
  readonly desk: number;
  /** The threads that draw the mouth and the picture, and what the runtime needs beside them. */
  readonly stage: number;
  readonly encoder: number;
}

/** Speaks for `seconds` in one session and counts what it costs; nobody else is on the server. */
export async function measureCloudCost(seconds: number): Promise<Cost> {
  await using cloud = await RunningCloud.start();
  const session = await cloud.session("bench");
  session.drive({ kind: "text", text: text.repeat(Math.ceil(seconds / 8)) });
  await sleep(2_000);
  const before = timesOf(cloud.pid);
  const beginMs = performance.now();
  await sleep(seconds * 1_000);
  const passed = (performance.now() - beginMs) / 1_000;
  const after = timesOf(cloud.pid);
  const rate = (key: keyof Cost) => (after[key] - before[key]) / passed;
  return { desk: rate("desk"), stage: rate("stage"), encoder: rate("encoder") };
}

const text =
  "Good morning, and welcome. The lifts are on your left, the stairs are right behind me, and " +
  "whoever comes for the exhibition takes the second door. ";

function timesOf(pid: number): Cost {
  const threads = readdirSync(`/proc/${pid}/task`).map((tid) => ({
    isMain: tid === String(pid),
    seconds: secondsOf(`/proc/${pid}/task/${tid}/stat`),
  }));
  const sum = (isMain: boolean) =>
    threads.filter((one) => one.isMain === isMain).reduce((all, one) => all + one.seconds, 0);
  const encoders = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && isEncoder(name, pid))
    .map((name) => secondsOf(`/proc/${name}/stat`));
  return { desk: sum(true), stage: sum(false), encoder: encoders.reduce((all, s) => all + s, 0) };
}

function isEncoder(name: string, parent: number): boolean {
  const { comm, fields } = statOf(`/proc/${name}/stat`);
  return comm === "ffmpeg" && Number(fields[1]) === parent;
}

/** User and system time (proc(5): fields 14 and 15), of which there are 100 ticks a second. */
function secondsOf(path: string): number {
  const { fields } = statOf(path);
  return (Number(fields[11]) + Number(fields[12])) / 100 || 0;
}

/** Somebody may just have ended. */
function statOf(path: string): { comm: string; fields: readonly string[] } {
  let line = "";
  try {
    line = readFileSync(path, "utf8");
  } catch {
    return { comm: "", fields: [] };
  }
  const [, comm = "", rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(line) ?? [];
  return { comm, fields: rest.split(" ") };
}
