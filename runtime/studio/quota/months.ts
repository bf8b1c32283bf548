import { Temporal } from "temporal-polyfill";

/**
 * The instant that lies calendar months after another, by the calendar and the clocks of a time
 * zone (IANA): the same day and time of day; the last day of a month that has no such day (31
 * August and six months: 28 or 29 February); where that time of day is skipped, as much later as
 * the clocks jump; where it comes twice, the first. These are the rules of Temporal, ECMA-262.
 */
export function addMonths(fromMs: number, months: number, timeZone: string): number {
  const from = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timeZone);
  return from.add({ months }).epochMilliseconds;
}

/** Whether there is such a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
