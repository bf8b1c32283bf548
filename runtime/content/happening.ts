/** A step of a release that the fleet should know of. */
export interface Happening {
  readonly severity: "info" | "warning";
  readonly code:
    | "CONTENT_INSTALLED"
    | "CONTENT_COMMITTED"
    | "CONTENT_ROLLED_BACK"
    | "CONTENT_DAMAGED";
  readonly detail: Readonly<Record<string, string>>;
}
