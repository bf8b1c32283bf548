import type { Report } from "../../runtime/studio/repo/check.ts";
import type { Versions } from "../../runtime/studio/repo/published.ts";
import type { Outcome } from "../../runtime/studio/repo/repository.ts";
import { type Draft, stateOf, wantedKeys } from "../../runtime/studio/repo/signing.ts";

/** What came of publishing, for people. */
export function outcomeLines(outcome: Outcome): string {
  if (outcome.state === "waiting") {
    const waiting = outcome.drafts.map(draftLine).join("");
    return `${waiting}nothing is published yet: frontdesk studio repo request, or sign --key\n`;
  }
  return `published: ${versionLine(outcome.versions)}\n`;
}

/** As `root 1, timestamp 7`. */
export function versionLine(versions: Versions): string {
  return Object.entries(versions)
    .map((pair) => pair.join(" "))
    .join(", ");
}

function draftLine(draft: Draft): string {
  const { signed, due } = stateOf(draft);
  const keys = wantedKeys(draft).map((id) => id.slice(0, 8));
  const name = `${draft.role} ${draft.metadata.signed.version}`;
  return `${name} has ${signed} of ${due} signatures; keys that may: ${keys.join(", ")}\n`;
}

/** What a check found, for people. */
export function reportLines({ roles, files, faults }: Report, nowMs: number): string {
  const ends = Object.entries(roles).map(([role, { version, expiresMs }]) => {
    const days = Math.round((expiresMs - nowMs) / dayMs);
    return `  ${role.padEnd(10)} ${String(version).padEnd(5)} ${daysLeft(days)}\n`;
  });
  const releases = new Set(files.map(({ path }) => path.split("/").slice(1, 3).join(" ")));
  const lines = [...releases].map((release) => `  ${release}\n`);
  const wrong = faults.map((fault) => `  ${fault}\n`);
  const end = faults.length === 0 ? "the repository is whole\n" : `${faults.length} faults\n`;
  return [
    ...ends,
    `${files.length} files of ${releases.size} releases\n`,
    ...lines,
    ...wrong,
    end,
  ].join("");
}

function daysLeft(days: number): string {
  return days >= 0 ? `for ${days} days` : `ended ${-days} days ago`;
}

const dayMs = 24 * 3600_000;
