/** An avatar package that cannot be used. `fault` says what is and what should be. */
export class AvatarError extends Error {
  override readonly name = "AvatarError";
  readonly fault: string;

  constructor(fault: string, subject?: string) {
    super(`Cannot open avatar${subject === undefined ? "" : ` ${subject}`}: ${fault}`);
    this.fault = fault;
  }

  /** The same fault, told of `subject`, e.g. `anna at 720p`. */
  of(subject: string): AvatarError {
    return new AvatarError(this.fault, subject);
  }
}

/** Throws unless `holds`: for bytes from outside; `assert` is for our own mistakes. */
export function demand(holds: boolean, fault: () => string): asserts holds {
  if (!holds) throw new AvatarError(fault());
}
