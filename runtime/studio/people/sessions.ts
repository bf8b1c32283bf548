import type { Database } from "../../../drivers/database/database.ts";
import type { Session } from "./person.ts";
import { type PersonRow, personOf } from "./rows.ts";

/** Who is signed in. A token that leaks from the database is none: only hashes are kept. */
export class Sessions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async begin(session: NewSession, nowMs: number): Promise<void> {
    const { tokenHash, kind, userId, csrf, expiresMs } = session;
    await this.#database.query(
      `INSERT INTO sessions (token_hash, kind, person_id, csrf, began_ms, expires_ms)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [tokenHash, kind, userId, csrf, nowMs, expiresMs],
    );
  }

  /** Undefined when it is over, or its person is disabled. */
  async of(tokenHash: string, nowMs: number): Promise<Session | undefined> {
    const [row] = await this.#database.query<SessionRow & PersonRow>(
      `SELECT s.token_hash, s.kind, s.csrf, s.expires_ms, p.*
       FROM sessions s JOIN persons p ON p.id = s.person_id
       WHERE s.token_hash = $1 AND s.expires_ms > $2 AND p.disabled = 0`,
      [tokenHash, nowMs],
    );
    if (!row) return undefined;
    const { kind, csrf, expires_ms } = row;
    return { tokenHash, kind, csrf, person: personOf(row), expiresMs: expires_ms };
  }

  async end(tokenHash: string): Promise<void> {
    await this.#database.query("DELETE FROM sessions WHERE token_hash = $1", [tokenHash]);
  }

  async endAll(userId: string): Promise<void> {
    await this.#database.query("DELETE FROM sessions WHERE person_id = $1", [userId]);
  }

  /** Rows of sessions that are over are of no use. */
  async sweep(nowMs: number): Promise<void> {
    await this.#database.query("DELETE FROM sessions WHERE expires_ms <= $1", [nowMs]);
  }
}

interface NewSession {
  readonly tokenHash: string;
  readonly kind: Session["kind"];
  readonly userId: string;
  readonly csrf: string;
  readonly expiresMs: number;
}

type SessionRow = {
  readonly token_hash: string;
  readonly kind: Session["kind"];
  readonly csrf: string;
  readonly expires_ms: number;
};
