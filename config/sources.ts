/**
 * Whether a URL lies below one of those that are allowed: same scheme, host and port, and a path
 * that begins with the allowed one, level by level. Names and passwords in a URL allow nothing.
 * `sources` are URLs such as `https://media.example/greetings/` or `file:///srv/sounds/`.
 */
export function isAllowedSource(url: string, sources: readonly string[]): boolean {
  const wanted = URL.parse(url);
  if (wanted?.username !== "" || wanted.password !== "") return false;
  return sources.some((source) => {
    const allowed = URL.parse(source);
    if (!allowed || allowed.protocol !== wanted.protocol || allowed.host !== wanted.host) {
      return false;
    }
    const folder = allowed.pathname.endsWith("/") ? allowed.pathname : `${allowed.pathname}/`;
    return wanted.pathname === allowed.pathname || wanted.pathname.startsWith(folder);
  });
}
