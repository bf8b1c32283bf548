/**
 * What is known of a kind of board beforehand; everything else is measured on the board itself.
 * Not yet reviewed: most rows were written without opening the page they name. Only the trace tells
 * them; nothing is decided by them.
 */
export interface KnownBoard {
  readonly name: string;
  readonly processor: string;
  readonly memoryMb: readonly number[];
  /** Drivers of screen and GPU, and the OpenGL ES that Mesa has for it. */
  readonly graphics: string;
  /** Video that the chip decodes; the daemon itself decodes none. */
  readonly decoder: string;
  /** Frequency governor for a steady 25 frames a second. */
  readonly governor: "ondemand" | "schedutil";
  readonly quirks: readonly string[];
  readonly sources: readonly string[];
}

/**
 * The table of the board that calls itself `model` (/proc/device-tree/model, or the product name of
 * DMI). One of the two generic tables where the model is not known.
 */
export function boardOf(model: string, arch: "arm64" | "x64"): KnownBoard {
  const found = boards.find(({ pattern }) => pattern.test(model));
  return found?.board ?? (arch === "arm64" ? genericArm : miniPc);
}

const piProcessors = "https://www.raspberrypi.com/documentation/computers/processors.html";
const piConfig = "https://www.raspberrypi.com/documentation/computers/config_txt.html";
const mesaV3d = "https://docs.mesa3d.org/drivers/v3d.html";
const mesaVc4 = "https://docs.mesa3d.org/drivers/vc4.html";
const mesaPanfrost = "https://docs.mesa3d.org/drivers/panfrost.html";
const rockchip = "https://opensource.rock-chips.com/wiki_Main_Page";
const governors = "https://docs.kernel.org/admin-guide/pm/cpufreq.html";

const pi4: KnownBoard = {
  name: "Raspberry Pi 4 Model B",
  processor: "BCM2711, 4 x Cortex-A72 at 1.5 GHz",
  memoryMb: [1024, 2048, 4096, 8192],
  graphics: "vc4 and v3d, OpenGL ES 3.1",
  decoder: "H.265 4Kp60, H.264 1080p60",
  governor: "ondemand",
  quirks: [
    "screen (vc4) and GPU (v3d) are two cards, in an order that changes: the connector decides",
    "HDMI sound wants IEC 958 frames: hdmi:CARD=vc4hdmi0, not hw:0,0",
    "dtoverlay=vc4-kms-v3d must be on, the firmware's own display driver has no DRM",
  ],
  sources: [piProcessors, piConfig, mesaV3d],
};

const pi5: KnownBoard = {
  name: "Raspberry Pi 5",
  processor: "BCM2712, 4 x Cortex-A76 at 2.4 GHz",
  memoryMb: [2048, 4096, 8192, 16384],
  graphics: "vc4 and v3d, OpenGL ES 3.1",
  decoder: "H.265 4Kp60; no H.264",
  governor: "ondemand",
  quirks: [
    "no analogue sound: HDMI or USB",
    "memory pages of 16 KiB with the vendor's kernel: prebuilt programs must allow that",
    "a power supply of less than 5 A limits what USB devices get",
  ],
  sources: [piProcessors, piConfig, mesaV3d],
};

const piZero2: KnownBoard = {
  name: "Raspberry Pi Zero 2 W",
  processor: "RP3A0, 4 x Cortex-A53 at 1 GHz",
  memoryMb: [512],
  graphics: "vc4, OpenGL ES 2.0",
  decoder: "H.264 1080p30",
  governor: "ondemand",
  quirks: [
    "512 MB: 360p or 540p, and frontdesk.service.d with a lower MemoryHigh",
    "the GPU takes its memory from the same 512 MB (gpu_mem, CMA)",
  ],
  sources: [piProcessors, piConfig, mesaVc4],
};

const rk3588: KnownBoard = {
  name: "RK3588",
  processor: "4 x Cortex-A76 and 4 x Cortex-A55",
  memoryMb: [4096, 8192, 16384, 32768],
  graphics: "rockchip-drm and panthor (Mali-G610), OpenGL ES 3.1",
  decoder: "8K by the vendor's kernel, less by Debian's",
  governor: "schedutil",
  quirks: [
    "panthor is in Linux from 6.10 on: with Debian 12's 6.1 there is no GPU, drm-sw is taken",
  ],
  sources: [mesaPanfrost, rockchip, "https://kernelnewbies.org/Linux_6.10"],
};

const rk3566: KnownBoard = {
  name: "RK3566",
  processor: "4 x Cortex-A55 at 1.8 GHz",
  memoryMb: [1024, 2048, 4096, 8192],
  graphics: "rockchip-drm and panfrost (Mali-G52), OpenGL ES 3.1",
  decoder: "4K by the vendor's kernel, less by Debian's",
  governor: "schedutil",
  quirks: [],
  sources: [mesaPanfrost, rockchip],
};

const genericArm: KnownBoard = {
  name: "generic arm64",
  processor: "unknown",
  memoryMb: [],
  graphics: "whatever has a card in /dev/dri",
  decoder: "unknown",
  governor: "schedutil",
  quirks: [],
  sources: [governors],
};

const miniPc: KnownBoard = {
  name: "x86 mini PC",
  processor: "unknown",
  memoryMb: [],
  graphics: "i915, xe, amdgpu or radeonsi, OpenGL ES 3.2",
  decoder: "VA-API",
  governor: "schedutil",
  quirks: [
    "the firmware's own frame buffer (simpledrm) is a card too, until the driver takes over",
  ],
  sources: ["https://docs.mesa3d.org/systems.html", governors],
};

const boards: readonly { readonly pattern: RegExp; readonly board: KnownBoard }[] = [
  { pattern: /Raspberry Pi (?:4|400|Compute Module 4)/, board: pi4 },
  { pattern: /Raspberry Pi (?:5|500|Compute Module 5)/, board: pi5 },
  { pattern: /Raspberry Pi Zero 2/, board: piZero2 },
  { pattern: /RK3588|Rock 5[AB]|Orange ?Pi 5|NanoP[CI] ?[RT]6/i, board: rk3588 },
  { pattern: /RK3566|Quartz64|Orange ?Pi 3B|ROCK 3C|Zero 3[EW]/i, board: rk3566 },
];
