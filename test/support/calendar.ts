import assert from "node:assert/strict";

/**
 * The rule of six months once more, by other means: it knows a time zone only by asking Intl what
 * the clock on a wall there shows, and tries the instants that could show what is looked for.
 */
export function monthsLater(fromMs: number, months: number, zone: string): number {
  const from = wall(fromMs, zone);
  const count = from.year * 12 + (from.month - 1) + months;
  const year = Math.floor(count / 12);
  const month = (count % 12) + 1;
  const day = Math.min(from.day, daysOf(year, month));
  const wantedMs = Date.UTC(year, month - 1, day) + from.msOfDay;
  // What the wall would show in UTC, less each offset that the zone has about then.
  const offsets = new Set<number>();
  for (let hour = -48; hour <= 48; hour++) offsets.add(offsetMs(wantedMs + hour * 3_600_000, zone));
  const instants = [...offsets]
    .map((offset) => wantedMs - offset)
    .filter((ms) => ms + offsetMs(ms, zone) === wantedMs)
    .sort((a, b) => a - b);
  // Nothing shows it where the clocks jump over it: by the offset that held before the jump.
  return instants[0] ?? wantedMs - offsetMs(wantedMs - 24 * 3_600_000, zone);
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function offsetMs(ms: number, zone: string): number {
  const { year, month, day, msOfDay } = wall(ms, zone);
  return Date.UTC(year, month - 1, day) + msOfDay - ms;
}

function wall(ms: number, zone: string) {
  const parts = formatOf(zone).formatToParts(ms);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const seconds = part("hour") * 3600 + part("minute") * 60 + part("second");
  const msOfDay = seconds * 1_000 + (((ms % 1_000) + 1_000) % 1_000);
  const shown = { year: part("year"), month: part("month"), day: part("day"), msOfDay };
  assert(Object.values(shown).every(Number.isInteger), `${zone} has a wall clock`);
  return shown;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const kept = formats.get(zone);
  if (kept) return kept;
  const numeric = "2-digit";
  const format = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone: zone, calendar: "gregory", hourCycle: "h23" },
    ...{ year: "numeric", month: numeric, day: numeric },
    ...{ hour: numeric, minute: numeric, second: numeric },
  });
  formats.set(zone, format);
  return format;
}

const formats = new Map<string, Intl.DateTimeFormat>();
