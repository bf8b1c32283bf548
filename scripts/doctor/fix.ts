import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import type { FindingCode } from "../../runtime/diagnostics/catalogue.ts";
import type { Finding } from "../../runtime/diagnostics/finding.ts";

/** What became of one finding: mended, or why not. */
export interface Fixed {
  readonly code: FindingCode;
  readonly done: string;
}

/** Mends what can be mended without asking: nothing is deleted and nothing is downloaded. */
export function fix(findings: readonly Finding[]): readonly Fixed[] {
  return findings.flatMap((finding) => {
    const mend = fixes[finding.code];
    return mend ? [{ code: finding.code, done: attempt(() => mend(finding)) }] : [];
  });
}

type Fix = (finding: Finding) => string;

const fixes: Partial<Readonly<Record<FindingCode, Fix>>> = {
  STATE_MISSING: ({ evidence }) => {
    mkdirSync(String(evidence.folder), { recursive: true, mode: 0o750 });
    return `made the folder ${evidence.folder}`;
  },
  AUDIO_MUTED: ({ evidence }) => {
    const controls = String(evidence.controls).split(", ");
    for (const control of controls) run("amixer", ["-q", "sset", control, "80%", "unmute"]);
    return `unmuted ${controls.join(", ")} at 80 %`;
  },
  SERVICE_STOPPED: () => {
    run("systemctl", ["enable", "--now", "frontdesk.service"]);
    return "enabled and started frontdesk.service";
  },
  SERVICE_FAILED: () => {
    run("systemctl", ["reset-failed", "frontdesk.service"]);
    run("systemctl", ["restart", "frontdesk.service"]);
    return "started frontdesk.service again";
  },
};

function run(file: string, args: readonly string[]): void {
  execFileSync(file, [...args], { timeout: 10_000, stdio: ["ignore", "ignore", "pipe"] });
}

function attempt(mend: () => string): string {
  try {
    return mend();
  } catch (error) {
    return `not mended: ${error instanceof Error ? error.message.trim() : error}`;
  }
}
