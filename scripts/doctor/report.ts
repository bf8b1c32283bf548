import { catalogue, type FindingCode } from "../../runtime/diagnostics/catalogue.ts";
import type { Evidence, Finding } from "../../runtime/diagnostics/finding.ts";

/** One look of the doctor. */
export interface Report {
  readonly findings: readonly Finding[];
  /** What could not be looked at, and why. */
  readonly unread: readonly { readonly what: string; readonly reason: string }[];
  readonly tookMs: number;
}

/** The report for a person at a terminal. */
export function reportText({ findings, unread, tookMs }: Report): string {
  const count = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
  const head = `${findings.length === 0 ? "Nothing is wrong" : count} (${seconds(tookMs)})`;
  const skipped = unread.map(({ what, reason }) => `not looked at: ${what} (${reason})`);
  return [head, ...findings.map(findingText), skipped.join("\n")].filter(Boolean).join("\n\n");
}

/** What a code means, whether it is found or not. */
export function codeText(code: FindingCode): string {
  const { severity, cause, visitor, next } = catalogue[code];
  return linesOf(`${severity.toUpperCase()} ${code}`, { cause, visitor, next });
}

function findingText({ code, severity, cause, visitor, next, evidence }: Finding): string {
  const seen = evidenceText(evidence);
  const lines = { cause, visitor, next, ...(seen === "" ? {} : { evidence: seen }) };
  return linesOf(`${severity.toUpperCase()} ${code}`, lines);
}

function linesOf(title: string, lines: Readonly<Record<string, string>>): string {
  const rows = Object.entries(lines).map(([key, value]) => `  ${key.padEnd(9)}${value}`);
  return [title, ...rows].join("\n");
}

function evidenceText(evidence: Evidence): string {
  return Object.entries(evidence)
    .map(([key, value]) => `${key}=${typeof value === "number" ? shown(value) : value}`)
    .join("  ");
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
