import type { Manager, Seen } from "./manager.ts";

const columns = [
  ["device", 24],
  ["state", 13],
  ["tier", 6],
  ["health", 9],
  ["config", 14],
  ["job", 40],
] as const;

/** All devices that fit, one line each, under a heading. */
export function fleetTable(manager: Manager, glob: string): string {
  const heading = line(columns.map(([name]) => name));
  const rows = manager.devices(glob).map(([device, seen]) => line([device, ...cellsOf(seen)]));
  return [heading, ...rows].join("\n");
}

function cellsOf({ state, info, health, now, config }: Seen): string[] {
  const codes = health?.findings.map(({ code }) => code).join(" ") ?? "";
  const waiting = now && now.depth > 0 ? ` +${now.depth}` : "";
  const job = now?.jobId ? `${now.jobId} ${now.state}${waiting}` : "";
  return [
    state?.state ?? "?",
    info?.tier ?? "?",
    health?.level ?? "?",
    config?.version == null ? "-" : `${config.version} ${config.state}`,
    [job, codes].filter(Boolean).join("  "),
  ];
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell, at) => cell.padEnd(columns[at]?.[1] ?? 0))
    .join(" ")
    .trimEnd();
}
