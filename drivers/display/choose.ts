import { spawn } from "node:child_process";
import { accessSync, constants, globSync } from "node:fs";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Flavour } from "./facade.ts";
import { asItIs, type ScreenWish } from "./scanout.ts";
import { screens } from "./screens.ts";

/** What is asked for: the best there is, one way, or the better of the two DRM ways. */
export type DisplayWish = "auto" | "drm" | Flavour;

export interface DisplayChoice {
  readonly flavour: Flavour;
  /** What the display will have: of DRM the screen's mode, else the size asked for. */
  readonly width: number;
  readonly height: number;
  /** Candidates that were tried before this one, in order, and why each was not taken. */
  readonly refused: readonly Refusal[];
}

interface Refusal {
  readonly flavour: Flavour;
  /** E.g. `"there is no graphics card (/dev/dri/card*)"`. */
  readonly reason: string;
}

/**
 * Finds a display, best first: DRM on the GPU, DRM in software, a window, memory. What may crash is
 * opened and closed once in a child process, so afterwards only opening the chosen one is left.
 *
 * DRM in software does without a screen until there is one, so who wishes for DRM always has it, at
 * the size asked for if no screen says better; a card that is still being found is waited for.
 * Throws when the wish names a GPU or a window that cannot be had; the error says what is missing.
 */
export async function chooseDisplay(
  native: string,
  wish: DisplayWish,
  size: Size,
  screen: ScreenWish = asItIs,
): Promise<DisplayChoice> {
  const refused: Refusal[] = [];
  if (wish.startsWith("drm")) await cardOrTimeout();
  for (const flavour of candidates[wish]) {
    const waits = flavour === "drm-sw" && wish !== "auto";
    const trial = waits ? pictureSize(size, screen) : await tryOut(native, flavour, size, screen);
    if (typeof trial !== "string") return { flavour, ...trial, refused };
    refused.push({ flavour, reason: trial });
  }
  const reasons = new Set(refused.map(({ reason }) => reason));
  throw new Error(`Cannot open display "${wish}": ${[...reasons].join("; ")}`);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const candidates: Record<DisplayWish, readonly Flavour[]> = {
  auto: ["drm-gles", "drm-sw", "window", "memory"],
  drm: ["drm-gles", "drm-sw"],
  "drm-gles": ["drm-gles"],
  "drm-sw": ["drm-sw"],
  window: ["window"],
  memory: ["memory"],
};

/** The size it opened with, or why it did not. */
async function tryOut(
  native: string,
  flavour: Flavour,
  wished: Size,
  screen: ScreenWish,
): Promise<Size | string> {
  if (flavour === "memory") return wished;
  const missing = flavour === "window" ? missingForWindow() : missingForDrm();
  if (missing !== undefined) return missing;
  if (flavour === "drm-sw") return pictureSize(wished, screen);
  return probe(native, flavour, flavour === "window" ? wished : screenSize(wished));
}

/** What is drawn for a screen in software: its mode, turned as the monitor is. */
function pictureSize(wished: Size, { mode, rotation }: ScreenWish): Size {
  if (mode === "largest") return wished;
  const [, width, height] = /^(\d+)x(\d+)$/.exec(mode) ?? [];
  const exact = width === undefined ? undefined : { width: Number(width), height: Number(height) };
  const size = exact ?? screenSize(wished);
  const isTurned = rotation % 180 !== 0 && size !== wished;
  return isTurned ? { width: size.height, height: size.width } : size;
}

/** The mode that the screen itself prefers, unless that is more than a CPU can fill in time. */
function screenSize(wished: Size): Size {
  const mode = screens().find((screen) => screen.connected)?.mode;
  return mode === undefined || mode.width * mode.height > softwarePixelsMax ? wished : mode;
}

/** 1920 x 1200; a larger screen has the picture scaled up. */
const softwarePixelsMax = 2_304_000;

/** While a board boots, the daemon may be there before the graphics driver is. */
async function cardOrTimeout(): Promise<void> {
  for (let waitedMs = 0; waitedMs < cardMsMax && screens().length === 0; waitedMs += cardLookMs) {
    await sleep(cardLookMs);
  }
}

const cardMsMax = 3_000;
const cardLookMs = 50;

function missingForWindow(): string | undefined {
  if (process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return undefined;
  return "neither DISPLAY nor WAYLAND_DISPLAY is set";
}

function missingForDrm(): string | undefined {
  const cards = globSync("/dev/dri/card*");
  if (cards.length === 0) return "there is no graphics card (/dev/dri/card*)";
  if (!cards.some(isOpenable)) {
    return `${cards.join(", ")} cannot be opened, the user must be in the group video`;
  }
  const known = screens();
  if (known.length === 0) return "no graphics card here has a connector for a screen";
  if (known.some((screen) => screen.connected)) return undefined;
  return `no screen is connected (${known.map((screen) => screen.connector).join(", ")})`;
}

function isOpenable(card: string): boolean {
  try {
    accessSync(card, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function probe(native: string, flavour: Flavour, size: Size): Promise<Size | string> {
  const script = fileURLToPath(new URL("probe.ts", import.meta.url));
  const args = [script, native, flavour, String(size.width), String(size.height)];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: probeMsMax,
    killSignal: "SIGKILL",
  });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(signal ?? String(code)));
  });
  const [found, complaint, end] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
  ]);
  if (end !== "0") return explain(end, complaint);
  if (found === "") return unusable[flavour];
  const { width, height, renderer } = JSON.parse(found) as Size & { renderer: string };
  if (onCpu.test(renderer)) return `no GPU: ${renderer} draws on the CPU`;
  return { width, height };
}

/** Opening a screen takes a fraction of a second; asking a monitor for its modes, seconds. */
const probeMsMax = 15_000;

/** Mesa's renderers for want of a GPU; our own software flavour is several times faster. */
const onCpu = /llvmpipe|softpipe|swrast/i;

const unusable: Record<Flavour, string> = {
  "drm-gles": "the GPU cannot draw to the screen, or another program holds the screen",
  "drm-sw": "the screen cannot be drawn to, or another program holds it",
  window: "the desktop does not answer, or has no OpenGL ES 2",
  memory: "no memory for the picture",
};

function explain(end: string, complaint: string): string {
  if (end === "SIGKILL") return `no answer within ${probeMsMax / 1000} s`;
  if (end.startsWith("SIG")) return `the graphics driver crashed (${end})`;
  const error = complaint.split("\n").find((line) => line.startsWith("Error: "));
  return error?.slice("Error: ".length) ?? `the probe ended with status ${end}`;
}
