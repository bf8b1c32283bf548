/** Throws a RangeError unless it is a SHA-256 in hex. */
export function checkHash(sha256: string): void {
  if (/^[0-9a-f]{64}$/.test(sha256)) return;
  throw new RangeError(`Cannot use object ${JSON.stringify(sha256)}: 64 of 0-9 a-f are due`);
}

/** Throws a RangeError unless it is a plain name of staging, which has no dots. */
export function checkStagingName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(name)) return;
  const rule = "1 to 100 of A-Z a-z 0-9 _ -, a letter or digit first";
  throw new RangeError(`Cannot use staging name ${JSON.stringify(name)}: names are ${rule}`);
}

/** Throws a RangeError unless it fits into a mark. */
export function checkNote(note: string): void {
  if (note.length <= 200 && !/[\r\n]/.test(note)) return;
  throw new RangeError("Cannot mark staging: a note is one line of 200 characters at most");
}
