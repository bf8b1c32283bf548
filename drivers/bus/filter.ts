/** Whether a topic filter with `+` and `#` takes a topic (MQTT 5, 4.7). */
export function matchesFilter(filter: string, topic: string): boolean {
  const wanted = filter.split("/");
  const levels = topic.split("/");
  // 4.7.2: a wildcard at the front does not see the broker's own topics.
  if (topic.startsWith("$") && !filter.startsWith("$")) return false;
  for (const [index, level] of wanted.entries()) {
    if (level === "#") return true;
    if (levels[index] === undefined) return false;
    if (level !== "+" && level !== levels[index]) return false;
  }
  return wanted.length === levels.length;
}
