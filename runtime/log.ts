import type { TraceEvent } from "./diagnostics/trace.ts";

/** How loud an event is in the log; the speech texts of jobs are in none of them. */
export function levelOf({ area, kind }: TraceEvent): "error" | "warn" | "info" | "debug" {
  return levels[`${area}.${kind}`] ?? "info";
}

const levels: Readonly<Record<string, "error" | "warn" | "info" | "debug">> = {
  "stage.lost": "error",
  "stage.avatar-refused": "error",
  "stage.display-fault": "error",
  "stage.audio-fault": "error",
  "stage.audio-refused": "error",
  "stage.background-refused": "error",
  "speech.voice-absent": "error",
  "speech.voice-replaced": "warn",
  "speech.service-retried": "warn",
  "speech.service-rests": "warn",
  "speech.cache-failed": "warn",
  "mouth.model-absent": "error",
  "mouth.text-unread": "warn",
  "mouth.text-misfit": "info",
  "job.ledger-failed": "error",
  "stage.frame-late": "debug",
  "stage.frames-dropped": "warn",
  "stage.film-frame-dropped": "warn",
  "desk.job-timeout": "warn",
  "fleet.disconnected": "warn",
  "fleet.credentials-unreadable": "error",
  "fleet.subscription-refused": "error",
  "settings.rolled-back": "warn",
  "settings.rejected": "warn",
  "settings.file-damaged": "error",
  "settings.not-saved": "error",
  "finding.raised": "warn",
  "office.page-refused": "warn",
  "office.blackbox-refused": "warn",
  "office.metrics-not-written": "warn",
  "page.failed": "error",
  "board.recognised": "debug",
  "start.program": "debug",
  "start.stage": "debug",
  "start.display": "debug",
  "start.sound": "debug",
  "start.avatar": "debug",
  "start.picture": "debug",
  "supervisor.unreached": "warn",
  "supervisor.start-overdue": "error",
};
