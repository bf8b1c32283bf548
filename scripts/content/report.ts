import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import { lastVolatileFolder } from "../../drivers/disk/volatile.ts";
import type { ContentReport } from "../../runtime/content/report.ts";
import { boardName } from "../../runtime/wiring/content.ts";
import { openHere } from "./here.ts";

/** How the avatars of this device stand: by its daemon's last word, else by what lies there. */
export async function readReport(config: Config): Promise<ContentReport> {
  try {
    await using here = await openHere(config);
    return here.warehouse.keeper.report();
  } catch (error) {
    const report = reportOfDaemon(config.device);
    if (report === undefined) throw error;
    return report;
  }
}

/** What the daemon told last; undefined: nothing that this user may read. */
function reportOfDaemon(device: string): ContentReport | undefined {
  const folder = lastVolatileFolder(device);
  if (folder === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(join(folder, boardName), "utf8"));
  } catch {
    // Of an older program, or of a daemon that is just starting.
    return undefined;
  }
}

/** The report for a person at a terminal. */
export function reportText(report: ContentReport): string {
  const { version, state, errors, avatars, installed, shown, poisoned } = report;
  const set = version === null ? "no set is desired" : `set ${version}: ${state}`;
  const screen = shown ? `on the screen: ${shown.id} at ${shown.tier}` : "";
  const wishes = avatars.map((avatar) => [
    ...[avatar.id, avatar.version ?? "newest", avatar.state],
    progressText(avatar.progress) || (avatar.errors[0]?.message ?? ""),
  ]);
  const here = installed.map(({ id, version, tiers, role, proven }) => {
    return [id, version, tiers.join(" "), proven ? role : `${role}, on trial`];
  });
  const bad = poisoned.map(({ id, version, code }) => [id, version, code]);
  return [
    [set, screen, ...errors.map(({ message }) => message)].filter(Boolean).join("\n"),
    table(["avatar", "version", "state", ""], wishes),
    table(["installed", "version", "tiers", "role"], here),
    table(["failed here", "version", "why"], bad),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function progressText(progress: ContentReport["avatars"][number]["progress"]): string {
  if (progress === undefined) return "";
  const { bytes, of, bytesPerSecond } = progress;
  return `${mega(bytes)} of ${mega(of)} MB, ${mega(bytesPerSecond)} MB/s`;
}

function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** Columns as wide as what is in them; nothing where there are no rows. */
function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const all = [heading, ...rows];
  const widths = heading.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd();
  return all.map(line).join("\n");
}
