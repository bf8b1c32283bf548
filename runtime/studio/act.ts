/** What a person may be in the studio. */
export const roles = ["customer", "delivery", "administrator"] as const;

export type Role = (typeof roles)[number];

/** Who does something: a person, or the studio itself (its workers and its housekeeping). */
export interface Actor {
  readonly userId: string;
  readonly role: Role | "system";
  /** The account that a customer belongs to; of staff their own. */
  readonly accountId: string;
}

/** Who does something, and when by the wall clock. */
export interface Act {
  readonly actor: Actor;
  readonly nowMs: number;
}

/** The studio acting for itself, on an account's behalf. */
export function systemAct(accountId: string, nowMs: number): Act {
  return { actor: { userId: "system", role: "system", accountId }, nowMs };
}

/** A customer sees the own account, staff sees all. */
export function sees({ role, accountId }: Actor, ofAccountId: string): boolean {
  return role !== "customer" || accountId === ofAccountId;
}

/** The account a list is about: a customer's own; of staff the one they name, else all. */
export function scopeOf({ role, accountId }: Actor, wanted?: string): string | undefined {
  return role === "customer" ? accountId : wanted;
}
