import { getRandomValues } from "node:crypto";
import type { Clock, Stamps } from "./clock.ts";
import { ulid } from "./ulid.ts";

/** Stamps of this board: the clock's wall time and ids with real chance in them. */
export function systemStamps(clock: Clock): Stamps {
  return stampsOf(clock, () => getRandomValues(new Uint8Array(10)));
}

/** Stamps that are the same in every run: a counter stands in for chance. */
export function countedStamps(clock: Clock): Stamps {
  const chance = new DataView(new ArrayBuffer(10));
  let count = 0;
  return stampsOf(clock, () => {
    chance.setUint32(6, ++count);
    return new Uint8Array(chance.buffer);
  });
}

function stampsOf(clock: Clock, chance: () => Uint8Array): Stamps {
  return {
    wallMs: () => clock.wallMs(),
    isoTime: (wallMs) => new Date(wallMs).toISOString(),
    newId: () => ulid(Math.max(clock.wallMs(), 0), chance()),
  };
}
