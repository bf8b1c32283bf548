/** Accounts, persons, their sessions, and who did what. */
export const peopleTables: readonly string[] = [
  `CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    time_zone TEXT NOT NULL,
    created_ms BIGINT NOT NULL)`,
  `CREATE TABLE persons (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('customer', 'delivery', 'administrator')),
    language TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled BIGINT NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_ms BIGINT NOT NULL)`,
  `CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('browser', 'api')),
    person_id TEXT NOT NULL REFERENCES persons (id),
    csrf TEXT NOT NULL,
    began_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL)`,
  "CREATE INDEX sessions_of_person ON sessions (person_id)",
  `CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    by_id TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL)`,
  "CREATE INDEX audit_of_subject ON audit (subject, id)",
  "CREATE INDEX audit_of_account ON audit (account_id, id)",
];
