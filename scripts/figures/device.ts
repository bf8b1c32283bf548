import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Figure, percentileOf } from "../bench/figure-line.ts";
import { measurePosition } from "../bench/position.ts";
import { CommandLog } from "../native/command.ts";
import { architectures } from "../native/target.ts";
import { buildPackage } from "../package/deb.ts";

const root = join(import.meta.dirname, "../..");

/** What issue "device" promises; quick leaves out the packages and the emulated board. */
export async function* deviceFigures(quick: boolean): AsyncIterable<Figure> {
  yield { name: "exposure of frontdesk.service", value: exposure(), ...upTo("", 2.5) };
  yield* startUp(quick ? 3 : 9);
  yield* position(quick ? 10 : 60);
  if (quick) return;
  yield* packages();
  yield* board(20);
}

function upTo(unit: string, atMost: number): Pick<Figure, "unit" | "target"> {
  return { unit, target: { atMost } };
}

function exposure(): number {
  const words = [
    "security",
    "--offline=true",
    "--no-pager",
    join(root, "systemd/frontdesk.service"),
  ];
  const text = execFileSync("systemd-analyze", words, { encoding: "utf8" });
  return Number(/Overall exposure level for \S+: ([\d.]+)/.exec(text)?.[1]);
}

/** From the start of the process to the first picture, and to the end of each step before it. */
async function* startUp(starts: number): AsyncIterable<Figure> {
  const atMs = new Map<string, number[]>();
  for (let start = 0; start < starts; start++) {
    for (const [step, ms] of await timedStart()) atMs.set(step, [...(atMs.get(step) ?? []), ms]);
  }
  for (const [step, values] of atMs) {
    const isLast = step === "the first idle picture is shown";
    const name = `start: ${step}`;
    const value = percentileOf(values, 0.5);
    yield { name, value, unit: "ms", target: isLast ? { atMost: 1500 } : undefined };
  }
}

async function timedStart(): Promise<Map<string, number>> {
  const state = mkdtempSync(join(tmpdir(), "frontdesk-start-"));
  const flags = ["--display", "memory", "--audio", "silent", "--tier", "720p", "--log", "silent"];
  const words = ["run", ...flags, "--state", state, "--timings"];
  const child = spawn(join(root, "scripts/frontdesk"), words, {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  for await (const part of child.stderr) {
    text += part;
    if (text.includes("picture is shown\n")) child.kill("SIGTERM");
  }
  rmSync(state, { recursive: true });
  const lines = text.matchAll(/^ +(\d+) ms +\d+ ms +\d+ % {2}(.+)$/gm);
  return new Map([...lines].map(([, ms, step = ""]) => [step, Number(ms)]));
}

/** PulseAudio's null sink stands in for a sound card; this says nothing of the way to the air. */
async function* position(seconds: number): AsyncIterable<Figure> {
  const offMs = await measurePosition(root, seconds);
  const name = "playback position off a straight line";
  yield { name: `${name}, p50`, value: percentileOf(offMs, 0.5), unit: "ms", target: undefined };
  yield { name: `${name}, p95`, value: percentileOf(offMs, 0.95), ...upTo("ms", 5) };
}

async function* packages(): AsyncIterable<Figure> {
  for (const arch of architectures) {
    const log = new CommandLog(join(root, `build/log/package-${arch}.log`));
    const { file, bytes, avatarBytes } = await buildPackage(root, arch, log);
    const value = (bytes - avatarBytes) / 1e6;
    yield { name: `package for ${arch}, without avatars`, value, ...upTo("MB", 120) };
    const { stdout } = spawnSync("lintian", [file], { encoding: "utf8" });
    const errors = stdout.split("\n").filter((line) => line.startsWith("E:")).length;
    yield { name: `package for ${arch}: errors of lintian`, value: errors, ...upTo("", 0) };
  }
}

/** The arm64 board under emulation; some forty minutes. */
async function* board(cuts: number): AsyncIterable<Figure> {
  spawnSync(process.execPath, [join(root, "scripts/device.ts"), "--cuts", String(cuts)], {
    stdio: "ignore",
  });
  const file = join(root, "out/device/report.json");
  const { findings } = JSON.parse(readFileSync(file, "utf8")) as {
    findings: { readonly name: string; readonly passed: boolean }[];
  };
  const isCut = ({ name }: { name: string }): boolean => name.startsWith("power cut ");
  const back = findings.filter((finding) => isCut(finding) && finding.passed).length;
  const failed = findings.filter((finding) => !isCut(finding) && !finding.passed).length;
  const target = { atLeast: cuts };
  yield {
    name: `power cuts of ${cuts} that boot back to a picture`,
    value: back,
    unit: "",
    target,
  };
  yield { name: "other checks of the board that failed", value: failed, ...upTo("", 0) };
}
