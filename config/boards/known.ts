/** What is known of a kind of board beforehand; everything else is measured on the board itself. */
export interface KnownBoard {
  readonly name: string;
  /** This, the drivers of screen and GPU, and the decoder are absent where it may be any. */
  readonly processor?: Fact;
  readonly graphics?: Fact;
  /** Video that the chip decodes; the daemon itself decodes none. */
  readonly decoder?: Fact;
  /** Frequency governor that suits: the one of the vendor, else the one that asks the scheduler. */
  readonly governor: Fact;
  /** Limits, and what surprises whoever sets such a board up. */
  readonly quirks: readonly Fact[];
}

/** One thing that is known, and the page that says it. */
export interface Fact {
  readonly what: string;
  readonly source: string;
}

/**
 * The table of the board that calls itself `model` (/proc/device-tree/model, or the product name of
 * DMI). One of the two generic tables where the model is not known. Nothing is decided by a table:
 * the trace tells its quirks, and an unknown board works by what is measured.
 */
export function boardOf(model: string, arch: "arm64" | "x64"): KnownBoard {
  const found = boards.find(({ pattern }) => pattern.test(model));
  return found?.board ?? (arch === "arm64" ? genericArm : miniPc);
}

const piDocs = "https://github.com/raspberrypi/documentation/blob/develop/documentation/asciidoc";
const bcm2711 = `${piDocs}/computers/processors/bcm2711.adoc`;
const bcm2712 = `${piDocs}/computers/processors/bcm2712.adoc`;
const rp3a0 = `${piDocs}/computers/processors/rp3a0.adoc`;
const piHeat = `${piDocs}/computers/raspberry-pi/frequency-management.adoc`;
const piHdmiSound = "https://github.com/raspberrypi/linux/issues/4662";
const piPages = "https://raspberrypi.github.io/rpi-image-gen/layer/rpi5.html";
const mesaV3d = "https://docs.mesa3d.org/drivers/v3d.html";
const mesaVc4 = "https://docs.mesa3d.org/drivers/vc4.html";
const mesaPanfrost = "https://docs.mesa3d.org/drivers/panfrost.html";
const rk3588Brief = "https://github.com/industrialtablet/RK3588-Development-Board";
const rk3588News = "https://www.cnx-software.com/2026/02/27/rockchip-rk3588-rk3576";
const rk3588Decoder = `${rk3588News}-h-264-and-h-265-video-decoders-mainline-linux/`;
const rk3588Gpu = "https://www.linux-drivers.com/driver/drivers/gpu/drm/panthor/";
const rk3566Board = "https://github.com/geerlingguy/sbc-reviews/issues/7";
const rk3566Decoder = "https://wiki.pine64.org/wiki/Mainline_Hardware_Decoding";
const kernelGovernors =
  "https://git.zx2c4.com/linux-dev/commit/?id=9bdcb44e391da5c41b98573bf0305a0e0b1c9569";

const piThrottle: Fact = {
  what: "the cores slow down from 80 C on, cores and GPU at 85 C: a kiosk's case wants a heat sink",
  source: piHeat,
};

const piSound: Fact = {
  what: "hw: of the HDMI sound card takes IEC 958 frames only; hdmi: or default: convert",
  source: piHdmiSound,
};

const ondemand: Fact = { what: "ondemand", source: piHeat };
const schedutil: Fact = { what: "schedutil", source: kernelGovernors };

const pi4: KnownBoard = {
  name: "Raspberry Pi 4 Model B",
  processor: { what: "BCM2711, 4 x Cortex-A72 at 1.5 GHz, up to 8 GB", source: bcm2711 },
  graphics: { what: "vc4 shows, v3d renders: two cards; OpenGL ES 3.1", source: mesaV3d },
  decoder: { what: "H.265 4Kp60, H.264 1080p60", source: bcm2711 },
  governor: ondemand,
  quirks: [piThrottle, piSound],
};

const pi5: KnownBoard = {
  name: "Raspberry Pi 5",
  processor: { what: "BCM2712, 4 x Cortex-A76 at 2.4 GHz", source: bcm2712 },
  graphics: { what: "vc4 shows, v3d renders: two cards; OpenGL ES 3.1", source: mesaV3d },
  decoder: { what: "H.265 4Kp60; all else in software", source: bcm2712 },
  governor: ondemand,
  quirks: [
    piThrottle,
    piSound,
    {
      what: "the vendor's kernel has memory pages of 16 KiB, some programs do not",
      source: piPages,
    },
  ],
};

const piZero2: KnownBoard = {
  name: "Raspberry Pi Zero 2 W",
  processor: { what: "RP3A0, 4 x Cortex-A53 at 1 GHz, 512 MB", source: rp3a0 },
  graphics: { what: "vc4, OpenGL ES 2.0", source: mesaVc4 },
  decoder: { what: "that of BCM2710A1, as in Raspberry Pi 3", source: rp3a0 },
  governor: ondemand,
  quirks: [
    piThrottle,
    piSound,
    { what: "512 MB for all: a small tier, and a drop-in with a lower MemoryHigh", source: rp3a0 },
  ],
};

const rk3588: KnownBoard = {
  name: "RK3588",
  processor: {
    what: "4 x Cortex-A76 at 2.4 GHz and 4 x Cortex-A55 at 1.8 GHz, up to 32 GB",
    source: rk3588Brief,
  },
  graphics: { what: "Mali-G610 by panthor, OpenGL ES 3.1", source: mesaPanfrost },
  decoder: { what: "H.265 8Kp60, H.264 8Kp30, AV1 4Kp60", source: rk3588Brief },
  governor: schedutil,
  quirks: [
    {
      what: "Mali-G610 wants panthor, merged in 2024: an older kernel shows by drm-sw",
      source: rk3588Gpu,
    },
    {
      what: "kernels before 2026 decode H.264 and H.265 with the vendor's patches only",
      source: rk3588Decoder,
    },
  ],
};

const rk3566: KnownBoard = {
  name: "RK3566",
  processor: { what: "4 x Cortex-A55 at 1.8 GHz", source: rk3566Board },
  graphics: { what: "Mali-G52 by panfrost, OpenGL ES 3.1", source: mesaPanfrost },
  decoder: { what: "H.264 and VP8 up to 1080p by Linux itself", source: rk3566Decoder },
  governor: schedutil,
  quirks: [],
};

const genericArm: KnownBoard = { name: "generic arm64", governor: schedutil, quirks: [] };
const miniPc: KnownBoard = { ...genericArm, name: "x86 mini PC" };

const boards: readonly { readonly pattern: RegExp; readonly board: KnownBoard }[] = [
  { pattern: /Raspberry Pi (?:4|400|Compute Module 4)/, board: pi4 },
  { pattern: /Raspberry Pi (?:5|500|Compute Module 5)/, board: pi5 },
  { pattern: /Raspberry Pi Zero 2/, board: piZero2 },
  { pattern: /RK3588|Rock 5[AB]|Orange ?Pi 5|NanoP[CI] ?[RT]6/i, board: rk3588 },
  { pattern: /RK3566|Quartz64|Orange ?Pi 3B|ROCK 3C|Zero 3[EW]/i, board: rk3566 },
];
