import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { Ear } from "./ear.ts";
import type { Greeter } from "./greeter.ts";
import type { Guest } from "./guest.ts";
import type { Machine, Shot } from "./machine.ts";
import { until } from "./wait.ts";

/** What a check needs: the board, how it is reached, what it should show, where pictures go. */
export interface Bench {
  readonly machine: Machine;
  readonly guest: Guest;
  readonly greeter: Greeter;
  /** Screendumps and sounds are kept here. */
  readonly out: string;
}

/** What a check found; `facts` go into the report. */
export interface Finding {
  readonly passed: boolean;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/** At most so much of the screen may differ from the greeter at rest: a cursor would be less. */
const restMax = 0.0004;
/** An open mouth is more than this; at 360p it is some 30 pixels wide. */
const mouthMin = 0.0008;

/** The greeter at rest is on the screen, each pixel: right way up, in its colours, no cursor. */
export async function showsGreeter(bench: Bench, name: string): Promise<Finding> {
  const untilMs = performance.now() + 300_000;
  let shot = await bench.machine.screen();
  while (bench.greeter.look(shot).differs > restMax && performance.now() < untilMs) {
    await sleep(500);
    shot = await bench.machine.screen();
  }
  await keep(shot, join(bench.out, `${name}.png`));
  const look = bench.greeter.look(shot);
  return { passed: look.differs <= restMax, facts: { differs: look.differs, frame: look.frame } };
}

interface Glance {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly differs: number;
}

/**
 * Speaks and looks at the screen all the while. A glance counts as sounding when there was sound
 * just before and just after it, as silent when there was none for a while on either side.
 */
export async function mouthFollowsSound(bench: Bench, text: string): Promise<Finding> {
  await using ear = await Ear.open(bench.machine, join(bench.out, "speech.wav"));
  const glances: Glance[] = [];
  let looking = true;
  const watch = glancesAt(bench, glances, () => looking);
  await sleep(4_000);
  const jobId = await bench.guest.submit(text);
  const { state, data } = await bench.guest.reached(jobId, "completed", "failed", "expired");
  await sleep(5_000);
  looking = false;
  await watch;
  const sounding = glances.filter(
    ({ fromMs, untilMs }) =>
      ear.sounded(fromMs - 200, fromMs + 50) && ear.sounded(untilMs - 50, untilMs + 200),
  );
  const silent = glances.filter(({ fromMs, untilMs }) => !ear.sounded(fromMs - 700, untilMs + 700));
  const open = sounding.filter(({ differs }) => differs >= mouthMin).length;
  const moved = silent.filter(({ differs }) => differs > restMax).length;
  const passed = state === "completed" && sounding.length >= 5 && silent.length >= 5;
  return {
    passed: passed && open / sounding.length >= 0.5 && moved === 0,
    facts: {
      ...{ state, glancesInSound: sounding.length, ofThemMouthOpen: open },
      ...{ glancesInSilence: silent.length, ofThemMouthOpenInSilence: moved },
      ...{ loudest: ear.peak, secondsOfSound: ear.seconds },
      proof: JSON.stringify(data.detail ?? data),
    },
  };
}

async function glancesAt(
  { machine, greeter, out }: Bench,
  glances: Glance[],
  isLooking: () => boolean,
): Promise<void> {
  const shots: { readonly shot: Shot; fromMs: number; untilMs: number }[] = [];
  while (isLooking()) {
    const fromMs = performance.now();
    const shot = await machine.screen();
    shots.push({ shot, fromMs, untilMs: performance.now() });
    await sleep(150);
  }
  for (const { shot, ...when } of shots) glances.push({ ...when, ...greeter.look(shot) });
  const widest = glances.reduce((best, { differs }, at) => {
    return differs > (glances[best]?.differs ?? 0) ? at : best;
  }, 0);
  const spoken = shots[widest];
  if (spoken) await keep(spoken.shot, join(out, "speech.png"));
}

/** Writes a PNG file. */
export async function keep({ width, height, pixels }: Shot, file: string): Promise<void> {
  await sharp(pixels, { raw: { width, height, channels: 3 } }).toFile(file);
}

/** The monitor's cable is pulled and put back: the daemon lives, and the picture returns. */
export async function survivesScreen(bench: Bench): Promise<Finding> {
  const connector = "/sys/class/drm/card0-Virtual-1/status";
  const before = await mainPid(bench.machine);
  await bench.machine.shell(`echo off > ${connector}`);
  const seen = await logged(bench.machine, "display-fault");
  await bench.machine.shell(`echo detect > ${connector}`);
  const { passed, facts } = await showsGreeter(bench, "screen-returned");
  const same = (await mainPid(bench.machine)) === before;
  return { passed: passed && same && seen, facts: { ...facts, sameProcess: same, noticed: seen } };
}

/** The sound card is pulled out while it plays and put back: the job ends, later ones are heard. */
export async function survivesSound(bench: Bench, text: string): Promise<Finding> {
  const { machine, guest } = bench;
  const before = await mainPid(machine);
  const jobId = await guest.submit(text);
  await guest.reached(jobId, "speaking");
  await machine.shell(`echo 1 > ${soundCard}/remove`);
  const { state } = await guest.reached(jobId, "completed", "failed", "expired");
  const noticed = await logged(machine, "audio-fault");
  const shown = await showsGreeter(bench, "sound-removed");
  await machine.shell("echo 1 > /sys/bus/pci/rescan");
  await machine.shell("for n in 1 2 3 4 5 6 7 8 9; do ls /dev/snd/pcm*p && break; sleep 1; done");
  await sleep(3_000);
  await using ear = await Ear.open(machine, join(bench.out, "sound-returned.wav"));
  const next = await guest.submit(text);
  const again = await guest.reached(next, "completed", "failed", "expired");
  await sleep(500);
  const same = (await mainPid(machine)) === before;
  const heard = ear.peak > 0.01;
  return {
    passed: shown.passed && same && noticed && heard && again.state === "completed",
    facts: { jobWithoutCard: state, noticed, sameProcess: same, nextJob: again.state, heard },
  };
}

/** The one behind the port of its own (machine.ts); QEMU alone cannot take it out of this board. */
const soundCard = "/sys/bus/pci/devices/0000:01:00.0";

async function mainPid(machine: Machine): Promise<string> {
  return (await machine.shell("systemctl show -p MainPID --value frontdesk")).text;
}

async function logged(machine: Machine, kind: string): Promise<boolean> {
  const line = `journalctl --unit=frontdesk --output=cat | grep -c '"kind":"${kind}"'`;
  const isThere = async (): Promise<boolean> => Number((await machine.shell(line)).text) > 0;
  return until(isThere, kind, 60_000).then(
    () => true,
    () => false,
  );
}
