import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { LinuxBoard } from "../../drivers/board/linux.ts";
import { ScriptedBoard } from "../../drivers/board/scripted.ts";
import { spanMs } from "../../drivers/board/service.ts";
import { mutedControls } from "../../drivers/board/sound.ts";
import { boardContract } from "./board.ts";

boardContract("LinuxBoard", new LinuxBoard());
boardContract("ScriptedBoard", new ScriptedBoard());

const root = mkdtempSync(join(tmpdir(), "frontdesk-board-"));
after(() => rmSync(root, { recursive: true }));

/** The kernel's files of a Raspberry Pi 4 in trouble, as they read there. */
const files: Readonly<Record<string, string>> = {
  "/proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.5\0",
  "/proc/meminfo": "MemTotal:  1905064 kB\nMemFree:  90000 kB\nMemAvailable:  150000 kB\n",
  "/proc/self/smaps": "00400000-0040b000 r-xp\nSize: 44 kB\nKernelPageSize:       16 kB\n",
  "/proc/self/mounts":
    "/dev/mmcblk0p2 / ext4 ro,noatime 0 0\n/dev/mmcblk0p3 /var/lib ext4 rw 0 0\n",
  "/proc/4711/comm": "Xorg\n",
  "/proc/asound/cards": " 0 [vc4hdmi0       ]: vc4-hdmi - vc4-hdmi-0\n",
  "/proc/asound/card0/pcm0p/sub0/status": "state: RUNNING\nowner_pid   : 4711\n",
  "/proc/asound/card0/pcm0p/sub0/hw_params": "access: RW\nrate: 44100 (44100/1)\n",
  "/dev/snd/pcmC0D0p": "",
  "/dev/dri/card0": "",
  "/dev/fb0": "",
  "/sys/class/graphics/fb0/name": "simple\n",
  "/sys/class/graphics/fb0/virtual_size": "1920,1080\n",
  "/sys/devices/gpu/card0-HDMI-A-1/status": "connected\n",
  "/sys/devices/gpu/card0-HDMI-A-1/modes": "1920x1080\n1280x720\n",
  "/sys/devices/gpu/card0-HDMI-A-1/edid": "x".repeat(256),
  "/sys/class/thermal/thermal_zone0/temp": "84200\n",
  "/sys/class/hwmon/hwmon1/in0_lcrit_alarm": "1\n",
  "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave\n",
  "/sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq": "600000\n",
  "/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq": "1500000\n",
  "/sys/fs/ext4/mmcblk0p2/errors_count": "3\n",
  "/sys/block/mmcblk0/device/life_time": "0x03 0x09\n",
};

for (const [path, content] of Object.entries(files)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}
mkdirSync(join(root, "/proc/4711/fd"), { recursive: true });
mkdirSync(join(root, "/sys/class/drm"), { recursive: true });
symlinkSync("../../devices/gpu/card0-HDMI-A-1", join(root, "/sys/class/drm/card0-HDMI-A-1"));
symlinkSync("/dev/dri/card0", join(root, "/proc/4711/fd/9"));
const facts = await new LinuxBoard(root).facts(["/srv/state"]);

test("LinuxBoard reads what the kernel says of processor, heat and supply", () => {
  const { model, pageBytes, memory, temperatureC, governors, frequencyShare } = facts;
  assert.equal(model, "Raspberry Pi 4 Model B Rev 1.5");
  assert.equal(pageBytes, 16_384);
  assert.equal(memory?.availableBytes, 150_000 * 1024);
  assert.equal(temperatureC, 84.2);
  assert.deepEqual([governors, frequencyShare], [["powersave"], 0.4]);
  assert.equal(facts.underVoltage, true);
});

test("LinuxBoard reads cards, connectors and who holds the card", () => {
  const { cards, connectors, framebuffer } = facts.graphics;
  assert.deepEqual(cards[0]?.holders, [{ pid: 4711, name: "Xorg" }]);
  const fb0 = { driver: "simple", size: "1920x1080", openable: true };
  assert.deepEqual(framebuffer, fb0);
  const [screen] = connectors;
  assert.deepEqual(screen, {
    name: "card0-HDMI-A-1",
    status: "connected",
    modes: ["1920x1080", "1280x720"],
    edidBytes: 256,
  });
});

test("LinuxBoard reads who plays at which rate", () => {
  const [output] = facts.sound.outputs;
  assert.equal(output?.device, "hw:0,0");
  assert.deepEqual(output?.holder, { pid: 4711, name: "Xorg" });
  assert.equal(output?.rateHz, 44_100);
});

test("LinuxBoard finds the file system of a folder that is not there yet", () => {
  const [storage] = facts.storage;
  assert.equal(storage?.device, "/dev/mmcblk0p2");
  assert.deepEqual([storage?.exists, storage?.readOnly], [false, true]);
  assert.deepEqual([storage?.errors, storage?.wearPercent], [3, 90]);
});

test("mutedControls() names switches that are off and volumes at nothing", () => {
  const text = [
    "Simple mixer control 'Master',0",
    "  Capabilities: pvolume pswitch",
    "  Mono: Playback 40 [63%] [-20dB] [off]",
    "Simple mixer control 'PCM',0",
    "  Capabilities: pvolume",
    "  Front Left: Playback 0 [0%]",
    "Simple mixer control 'Capture',0",
    "  Capabilities: cvolume cswitch",
    "  Front Left: Capture 0 [0%] [off]",
  ].join("\n");
  assert.deepEqual(mutedControls(text), ["Master", "PCM"]);
});

test("spanMs() reads systemd's spans", () => {
  assert.deepEqual(["30s", "1min 30s", "500ms", "0"].map(spanMs), [30_000, 90_000, 500, 0]);
});
