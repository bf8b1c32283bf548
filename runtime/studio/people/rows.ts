import type { Role } from "../act.ts";
import type { Account, Person } from "./person.ts";

export type AccountRow = {
  readonly id: string;
  readonly name: string;
  readonly time_zone: string;
  readonly created_ms: number;
};

export type PersonRow = {
  readonly id: string;
  readonly account_id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly language: Person["language"];
  readonly password_hash: string;
  readonly disabled: number;
  readonly created_ms: number;
};

export function accountOf(row: AccountRow): Account {
  return {
    id: row.id,
    name: row.name,
    timeZone: row.time_zone,
    createdMs: row.created_ms,
  };
}

export function personOf(row: PersonRow): Person {
  return {
    id: row.id,
    accountId: row.account_id,
    email: row.email,
    name: row.name,
    role: row.role,
    language: row.language,
    disabled: row.disabled === 1,
    createdMs: row.created_ms,
  };
}
