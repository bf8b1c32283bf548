import { catalogue, type FindingCode } from "./catalogue.ts";
import type { Entry, Severity } from "./entry.ts";

/** Plain values that prove a finding; secrets are taken out before anything leaves the board. */
export type Evidence = Readonly<Record<string, string | number | boolean | null>>;

/** One diagnosed fact, the same wherever it is shown. */
export interface Finding extends Entry {
  readonly code: FindingCode;
  readonly evidence: Evidence;
}

/** The catalogue's words for a code, with what was seen. */
export function finding(code: FindingCode, evidence: Evidence = {}): Finding {
  return { code, ...catalogue[code], evidence };
}

/** 0: nothing wrong; 1: something to mend; 2: the visitor does not get what is promised. */
export function exitStatus(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ severity }) => severity === "critical")) return 2;
  return findings.some(({ severity }) => severity === "warning") ? 1 : 0;
}

const order: readonly Severity[] = ["critical", "warning", "notice"];

/** Worst first, otherwise in the order they were found. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
