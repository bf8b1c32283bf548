import type { Entry } from "../entry.ts";

/** The way to the broker, one step after the other. */
export const networkCodes = {
  BROKER_DNS: {
    severity: "critical",
    cause: "The name of the broker is not found",
    visitor: "No jobs come in; the greeter idles",
    next: "Check the name in broker.url and the DNS server (resolvectl query NAME)",
  },
  BROKER_TCP: {
    severity: "critical",
    cause: "The broker does not take the connection",
    visitor: "No jobs come in; the greeter idles",
    next: "Check that the broker runs, its port, and the firewall between",
  },
  BROKER_TLS: {
    severity: "critical",
    cause: "The broker and this board do not agree on TLS",
    visitor: "No jobs come in; the greeter idles",
    next: "Check the port (TLS or not) and the certificate authority",
  },
  BROKER_CERTIFICATE_EXPIRED: {
    severity: "critical",
    cause: "The certificate of the broker has expired",
    visitor: "No jobs come in; the greeter idles",
    next: "Renew the certificate on the broker; check the clock of this board",
  },
  BROKER_CERTIFICATE_EARLY: {
    severity: "critical",
    cause: "The certificate of the broker is not valid yet: a clock is wrong",
    visitor: "No jobs come in; the greeter idles",
    next: "Set the clock of this board (timedatectl), or that of who made the certificate",
  },
  BROKER_CERTIFICATE_ENDS: {
    severity: "warning",
    cause: "The certificate of the broker ends within 30 days",
    visitor: "None yet; then no jobs come in",
    next: "Renew the certificate on the broker",
  },
  BROKER_REFUSED: {
    severity: "critical",
    cause: "The broker refuses this device",
    visitor: "No jobs come in; the greeter idles",
    next: "Check device, broker.username and the password with those on the broker",
  },
  BROKER_ACL_SUBSCRIBE: {
    severity: "critical",
    cause: "The broker does not let this device read its own topics",
    visitor: "No jobs come in; the greeter idles",
    next: "Allow the device to read frontdesk/1/DEVICE/# on the broker",
  },
  BROKER_ACL_PUBLISH: {
    severity: "critical",
    cause: "The broker does not let this device write its own topics",
    visitor: "Jobs are spoken, but nobody learns of it",
    next: "Allow the device to write frontdesk/1/DEVICE/# on the broker",
  },
  BROKER_GONE: {
    severity: "warning",
    cause: "The daemon has had no connection to the broker for 30 s",
    visitor: "No jobs come in; the greeter idles",
    next: "Run frontdesk doctor: it tries every step to the broker",
  },
  SUBSCRIPTION_LOST: {
    severity: "critical",
    cause: "The daemon is connected, but its own message does not come back",
    visitor: "No jobs come in; the greeter idles",
    next: "Restart the daemon; if it comes back, check the broker and its rules",
  },
} as const satisfies Readonly<Record<string, Entry>>;
