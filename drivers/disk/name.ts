/** Throws a RangeError unless `name` is a plain file name: no folder, not hidden, no NUL. */
export function checkName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name)) return;
  const rule = "1 to 128 of A-Z a-z 0-9 . _ -, a letter or digit first";
  throw new RangeError(`Cannot use file name ${JSON.stringify(name)}: names are ${rule}`);
}
