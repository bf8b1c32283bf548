import { type AvatarKind, type LipSyncType, skus } from "../../../config/skus.ts";
import type { Database, Queries } from "../../../drivers/database/database.ts";
import { missingQuota } from "../accept/acceptance.ts";
import { type Act, scopeOf } from "../act.ts";
import type { Hours } from "../hours/hours.ts";
import type { QuotaLedger } from "../quota/ledger.ts";
import { type Missing, Refusal } from "../refusal.ts";

/** For whom, and with what, cloud rendering is wanted. */
export interface CloudWish {
  readonly accountId?: string;
  /** Of a new training; without them any quota does. */
  readonly kind?: AvatarKind;
  readonly type?: LipSyncType;
  /** An avatar that is already accepted for it: its quota is used, only hours are needed. */
  readonly avatarId?: string;
}

/**
 * What a scenario needs. Cloud rendering with the lightweight avatar: a customisation quota and an
 * hour package (the vendor's "end-cloud integrated solution").
 */
export class Scenario {
  readonly #database: Database;
  readonly #quotas: QuotaLedger;
  readonly #hours: Hours;

  constructor(database: Database, quotas: QuotaLedger, hours: Hours) {
    this.#database = database;
    this.#quotas = quotas;
    this.#hours = hours;
  }

  /** What is missing, in the order in which it is to be got; empty: nothing. */
  cloud(act: Act, wish: CloudWish = {}): Promise<readonly Missing[]> {
    return this.#database.transaction((queries) => this.#missing(queries, act, wish));
  }

  /** The same as a refusal, for what cannot be done without. */
  async cloudError(queries: Queries, act: Act, wish: CloudWish): Promise<Refusal | undefined> {
    const missing = await this.#missing(queries, act, wish);
    if (missing.length === 0) return undefined;
    const what = missing.map(({ text }) => text).join(", and ");
    const message = `Cannot render in the cloud: something is missing, ${what} is due`;
    return new Refusal("MISSING", message, { missing });
  }

  async #missing(queries: Queries, act: Act, wish: CloudWish): Promise<readonly Missing[]> {
    const accountId = scopeOf(act.actor, wish.accountId) ?? act.actor.accountId;
    const missing: Missing[] = [];
    const has = wish.avatarId
      ? await accepted(queries, accountId, wish.avatarId)
      : await this.#quotas.hasUnused(queries, { ...wish, accountId });
    if (!has) missing.push(missingQuota(wish));
    const { leftSeconds } = await this.#hours.left(queries, accountId);
    if (leftSeconds <= 0) missing.push(missingHours);
    return missing;
  }
}

async function accepted(queries: Queries, accountId: string, avatarId: string): Promise<boolean> {
  const rows = await queries.query(
    `SELECT a.id FROM avatars a JOIN tasks t ON t.id = a.task_id
     WHERE a.id = $1 AND a.account_id = $2 AND t.target = 'cloud'`,
    [avatarId, accountId],
  );
  return rows.length === 1;
}

const hourPackages = skus.filter(({ grant }) => grant.kind === "hours");

const missingHours: Missing = {
  what: "hours",
  skus: hourPackages.map(({ sku }) => sku),
  text: `an hour package: ${hourPackages.map(({ name }) => name).join(" or ")}`,
};
