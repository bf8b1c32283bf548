/**
 * The id of a task's avatar, as packages, topics and jobs name it: the name as far as it is Latin,
 * and the last eight characters of the task's ULID, which keep two of the same name apart.
 */
export function nameAvatar(name: string, taskId: string): string {
  const plain = name.normalize("NFKD").toLowerCase();
  const word = plain.replaceAll(/\p{Mark}/gu, "").replaceAll(/[^a-z0-9]+/g, "-");
  const trimmed = word.slice(0, wordCharsMax).replaceAll(/^-+|-+$/g, "");
  return `${trimmed || "avatar"}-${taskId.slice(-8).toLowerCase()}`;
}

const wordCharsMax = 40;
