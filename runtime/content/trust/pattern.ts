/**
 * Whether a path falls under a pattern (TUF specification 1.0.33, 4.5, `PATHPATTERN`): `*` stands
 * for any characters and `?` for one, both within a part between slashes. Takes time with the
 * product of their lengths at most, whatever a pattern holds: who writes it may be an attacker.
 */
export function isUnder(path: string, pattern: string): boolean {
  const [parts, patterns] = [path.split("/"), pattern.split("/")];
  if (parts.length !== patterns.length) return false;
  return parts.every((part, place) => fits([...part], [...(patterns[place] ?? "")]));
}

/**
 * Whether all readers take a pattern for the same: braces, brackets, extended globs, negations and
 * comments mean much to one and nothing to another.
 */
export function isPlainPattern(pattern: string): boolean {
  return !/[[\]{}\\]|[?*+@!]\(|(^|\/)[!#]/.test(pattern);
}

/** After a miss only the last star takes one character more. */
function fits(part: readonly string[], pattern: readonly string[]): boolean {
  let [at, to, star, taken] = [0, 0, -1, 0];
  while (at < part.length) {
    if (pattern[to] === "*") {
      star = to++;
      taken = at;
    } else if (pattern[to] === "?" || pattern[to] === part[at]) {
      at += 1;
      to += 1;
    } else if (star >= 0) {
      taken += 1;
      at = taken;
      to = star + 1;
    } else return false;
  }
  return pattern.slice(to).every((char) => char === "*");
}
