/** Why a package cannot be used: it is not what it should be, or nobody trusted signed it. */
export type AvatarTrouble = "damaged" | "untrusted";

/** An avatar package that cannot be used. `fault` says what is and what should be. */
export class AvatarError extends Error {
  override readonly name = "AvatarError";
  readonly fault: string;
  readonly trouble: AvatarTrouble;

  constructor(fault: string, subject?: string, trouble: AvatarTrouble = "damaged") {
    super(`Cannot open avatar${subject === undefined ? "" : ` ${subject}`}: ${fault}`);
    this.fault = fault;
    this.trouble = trouble;
  }

  /** The same fault, told of `subject`, e.g. `anna at 720p`. */
  of(subject: string): AvatarError {
    return new AvatarError(this.fault, subject, this.trouble);
  }
}

/** Throws unless `holds`: for bytes from outside; `assert` is for our own mistakes. */
export function demand(holds: boolean, fault: () => string): asserts holds {
  if (!holds) throw new AvatarError(fault());
}
