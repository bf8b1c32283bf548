import { getRandomValues } from "node:crypto";
import type { Clock, Stamps } from "./clock.ts";
import { ulid } from "./ulid.ts";

/** Stamps of this board: the clock's wall time and ids with real chance in them. */
export function systemStamps(clock: Clock): Stamps {
  const wallMs = () => clock.wallMs();
  return { wallMs, newId: () => ulid(Math.max(wallMs(), 0), getRandomValues(new Uint8Array(10))) };
}

/** Stamps that are the same in every run: a counter stands in for chance. */
export function countedStamps(clock: Clock): Stamps {
  const chance = new DataView(new ArrayBuffer(10));
  let count = 0;
  const newId = () => {
    chance.setUint32(6, ++count);
    return ulid(Math.max(clock.wallMs(), 0), new Uint8Array(chance.buffer));
  };
  return { wallMs: () => clock.wallMs(), newId };
}
