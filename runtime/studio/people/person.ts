import type { Role } from "../act.ts";

/** A customer, as a firm. */
export interface Account {
  readonly id: string;
  readonly name: string;
  /** IANA, e.g. `Europe/Berlin`: whose calendar the months of quotas and licences follow. */
  readonly timeZone: string;
  readonly createdMs: number;
}

export interface Person {
  readonly id: string;
  readonly accountId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly language: "en" | "zh";
  readonly disabled: boolean;
  readonly createdMs: number;
}

/** A signed-in person. The token itself is nowhere kept, only its SHA-256. */
export interface Session {
  readonly tokenHash: string;
  readonly kind: "browser" | "api";
  readonly person: Person;
  readonly csrf: string;
  readonly expiresMs: number;
}

/** A line of the audit log, never changed. */
export interface AuditEntry {
  readonly id: string;
  readonly atMs: number;
  readonly accountId: string;
  readonly by: string;
  /** e.g. `order.confirm`. */
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
