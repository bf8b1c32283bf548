/**
 * Moments as metadata writes them, `2030-01-01T00:00:00Z`: ISO 8601 in UTC to the second and in no
 * other form (TUF specification 1.0.33, 4.2.1). Days of the civil calendar are counted as by Howard
 * Hinnant, howardhinnant.github.io/date_algorithms.html.
 */

const secondMs = 1_000;
const dayMs = 24 * 3600 * secondMs;
const eraDays = 146_097;
/** From 0000-03-01 to 1970-01-01. */
const epochDays = 719_468;

/** Milliseconds since 1970 UTC; undefined when the text is no such moment. */
export function readMoment(text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number);
  const ms = daysTo(year, month, day) * dayMs + ((hour * 60 + minute) * 60 + second) * secondMs;
  // A day or an hour that does not exist would be written differently.
  return writeMoment(ms) === text ? ms : undefined;
}

/** Milliseconds since 1970 UTC, cut to the second. */
export function writeMoment(wallMs: number): string {
  const days = Math.floor(wallMs / dayMs);
  const seconds = Math.floor((wallMs - days * dayMs) / secondMs);
  const [hour, minute] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const time = [hour, minute, seconds % 60].map((part) => padded(part, 2)).join(":");
  return `${dateOf(days)}T${time}Z`;
}

function daysTo(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * eraDays + dayOfEra - epochDays;
}

function dateOf(days: number): string {
  const z = days + epochDays;
  const era = Math.floor(z / eraDays);
  const dayOfEra = z - era * eraDays;
  const leaps =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const before = 365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  const dayOfYear = dayOfEra - before;
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return [padded(year, 4), padded(month, 2), padded(day, 2)].join("-");
}

function padded(part: number, digits: number): string {
  return String(part).padStart(digits, "0");
}
