/** Why metadata of a repository is refused, or why nothing can be said of it now. */
export type TrustCode =
  /** The root file that this device was given is none. */
  | "TRUST_ROOT_FILE"
  /** Waits: whether metadata has expired cannot be told before the clock is right. */
  | "TRUST_NO_CLOCK"
  /** Waits: the clock says less than it did when metadata was last found fresh. */
  | "TRUST_CLOCK_BEHIND"
  | "TRUST_UNREACHABLE"
  /** Slow retrieval: nothing, or next to nothing, came for too long. */
  | "TRUST_STALLED"
  /** A file that must be there is not. */
  | "TRUST_ABSENT"
  | "TRUST_ENDLESS_DATA"
  | "TRUST_FORMAT"
  /** What two readers may read differently: a name twice, half a character, a wild pattern. */
  | "TRUST_AMBIGUOUS"
  | "TRUST_SPEC_VERSION"
  /** Metadata of one role in place of another's. */
  | "TRUST_WRONG_ROLE"
  | "TRUST_DUPLICATE_SIGNATURE"
  /** Arbitrary software: no key of the role has signed. */
  | "TRUST_SIGNATURE"
  /** Some keys of the role have signed, but too few. */
  | "TRUST_THRESHOLD"
  /** A new root that the root before it does not vouch for. */
  | "TRUST_ROOT_SIGNATURE"
  /** A new root that its own keys have not signed. */
  | "TRUST_ROOT_SELF_SIGNATURE"
  | "TRUST_ROOT_ROLLBACK"
  /** A root in the chain is left out. */
  | "TRUST_ROOT_SKIPPED"
  | "TRUST_TIMESTAMP_ROLLBACK"
  | "TRUST_SNAPSHOT_ROLLBACK"
  | "TRUST_TARGETS_ROLLBACK"
  /** A list that the snapshot must name, or that the one before named, is gone. */
  | "TRUST_TARGETS_REMOVED"
  /** Freeze: what is served was right once. */
  | "TRUST_ROOT_EXPIRED"
  | "TRUST_TIMESTAMP_EXPIRED"
  | "TRUST_SNAPSHOT_EXPIRED"
  | "TRUST_TARGETS_EXPIRED"
  | "TRUST_LENGTH"
  | "TRUST_HASH"
  /** Mix and match: not the snapshot that the timestamp names. */
  | "TRUST_SNAPSHOT_MIXED"
  /** Mix and match: not the list that the snapshot names. */
  | "TRUST_TARGETS_MIXED"
  /** No list of those that may speak of this path has it. */
  | "TRUST_TARGET_UNLISTED"
  /** Delegations lead on and on. */
  | "TRUST_DELEGATIONS_MANY";

/** What a caller tells others; `retryable`: the same question may have another answer later. */
export interface TrustTrouble {
  readonly code: TrustCode;
  readonly message: string;
  readonly retryable: boolean;
}

/** Metadata that is refused, or that cannot be had; what was trusted before stays so. */
export class TrustError extends Error implements TrustTrouble {
  override readonly name = "TrustError";
  readonly code: TrustCode;

  constructor(code: TrustCode, fault: string, cause?: unknown) {
    super(`Cannot trust the repository: ${fault}`, { cause });
    this.code = code;
  }

  get retryable(): boolean {
    return retryables.has(this.code);
  }
}

/** Throws unless `holds`: for bytes from outside. */
export function demand(holds: boolean, code: TrustCode, fault: () => string): asserts holds {
  if (!holds) throw new TrustError(code, fault());
}

/** Time, the network or whoever keeps the repository may mend these; others are an attack. */
const retryables: ReadonlySet<TrustCode> = new Set([
  "TRUST_NO_CLOCK",
  "TRUST_CLOCK_BEHIND",
  "TRUST_UNREACHABLE",
  "TRUST_STALLED",
  "TRUST_ABSENT",
  "TRUST_TARGET_UNLISTED",
  "TRUST_ROOT_EXPIRED",
  "TRUST_TIMESTAMP_EXPIRED",
  "TRUST_SNAPSHOT_EXPIRED",
  "TRUST_TARGETS_EXPIRED",
]);
