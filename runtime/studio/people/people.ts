import type { Database, Queries } from "../../../drivers/database/database.ts";
import { type Act, scopeOf, systemAct } from "../act.ts";
import { attempt } from "../attempt.ts";
import type { Audit } from "../audit/audit.ts";
import { isTimeZone } from "../quota/months.ts";
import { forbidden, invalid, Refusal, unknown } from "../refusal.ts";
import { isAccount } from "./accounts.ts";
import type { Account, Person } from "./person.ts";
import { type AccountRow, accountOf, type PersonRow, personOf } from "./rows.ts";

/** Accounts and the persons in them. Passwords come as hashes and leave only to be compared. */
export class People {
  readonly #database: Database;
  readonly #newId: () => string;
  readonly #audit: Audit;

  constructor(database: Database, newId: () => string, audit: Audit) {
    this.#database = database;
    this.#newId = newId;
    this.#audit = audit;
  }

  /** The first account with its administrator; refused once there is a person. */
  found(first: First, nowMs: number): Promise<Person | Refusal> {
    return attempt(this.#database, async (queries) => {
      const [someone] = await queries.query("SELECT id FROM persons LIMIT 1");
      if (someone) {
        const is = "somebody is here, an administrator adds others";
        return new Refusal("TAKEN", `Cannot found the studio: ${is}`);
      }
      const act = systemAct("", nowMs);
      const account = await this.#open(queries, act, first.accountName, first.timeZone);
      if (account instanceof Refusal) return account;
      const { email, name, passwordHash, language = "en" } = first;
      const role = "administrator";
      const newcomer = {
        accountId: account.id,
        email,
        name,
        role,
        passwordHash,
        language,
      } as const;
      return this.#add(queries, act, newcomer);
    });
  }

  async openAccount(
    act: Act,
    { name, timeZone }: { readonly name: string; readonly timeZone: string },
  ): Promise<Account | Refusal> {
    if (act.actor.role !== "administrator") return forbidden("open an account", act.actor.role);
    return attempt(this.#database, (queries) => this.#open(queries, act, name, timeZone));
  }

  async add(act: Act, newcomer: Newcomer): Promise<Person | Refusal> {
    if (act.actor.role !== "administrator") return forbidden("add a person", act.actor.role);
    return attempt(this.#database, async (queries) => {
      const { accountId } = newcomer;
      if (!(await isAccount(queries, accountId))) return unknown("account", accountId);
      return this.#add(queries, act, newcomer);
    });
  }

  /** For signing in; of a person who is not disabled. */
  async byEmail(
    email: string,
  ): Promise<{ readonly person: Person; readonly passwordHash: string } | undefined> {
    const [row] = await this.#database.query<PersonRow>(
      "SELECT * FROM persons WHERE email = $1 AND disabled = 0",
      [plain(email)],
    );
    return row && { person: personOf(row), passwordHash: row.password_hash };
  }

  async list(act: Act, accountId?: string): Promise<readonly Person[]> {
    const account = scopeOf(act.actor, accountId);
    const rows = await this.#database.query<PersonRow>("SELECT * FROM persons ORDER BY name, id");
    return rows.map(personOf).filter((person) => !account || person.accountId === account);
  }

  async accounts(act: Act): Promise<readonly Account[]> {
    const own = scopeOf(act.actor);
    const rows = await this.#database.query<AccountRow>("SELECT * FROM accounts ORDER BY name");
    return rows.map(accountOf).filter(({ id }) => !own || id === own);
  }

  /** One's own, or by an administrator. All sessions of the person end. */
  setPassword(act: Act, personId: string, passwordHash: string): Promise<Person | Refusal> {
    return this.#change(act, personId, { password_hash: passwordHash }, "person.password");
  }

  setLanguage(act: Act, personId: string, language: Person["language"]) {
    return this.#change(act, personId, { language }, "person.language");
  }

  /** By an administrator, and not oneself: somebody must be left to undo it. */
  async setDisabled(act: Act, personId: string, disabled: boolean): Promise<Person | Refusal> {
    const { role, userId } = act.actor;
    if (role !== "administrator" || userId === personId) return forbidden("disable a person", role);
    return this.#change(act, personId, { disabled: disabled ? 1 : 0 }, "person.disabled");
  }

  #change(
    act: Act,
    personId: string,
    change: Readonly<Record<string, string | number>>,
    action: string,
  ): Promise<Person | Refusal> {
    return attempt(this.#database, async (queries) => {
      const { role, userId } = act.actor;
      if (role !== "administrator" && userId !== personId) return forbidden("change others", role);
      const [entry] = Object.entries(change);
      const [column = "", value = ""] = entry ?? [];
      const [row] = await queries.query<PersonRow>(
        `UPDATE persons SET ${column} = $2 WHERE id = $1 RETURNING *`,
        [personId, value],
      );
      if (!row) return unknown("person", personId);
      if (column !== "language") {
        await queries.query("DELETE FROM sessions WHERE person_id = $1", [personId]);
      }
      const accountId = row.account_id;
      await this.#audit.write(queries, act, { accountId, action, subject: personId });
      return personOf(row);
    });
  }

  async #open(
    queries: Queries,
    act: Act,
    name: string,
    timeZone: string,
  ): Promise<Account | Refusal> {
    if (!isTimeZone(timeZone)) {
      const due = "one of the IANA data base is due, such as Europe/Berlin";
      return invalid("/timeZone", `Cannot open account: "${timeZone}" is no time zone, ${due}`);
    }
    const [twin] = await queries.query("SELECT id FROM accounts WHERE name = $1", [name]);
    if (twin) return taken("/name", `Cannot open account ${name}: there is one of this name`);
    const account = { id: this.#newId(), name, timeZone, createdMs: act.nowMs };
    await queries.query(
      "INSERT INTO accounts (id, name, time_zone, created_ms) VALUES ($1, $2, $3, $4)",
      [account.id, name, timeZone, act.nowMs],
    );
    const deed = { accountId: account.id, action: "account.open", subject: account.id };
    await this.#audit.write(queries, act, deed);
    return account;
  }

  async #add(queries: Queries, act: Act, newcomer: Newcomer): Promise<Person | Refusal> {
    const { accountId, name, role, passwordHash, language } = newcomer;
    const email = plain(newcomer.email);
    const [twin] = await queries.query("SELECT id FROM persons WHERE email = $1", [email]);
    if (twin) return taken("/email", `Cannot add ${email}: somebody has this address`);
    const [row] = await queries.query<PersonRow>(
      `INSERT INTO persons
       (id, account_id, email, name, role, language, password_hash, created_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *`,
      [this.#newId(), accountId, email, name, role, language, passwordHash, act.nowMs],
    );
    if (!row) throw new Error(`Cannot add ${email}: the database gave no row back`);
    await this.#audit.write(queries, act, { accountId, action: "person.add", subject: row.id });
    return personOf(row);
  }
}

interface Newcomer {
  readonly accountId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Person["role"];
  readonly passwordHash: string;
  readonly language: Person["language"];
}

interface First {
  readonly accountName: string;
  readonly timeZone: string;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly language?: Person["language"];
}

/** People do not tell capitals in their addresses apart. */
function plain(email: string): string {
  return email.trim().toLowerCase();
}

function taken(path: string, message: string): Refusal {
  return new Refusal("TAKEN", message, { path });
}
