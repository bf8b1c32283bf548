/** What a repository's keeper asked for that cannot be done; nothing has changed then. */
export class RepositoryError extends Error {
  override readonly name = "RepositoryError";

  constructor(action: string, fault: string) {
    super(`Cannot ${action}: ${fault}`);
  }
}

/** Throws unless `holds`. */
export function must(holds: boolean, action: string, fault: () => string): asserts holds {
  if (!holds) throw new RepositoryError(action, fault());
}
