import { getRandomValues } from "node:crypto";
import type { Clock, LocalTime, Stamps } from "./clock.ts";
import { ulid } from "./ulid.ts";

/** Stamps of this board: the clock's wall time and ids with real chance in them. */
export function systemStamps(clock: Clock): Stamps {
  return stampsOf(clock, () => getRandomValues(new Uint8Array(10)), localTime);
}

/** Stamps that are the same in every run: a counter stands in for chance, the board is in UTC. */
export function countedStamps(clock: Clock): Stamps {
  const chance = new DataView(new ArrayBuffer(10));
  let count = 0;
  return stampsOf(
    clock,
    () => {
      chance.setUint32(6, ++count);
      return new Uint8Array(chance.buffer);
    },
    utcTime,
  );
}

function stampsOf(
  clock: Clock,
  chance: () => Uint8Array,
  timeOf: (moment: Date) => LocalTime,
): Stamps {
  return {
    wallMs: () => clock.wallMs(),
    isoTime: (wallMs) => new Date(wallMs).toISOString(),
    localTime: (wallMs) => timeOf(new Date(wallMs)),
    newId: () => ulid(Math.max(clock.wallMs(), 0), chance()),
  };
}

function localTime(moment: Date): LocalTime {
  const minute = moment.getHours() * 60 + moment.getMinutes();
  return { weekday: moment.getDay() || 7, minute };
}

function utcTime(moment: Date): LocalTime {
  const minute = moment.getUTCHours() * 60 + moment.getUTCMinutes();
  return { weekday: moment.getUTCDay() || 7, minute };
}
