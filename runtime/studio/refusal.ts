/**
 * Why the studio did not do what was asked. Nothing has changed then. It is a value that actions
 * return, told from others by `instanceof`; sent as JSON it is its fields.
 */
export class Refusal {
  readonly code: RefusalCode;
  /** "Cannot <action>: <what is>, <what should be>". */
  readonly message: string;
  /** What to get first, for a page to name. */
  readonly missing?: readonly Missing[];
  /** JSON Pointer into what was handed in. */
  readonly path?: string;

  constructor(code: RefusalCode, message: string, more: Pick<Refusal, "missing" | "path"> = {}) {
    this.code = code;
    this.message = message;
    if (more.missing) this.missing = more.missing;
    if (more.path !== undefined) this.path = more.path;
  }
}

export type RefusalCode =
  /** This role may not do that. */
  | "FORBIDDEN"
  /** No such thing, or not of this account. */
  | "UNKNOWN"
  /** What was handed in is wrong; `path` says where. */
  | "INVALID"
  /** It is at a step where that cannot follow. */
  | "WRONG_STEP"
  /** No valid quota for the acceptance. */
  | "NO_QUOTA"
  /** A scenario lacks what `missing` lists. */
  | "MISSING"
  /** Another has this name, address or id. */
  | "TAKEN"
  /** No seat is left in the pool. */
  | "NO_SEAT"
  /** The pool's time is over. */
  | "EXPIRED"
  /** The hour package is used up. */
  | "NO_HOURS"
  /** A worker's lease on this work is not, or no longer, its own. */
  | "LEASE_LOST";

/** Something that is needed and can be ordered. */
export interface Missing {
  readonly what: "quota" | "hours";
  /** SKUs that help, any of them. */
  readonly skus: readonly string[];
  /** For a log or a page that has no words of its own. */
  readonly text: string;
}

export function unknown(what: string, id: string): Refusal {
  return new Refusal("UNKNOWN", `Cannot find ${what} ${id}: there is none in this account`);
}

export function forbidden(action: string, role: string): Refusal {
  return new Refusal("FORBIDDEN", `Cannot ${action}: role is ${role}, which may not`);
}

export function invalid(path: string, message: string): Refusal {
  return new Refusal("INVALID", message, { path });
}
