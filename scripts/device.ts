import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startBroker } from "./demo/broker.ts";
import {
  type Bench,
  type Finding,
  keep,
  mouthFollowsSound,
  showsGreeter,
  survivesScreen,
  survivesSound,
} from "./device/checks.ts";
import { drawsByGles } from "./device/gles.ts";
import { Greeter } from "./device/greeter.ts";
import { Guest } from "./device/guest.ts";
import { keepsHours } from "./device/hours.ts";
import { Machine } from "./device/machine.ts";
import { missingFor } from "./device/needs.ts";
import { Report } from "./device/report.ts";
import { coversConsole, frontOf } from "./device/terminal.ts";
import { turnsPicture } from "./device/turned.ts";

// Builds the package and an arm64 Debian, boots it under QEMU and checks the kiosk from outside:
//   npm run device [-- --cuts 20] [--keep]     --keep: with the image of the last run
// As root; some 40 minutes. The report and what was seen and heard are kept in out/device.

const { values } = parseArgs({
  options: { cuts: { type: "string", default: "20" }, keep: { type: "boolean", default: false } },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "build/device");
const out = join(root, "out/device");
const tier = "360p";
const screen = { width: 360, height: 640 };
const port = 18_883;
const greeting = "Hello, I am Anna. Welcome to our museum. The ticket desk is on your left.";

const missing = missingFor(process.getuid?.());
if (missing === undefined) {
  await main();
} else {
  process.stderr.write(
    `Cannot build the board: programs or rights are missing\nNext: ${missing}\n`,
  );
  process.exitCode = 2;
}

async function main(): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  if (!values.keep || !existsSync(join(folder, "disk.img"))) build();
  const report = new Report(out);
  const run = mkdtempSync(join(tmpdir(), "frontdesk-device-"));
  await using broker = await startBroker({ port });
  await using guest = await Guest.open(broker.url, "board");
  const greeter = await Greeter.draw(root, tier);
  try {
    await checkRunning({ guest, greeter, out }, run, report);
    await checkCuts({ guest, greeter, out }, run, report);
  } finally {
    rmSync(run, { recursive: true });
  }
  process.exitCode = report.passed ? 0 : 1;
}

function build(): void {
  const sh = (...words: string[]): unknown =>
    execFileSync("sh", words, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (!existsSync(join(folder, "root.tar"))) sh("scripts/device/root.sh", folder);
  const words = ["scripts/package.ts", "arm64"];
  execFileSync(process.execPath, words, { cwd: root, stdio: "inherit" });
  const [deb] = globSync(join(root, "out/frontdesk_*_arm64.deb")).sort().reverse();
  sh("scripts/device/image.sh", folder, deb ?? "", `mqtt://10.0.2.2:${port}`);
}

type Outside = Omit<Bench, "machine">;

async function checkRunning(outside: Outside, run: string, report: Report): Promise<void> {
  await using machine = new Machine({ folder, run }, screen);
  const bench = { ...outside, machine };
  await report.check("boots into the greeter", () => boots(bench, "boot"));
  await report.check("starts under systemd, nothing failed", () => isHealthy(machine));
  await report.check("the mouth moves with the sound, and only then", () =>
    mouthFollowsSound(bench, greeting),
  );
  await report.check("the console does not show", () => coversConsole(bench));
  await report.check("the screen is off at its hours", () => keepsHours(bench, greeting));
  await report.check("a screen that goes and returns", () => survivesScreen(bench));
  await report.check("a sound card that goes and returns", () => survivesSound(bench, greeting));
  await report.check("a picture turned upside down", () => turnsPicture(bench));
  await report.check("stops in order, and gives the screen back", () => stops(bench));
  await report.check("raylib draws by OpenGL ES", () => drawsByGles(bench));
}

async function boots(bench: Bench, name: string): Promise<Finding> {
  const { passed, facts } = await showsGreeter(bench, name);
  const seconds = Math.round((performance.now() - bench.machine.startedMs) / 1000);
  return { passed, facts: { ...facts, secondsSincePowerOn: seconds } };
}

async function isHealthy(machine: Machine): Promise<Finding> {
  await machine.reachable();
  const { text: state } = await machine.shell("systemctl is-system-running --wait", 240_000);
  const { text: failed } = await machine.shell("systemctl --failed --plain --no-legend");
  // Its first picture is on the screen before systemd has heard of it.
  const isUp = "for n in $(seq 60); do systemctl is-active frontdesk && break; sleep 1; done";
  await machine.shell(isUp, 120_000);
  const { text: started } = await machine.shell("systemctl show -p ActiveState frontdesk");
  const passed = state === "running" && started === "ActiveState=active";
  return { passed, facts: { state, failed, started } };
}

async function stops(bench: Bench): Promise<Finding> {
  const { machine, out: folder } = bench;
  await machine.shell("systemctl stop frontdesk", 120_000);
  const { text } = await machine.shell("systemctl show -p Result --value frontdesk");
  await keep(await machine.screen(), join(folder, "stopped.png"));
  const front = await frontOf(bench);
  return { passed: text === "success" && front === "tty1", facts: { result: text, front } };
}

/**
 * Half of the cuts fall into the boot, half into the show while it speaks; the machine that came
 * back from one is the one that meets the next.
 */
async function checkCuts(outside: Outside, run: string, report: Report): Promise<void> {
  let machine = new Machine({ folder, run }, screen);
  try {
    await report.check("boots before the power cuts", () =>
      boots({ ...outside, machine }, "cut-0"),
    );
    for (let cut = 1; cut <= Number(values.cuts); cut++) {
      await report.check(`power cut ${cut}`, async () => {
        const facts = await cutPower(machine, outside.guest, cut, run);
        machine = new Machine({ folder, run }, screen);
        const found = await boots({ ...outside, machine }, `cut-${cut}`);
        return { ...found, facts: { ...facts, ...found.facts } };
      });
    }
  } finally {
    await machine.cut();
  }
}

async function cutPower(running: Machine, guest: Guest, cut: number, run: string) {
  const moment = cut % 2 === 1 ? "boot" : "show";
  const waitMs = Math.round(Math.random() * (moment === "boot" ? 40_000 : 10_000));
  if (moment === "show") await guest.submit(greeting);
  else await running.cut();
  const machine = moment === "show" ? running : new Machine({ folder, run }, screen);
  await sleep(waitMs);
  await machine.cut();
  return { moment, waitMs };
}
