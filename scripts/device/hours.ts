import { type Bench, type Finding, showsGreeter } from "./checks.ts";

/** What the kernel says of the connector: whether a picture goes out at all. */
const connector = "/sys/class/drm/card0-Virtual-1";

/** Hours of rest are pushed: the screen goes off, on for who speaks, and on again without them. */
export async function keepsHours(bench: Bench, text: string): Promise<Finding> {
  const { machine, guest } = bench;
  // The board has no network time here; it takes the host's clock for right.
  const synced = "/run/systemd/timesync";
  await machine.shell(`mkdir -p ${synced} && touch ${synced}/synchronized`);
  const version = Date.now();
  await guest.configure(version, { schedule: { screenOff: [{ from: "00:00", to: "00:00" }] } });
  await guest.says("sleeping");
  const asleep = await powerOf(bench);
  const jobId = await guest.submit(text);
  await guest.reached(jobId, "speaking");
  const speaking = await powerOf(bench);
  const { state } = await guest.reached(jobId, "completed", "failed", "expired");
  await guest.says("sleeping");
  const again = await powerOf(bench);
  await guest.configure(version + 1, {});
  await guest.says("ready");
  const { passed, facts } = await showsGreeter(bench, "hours-over");
  return {
    passed: passed && asleep === "off" && speaking === "on" && again === "off",
    facts: { asleep, speaking, again, job: state, ...facts },
  };
}

async function powerOf({ machine }: Bench): Promise<string> {
  const { text } = await machine.shell(`cat ${connector}/enabled`);
  return text === "enabled" ? "on" : "off";
}
