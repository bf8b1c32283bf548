import { type Grant, skuOf } from "../../../config/skus.ts";
import type { Queries } from "../../../drivers/database/database.ts";
import type { Hours } from "../hours/hours.ts";
import type { Licences } from "../licence/licences.ts";
import { zoneOf } from "../people/accounts.ts";
import type { QuotaLedger } from "../quota/ledger.ts";
import { addMonths } from "../quota/months.ts";
import { type Refusal, unknown } from "../refusal.ts";
import type { Order, OrderLine } from "./order.ts";

/** Turns what was ordered into rows of the ledgers. */
export class Grants {
  readonly #newId: () => string;
  readonly #to: Ledgers;

  constructor(newId: () => string, to: Ledgers) {
    this.#newId = newId;
    this.#to = to;
  }

  /** A renewal is of a pool of the same account. */
  async lacking(
    queries: Queries,
    accountId: string,
    lines: readonly OrderLine[],
  ): Promise<Refusal | undefined> {
    for (const { poolId } of lines) {
      if (poolId === undefined) continue;
      const pool = await this.#to.licences.pool(queries, poolId);
      if (pool?.accountId !== accountId) return unknown("pool of licences", poolId);
    }
    return undefined;
  }

  async give(queries: Queries, order: Order, nowMs: number): Promise<void> {
    const { accountId } = order;
    for (const line of order.lines) {
      const article = skuOf(line.sku);
      // An article may leave the purchase page while an order of it waits.
      if (!article) throw new Error(`Cannot give ${line.sku}: it is no article any more`);
      await this.#giveLine(
        queries,
        { ...line, orderId: order.id, accountId },
        article.grant,
        nowMs,
      );
    }
  }

  async #giveLine(
    queries: Queries,
    { accountId, orderId, count, poolId = "" }: OrderLine & Whose,
    grant: Grant,
    nowMs: number,
  ): Promise<void> {
    const { quotas, hours, licences } = this.#to;
    const of = { accountId, orderId, nowMs };
    switch (grant.kind) {
      case "quota": {
        const ids = Array.from({ length: count }, () => this.#newId());
        return quotas.grant(queries, ids, { ...of, kind: grant.avatar, type: grant.type });
      }
      case "hours":
        return hours.grant(queries, { ...of, id: this.#newId(), seconds: count * grant.seconds });
      case "devices": {
        const untilMs = addMonths(nowMs, grant.months, await zoneOf(queries, accountId));
        return licences.open(queries, { ...of, kind: "bought", seats: count, untilMs });
      }
      case "renewal":
        return licences.prolong(queries, poolId, count * grant.months, nowMs);
    }
  }
}

interface Whose {
  readonly accountId: string;
  readonly orderId: string;
}

interface Ledgers {
  readonly quotas: QuotaLedger;
  readonly hours: Hours;
  readonly licences: Licences;
}
