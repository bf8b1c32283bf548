import type { Entry } from "../entry.ts";

/** The daemon, and the service manager that keeps it. */
export const serviceCodes = {
  SERVICE_NOT_INSTALLED: {
    severity: "notice",
    cause: "There is no frontdesk.service",
    visitor: "None while somebody starts the daemon",
    next: "Install the Debian package, which brings the service",
  },
  SERVICE_STOPPED: {
    severity: "critical",
    cause: "The service is not running",
    visitor: "The screen is black or stands still",
    next: "systemctl enable --now frontdesk, or frontdesk doctor --fix SERVICE_STOPPED",
  },
  SERVICE_FAILED: {
    severity: "critical",
    cause: "The service has failed and is not started again",
    visitor: "The screen is black or stands still",
    next: "journalctl -u frontdesk -b; then systemctl restart frontdesk",
  },
  SERVICE_RESTARTS: {
    severity: "warning",
    cause: "The service was started again 3 times or more in this boot",
    visitor: "The greeter vanishes for some seconds now and then",
    next: "journalctl -u frontdesk -b shows why; make a bundle for support",
  },
  SERVICE_NO_WATCHDOG: {
    severity: "warning",
    cause: "The service runs without a watchdog",
    visitor: "A daemon that hangs is not started again",
    next: "Restore WatchdogSec=30s: systemctl revert frontdesk",
  },
  SERVICE_JOURNAL_ERRORS: {
    severity: "warning",
    cause: "The journal of this boot holds errors of the service",
    visitor: "See the evidence",
    next: "journalctl -u frontdesk -b -p err",
  },
  DAEMON_DIED: {
    severity: "critical",
    cause: "The daemon ended without saying goodbye",
    visitor: "The screen is black or stands still",
    next: "Make a bundle for support, then start the daemon again",
  },
  STAGE_LOST: {
    severity: "critical",
    cause: "The stage stopped with an error and is started again",
    visitor: "The greeter vanishes for a moment",
    next: "Make a bundle for support if it happens again",
  },
  STAGE_FROZEN: {
    severity: "critical",
    cause: "No new picture has been shown for 5 s",
    visitor: "The greeter stands still",
    next: "The watchdog starts the daemon again; make a bundle for support",
  },
  DESK_BLOCKED: {
    severity: "critical",
    cause: "The desk did not turn for 5 s or more",
    visitor: "Jobs and interrupts come late",
    next: "See what keeps the board busy; make a bundle for support",
  },
  FRAMES_DROPPED: {
    severity: "warning",
    cause: "More than 2 % of the frames were dropped in the last minute",
    visitor: "The movements of the greeter jerk",
    next: "Choose a smaller tier, or see what else keeps the board busy",
  },
  TIER_LOWERED: {
    severity: "warning",
    cause: "The board was in trouble, and the governor shows a lower tier for a while",
    visitor: "The greeter is less sharp",
    next: "See the evidence: cool the board, end what keeps it busy, or configure a lower tier",
  },
} as const satisfies Readonly<Record<string, Entry>>;
