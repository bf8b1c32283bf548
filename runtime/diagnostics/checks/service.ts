import { type Finding, finding } from "../finding.ts";
import type { World } from "../world.ts";

const restartsMax = 3;

/** The unit, and what the daemon last said of itself. */
export function checkService({ board, daemon }: World): readonly Finding[] {
  const { service } = board;
  const found: Finding[] = [];
  if (service?.load === "not-found") found.push(finding("SERVICE_NOT_INSTALLED"));
  else if (service) {
    const { active, result, restarts, watchdogMs, journalErrors = [] } = service;
    const evidence = { active, result, restarts };
    if (active === "failed") found.push(finding("SERVICE_FAILED", evidence));
    else if (active === "inactive" && !daemon?.alive) {
      found.push(finding("SERVICE_STOPPED", evidence));
    }
    if (restarts >= restartsMax) found.push(finding("SERVICE_RESTARTS", evidence));
    if (watchdogMs === 0) found.push(finding("SERVICE_NO_WATCHDOG", { watchdogMs }));
    if (journalErrors.length > 0) {
      const last = journalErrors.at(-1)?.slice(0, 200) ?? "";
      found.push(finding("SERVICE_JOURNAL_ERRORS", { lines: journalErrors.length, last }));
    }
  }
  return [...found, ...ofDaemon(daemon)];
}

/** A daemon that lives speaks for itself; one that died without a word is a finding. */
function ofDaemon(daemon: World["daemon"]): readonly Finding[] {
  if (daemon === undefined || daemon.ended) return [];
  if (daemon.alive) return daemon.findings;
  const { pid, version, startedAt, writtenAt } = daemon;
  return [finding("DAEMON_DIED", { pid, version, startedAt, writtenAt })];
}
