import type { SiteFields } from "../../../drivers/site/site.ts";
import type { Role } from "../act.ts";
import type { Language, Words } from "./language.ts";

/** What a page is painted with, beside what it shows. */
export interface Scene {
  readonly words: Words;
  /** Of who looks; `visitor`: nobody signed in. */
  readonly role: Role | "visitor";
  /** Stands in each form, and is demanded with it. */
  readonly csrf: string;
  readonly timeZone: string;
  readonly nowMs: number;
  /** What was typed into a form that the studio refused. */
  readonly entered: SiteFields;
}

const locales: Readonly<Record<Language, string>> = { en: "en-GB", zh: "zh-CN" };

/** A moment as its reader writes it, where the account is. */
export function momentOf({ words, timeZone }: Scene, ms: number): string {
  const style = { dateStyle: "medium", timeStyle: "short", timeZone } as const;
  return new Intl.DateTimeFormat(locales[words.language], style).format(ms);
}

export function dayOf({ words, timeZone }: Scene, ms: number): string {
  const style = { dateStyle: "medium", timeZone } as const;
  return new Intl.DateTimeFormat(locales[words.language], style).format(ms);
}

/** `12.5 MB`; powers of ten, as programs that copy files show them. */
export function sizeOf({ words }: Scene, bytes: number): string {
  const [unit, size] =
    bytes >= 1e9
      ? (["gigabyte", bytes / 1e9] as const)
      : bytes >= 1e6
        ? (["megabyte", bytes / 1e6] as const)
        : (["kilobyte", bytes / 1e3] as const);
  const style = { style: "unit", unit, maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locales[words.language], style).format(size);
}

export function hoursOf({ words }: Scene, seconds: number): string {
  const style = { maximumFractionDigits: 1 } as const;
  const hours = new Intl.NumberFormat(locales[words.language], style).format(seconds / 3600);
  return words("hours.count", { hours });
}

export function percentOf({ words }: Scene, share: number): string {
  const style = { style: "percent" } as const;
  return new Intl.NumberFormat(locales[words.language], style).format(share);
}
