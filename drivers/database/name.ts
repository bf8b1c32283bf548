import assert from "node:assert/strict";

/** Names of tables become part of a statement; they are the program's own, never a visitor's. */
export function checkTable(name: string): void {
  assert(/^[a-z][a-z_]{0,40}$/.test(name), `a table is named in small letters, not ${name}`);
}
