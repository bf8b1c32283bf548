import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock/clock.ts";
import { openAlsa } from "./alsa.ts";
import type { Audio } from "./audio.ts";
import { SilentAudio } from "./silent.ts";

export interface AudioChoice {
  readonly audio: Audio;
  /** Candidates that were looked at before, in order, and why each was not taken. */
  readonly refused: readonly AudioRefusal[];
}

interface AudioRefusal {
  readonly device: string;
  /** E.g. `"no sound server answers at /run/user/1000/pulse/native"`. */
  readonly reason: string;
}

/** Where a sound server may listen: the part of the environment that says so. */
type SoundEnvironment = Readonly<
  Partial<Record<"PULSE_SERVER" | "XDG_RUNTIME_DIR" | "PIPEWIRE_REMOTE", string>>
>;

/** What a choice is made from: the program of alsa.c, a clock for silence, the environment. */
interface SoundSource {
  readonly helperPath: string;
  readonly clock: Clock;
  readonly environment?: SoundEnvironment;
}

/**
 * Opens the loudspeaker. `auto` takes the first that opens: the PulseAudio server, the PipeWire
 * server, the default sound card, else silence with a true clock. Any other wish (`silent`, or a
 * device as ALSA names it) is opened or throws an error that says what to do.
 */
export async function openAudio(wish: string, source: SoundSource): Promise<AudioChoice> {
  const { helperPath, clock, environment = process.env } = source;
  if (wish === "silent") return { audio: new SilentAudio(clock), refused: [] };
  if (wish !== "auto") return { audio: await openAlsa(helperPath, wish), refused: [] };
  const refused: AudioRefusal[] = [];
  for (const { device, absence } of candidates(environment)) {
    const opened = absence ?? (await attempt(helperPath, device));
    if (typeof opened !== "string") return { audio: opened, refused };
    refused.push({ device, reason: opened });
  }
  return { audio: new SilentAudio(clock), refused };
}

interface Candidate {
  readonly device: string;
  /** Why there is no point in trying; undefined when there is. */
  readonly absence: string | undefined;
}

function candidates(environment: SoundEnvironment): Candidate[] {
  const runtime = environment.XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.() ?? 0}`;
  const pulse = environment.PULSE_SERVER ?? join(runtime, "pulse/native");
  const pipewire = join(runtime, environment.PIPEWIRE_REMOTE ?? "pipewire-0");
  const cards = globSync("/dev/snd/pcm*p");
  return [
    { device: "pulse", absence: absentSocket(pulse) },
    { device: "pipewire", absence: absentSocket(pipewire) },
    {
      device: "default",
      absence: cards.length > 0 ? undefined : "there is no sound card that plays (/dev/snd/pcm*p)",
    },
  ];
}

/** A server's address may be a path, `unix:` and a path, or a host, which only trying can tell. */
function absentSocket(address: string): string | undefined {
  const path = address.replace(/^unix:/, "");
  if (!path.startsWith("/") || existsSync(path)) return undefined;
  return `no sound server listens at ${path}`;
}

async function attempt(helperPath: string, device: string): Promise<Audio | string> {
  try {
    return await openAlsa(helperPath, device);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
