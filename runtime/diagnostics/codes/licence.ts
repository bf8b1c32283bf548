import type { Entry } from "../entry.ts";

const shown = "A small line in a corner says so; picture and speech go on";

/** The lease of this device, where `licence.signers` asks for one. */
export const licenceCodes = {
  LICENCE_MISSING: {
    severity: "critical",
    cause: "This device has no lease, and licence.signers asks for one",
    visitor: shown,
    next: "frontdesk licence activate CODE; without network frontdesk licence request",
  },
  LICENCE_EXPIRED: {
    severity: "critical",
    cause: "The lease of this device has ended",
    visitor: shown,
    next: "frontdesk licence activate; without network frontdesk licence request, then install",
  },
  LICENCE_EARLY: {
    severity: "warning",
    cause: "The lease of this device does not hold yet",
    visitor: shown,
    next: "Check the clock of this board (timedatectl), and from when the lease holds",
  },
  LICENCE_UNREADABLE: {
    severity: "critical",
    cause: "The file of the lease is damaged",
    visitor: shown,
    next: "Install the lease anew: frontdesk licence install FILE; see STORAGE_ERRORS too",
  },
  LICENCE_UNTRUSTED: {
    severity: "critical",
    cause: "The lease is not signed by a key of licence.signers",
    visitor: shown,
    next: "Install a lease of the studio that is asked for, or add its key to licence.signers",
  },
  LICENCE_OTHER_DEVICE: {
    severity: "critical",
    cause: "The lease is for another device: it was copied, or this device lost its key",
    visitor: shown,
    next: "frontdesk licence activate CODE; without network frontdesk licence request",
  },
  LICENCE_OTHER_APPLICATION: {
    severity: "critical",
    cause: "The lease is for another application",
    visitor: shown,
    next: "Set licence.application to the one that was licensed, or activate with another code",
  },
  LICENCE_NO_KEY: {
    severity: "critical",
    cause: "The key of this device can neither be read nor made",
    visitor: shown,
    next: "Give licence.key in the state folder to the user of the daemon; see STORAGE_ERRORS too",
  },
  LICENCE_ENDS: {
    severity: "warning",
    cause: "The lease of this device ends within 14 days and could not be renewed so far",
    visitor: "None yet; then a small line in a corner",
    next: "See the evidence: reach licence.url, renew the pool, or bring a lease as a file",
  },
  LICENCE_NO_CLOCK: {
    severity: "notice",
    cause: "The clock of the board is not set: the lease counts the time that the board runs",
    visitor: "None",
    next: "Allow NTP (UDP 123) or set the time: timedatectl set-time",
  },
  LICENCE_CLOCK_BACK: {
    severity: "warning",
    cause: "The clock of the board is more than a day behind what it once was",
    visitor: "None; the lease goes by the later time",
    next: "Set the clock; if it was ahead by mistake, frontdesk licence activate mends the time",
  },
} as const satisfies Readonly<Record<string, Entry>>;
