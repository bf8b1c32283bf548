import { type Bench, type Finding, showsGreeter } from "./checks.ts";

/** What others write to the consoles does not show, and the kiosk's own one is in front. */
export async function coversConsole(bench: Bench): Promise<Finding> {
  const { machine } = bench;
  const front = await frontOf(bench);
  const noise = "for n in 0 1 7; do echo 'board login: ' >/dev/tty$n; done";
  await machine.shell(`${noise}; echo '<0>noise' >/dev/kmsg`);
  const { passed, facts } = await showsGreeter(bench, "console");
  return { passed: passed && front === "tty7", facts: { front, ...facts } };
}

/** The virtual terminal that the screen and the keyboard belong to. */
export async function frontOf({ machine }: Bench): Promise<string> {
  return (await machine.shell("cat /sys/class/tty/tty0/active")).text;
}
