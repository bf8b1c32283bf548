import type { Config } from "../../config/config.ts";
import type { LocalTime } from "../../drivers/clock/clock.ts";
import { within } from "./hours.ts";

/** How the kiosk is to be at a time of day. */
export interface Duty {
  /** The screen is off while nobody is spoken to. */
  readonly rests: boolean;
  /** 0 to 1. */
  readonly volume: number;
  /** Who is on stage, by id; absent: whoever is there without a schedule. */
  readonly avatar?: string;
}

/**
 * What the schedule says of `at`, the first entry that fits having the word. A board that does not
 * know the time (`undefined`) follows none: a screen that is on at night is better than one that is
 * off by day.
 */
export function dutyAt(
  { schedule, audio }: Pick<Config, "schedule" | "audio">,
  at: LocalTime | undefined,
): Duty {
  if (at === undefined) return { rests: false, volume: audio.volume };
  const louder = schedule.volume.find((hours) => within(hours, at));
  const scheduled = schedule.avatars.find((hours) => within(hours, at));
  return {
    rests: schedule.screenOff.some((hours) => within(hours, at)),
    volume: louder?.volume ?? audio.volume,
    ...(scheduled ? { avatar: scheduled.id } : {}),
  };
}
