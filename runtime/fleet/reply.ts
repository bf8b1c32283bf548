const topicCharsMax = 256;

/**
 * Why a Response Topic cannot be used; undefined when it can. A sender must not make this device
 * give orders: neither to itself nor to another one, whose topics lie in the same namespace.
 */
export function replyProblem(topic: string, namespace: string): string | undefined {
  const shown = topic.length > 80 ? `${topic.slice(0, 80)}…` : topic;
  const refuse = (reason: string) => `Cannot reply to "${shown}": ${reason}`;
  if (topic === "" || topic.length > topicCharsMax) {
    return refuse(`it has ${topic.length} characters, it should have 1 to ${topicCharsMax}`);
  }
  if (/[+#\0]/.test(topic)) return refuse("it has a wildcard or NUL, it must name one topic");
  if (topic.startsWith("$")) return refuse("it is the broker's own, it should be the sender's");
  if (topic.startsWith(namespace)) return refuse(`topics below ${namespace} belong to devices`);
  return undefined;
}
