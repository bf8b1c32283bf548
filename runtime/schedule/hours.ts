import type { LocalTime } from "../../drivers/clock/clock.ts";

/** A part of the day, on some days of the week. */
export interface Hours {
  /** `HH:MM`, where the board is; the minute itself belongs to it. */
  readonly from: string;
  /** The first minute that does not. Not later than `from`: of the next day. */
  readonly to: string;
  /** On which days it begins, 1 Monday to 7 Sunday (ISO 8601); absent: on each. */
  readonly days?: readonly number[];
}

/** Whether `at` lies within; hours that go past midnight belong to the day they begin on. */
export function within({ from, to, days }: Hours, { weekday, minute }: LocalTime): boolean {
  const begins = (day: number): boolean => days === undefined || days.includes(day);
  const start = minuteOf(from);
  const end = minuteOf(to);
  if (start < end) return begins(weekday) && minute >= start && minute < end;
  const yesterday = weekday === 1 ? 7 : weekday - 1;
  return (begins(weekday) && minute >= start) || (begins(yesterday) && minute < end);
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
