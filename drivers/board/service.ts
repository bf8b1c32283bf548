import type { Service } from "./board.ts";
import { ask } from "./files.ts";

const unit = "frontdesk.service";
const properties = "LoadState,ActiveState,Result,NRestarts,WatchdogUSec";

/** The unit as systemd sees it; undefined, with a note, where systemd does not run. */
export async function readService(
  note: (what: string, reason: string) => undefined,
): Promise<Service | undefined> {
  const shown = await ask("systemctl", ["show", unit, `--property=${properties}`]);
  if ("reason" in shown) return note("service", shown.reason);
  const values = new Map(shown.text.split("\n").map(splitProperty));
  const errors = ["--unit", unit, "--boot", "--priority=err", "--lines=50", "--output=cat"];
  const journal = await ask("journalctl", [...errors, "--no-pager", "--quiet"]);
  if ("reason" in journal) note("journal", journal.reason);
  return {
    load: values.get("LoadState") ?? "unknown",
    active: values.get("ActiveState") ?? "unknown",
    result: values.get("Result") ?? "unknown",
    restarts: Number(values.get("NRestarts") ?? 0),
    watchdogMs: spanMs(values.get("WatchdogUSec") ?? "0"),
    journalErrors: "text" in journal ? journal.text.split("\n").filter(Boolean) : undefined,
  };
}

function splitProperty(line: string): [string, string] {
  const at = line.indexOf("=");
  return [line.slice(0, at), line.slice(at + 1)];
}

const spans: Readonly<Record<string, number>> = { min: 60_000, s: 1000, ms: 1, h: 3600_000 };

/** systemd.time(7), as `systemctl show` writes it: `30s`, `1min 30s`, `infinity`. */
export function spanMs(text: string): number {
  const parts = [...text.matchAll(/(\d+)(min|ms|s|h)/g)];
  return parts.reduce((sum, [, count, span]) => sum + Number(count) * (spans[span ?? ""] ?? 0), 0);
}
