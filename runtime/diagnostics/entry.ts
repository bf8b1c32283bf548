export type Severity = "critical" | "warning" | "notice";

/** What the catalogue says of a code; the same words in every place that shows it. */
export interface Entry {
  readonly severity: Severity;
  readonly cause: string;
  /** What it means for the visitor before the screen. */
  readonly visitor: string;
  /** What to do next. */
  readonly next: string;
}
