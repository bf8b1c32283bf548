import { Value } from "typebox/value";
import type { Database, Queries } from "../../../drivers/database/database.ts";
import { applicationSchema } from "../../content/licence/lease.ts";
import { type Act, scopeOf, sees } from "../act.ts";
import { attempt } from "../attempt.ts";
import type { Audit } from "../audit/audit.ts";
import { type Page, rowsOf } from "../page.ts";
import { isAccount, zoneOf } from "../people/accounts.ts";
import { addMonths } from "../quota/months.ts";
import { forbidden, invalid, type Refusal, unknown } from "../refusal.ts";
import { newCode } from "./code.ts";
import type { Decision, LicenceBook, PoolKey } from "./exchange.ts";
import { type SeatTerms, testTerms } from "./grant.ts";
import type { LicencePool } from "./pool.ts";
import { type PoolRow, poolOf, type SeatRow, seatOf } from "./rows.ts";

/** Pools of device licences and the seats that devices took in them. */
export class Licences implements LicenceBook {
  readonly #database: Database;
  readonly #newId: () => string;
  readonly #audit: Audit;
  readonly #chance: (bytes: number) => Uint8Array;

  constructor(
    database: Database,
    newId: () => string,
    audit: Audit,
    chance: (bytes: number) => Uint8Array,
  ) {
    this.#database = database;
    this.#newId = newId;
    this.#audit = audit;
    this.#chance = chance;
  }

  async pools(act: Act, accountId?: string, page?: Page): Promise<readonly LicencePool[]> {
    const columns = { account_id: scopeOf(act.actor, accountId) };
    const rows = await rowsOf<PoolRow>(this.#database, "pools", columns, page);
    const pools: LicencePool[] = [];
    for (const row of rows) {
      const seats = await this.#seats(this.#database, row.id);
      pools.push(poolOf(row, seats, act.nowMs));
    }
    return pools;
  }

  async seats(act: Act, poolId: string): Promise<readonly SeatTerms[] | Refusal> {
    const pool = await this.pool(this.#database, poolId);
    if (!pool || !sees(act.actor, pool.accountId)) return unknown("pool of licences", poolId);
    return this.#seats(this.#database, poolId);
  }

  /** Another activation code; the one before is good for nothing from now on. */
  newCode(act: Act, poolId: string): Promise<LicencePool | Refusal> {
    const code = this.#code();
    return this.#change(act, poolId, "licence.code", async (queries) => {
      const sql = "UPDATE pools SET code = $2 WHERE id = $1 RETURNING *";
      const [row] = await queries.query<PoolRow>(sql, [poolId, code]);
      return row ? poolOf(row, await this.#seats(queries, poolId), act.nowMs) : gone(poolId);
    });
  }

  /**
   * Ties the pool to an application, whose devices alone get its seats; null: to none. Leases that
   * are out stay as they are until they are renewed.
   */
  async setApplication(
    act: Act,
    poolId: string,
    application: string | null,
  ): Promise<LicencePool | Refusal> {
    if (application !== null && !Value.Check(applicationSchema, application)) {
      const due = "1 to 64 of a-z 0-9 . - are due";
      return invalid("/application", `Cannot tie licences to "${application}": ${due}`);
    }
    return this.#change(act, poolId, "licence.application", async (queries) => {
      const sql = "UPDATE pools SET application = $2 WHERE id = $1 RETURNING *";
      const [row] = await queries.query<PoolRow>(sql, [poolId, application]);
      return row ? poolOf(row, await this.#seats(queries, poolId), act.nowMs) : gone(poolId);
    });
  }

  /** Licences for trying out: ten devices for thirty days. */
  async grantTest(act: Act, accountId: string): Promise<true | Refusal> {
    if (act.actor.role !== "administrator") return forbidden("give licences", act.actor.role);
    const { seats, lifeMs } = testTerms;
    const terms = { kind: "test", seats, untilMs: act.nowMs + lifeMs } as const;
    return attempt(this.#database, async (queries) => {
      if (!(await isAccount(queries, accountId))) return unknown("account", accountId);
      await this.open(queries, { ...terms, accountId, orderId: "", nowMs: act.nowMs });
      const deed = { accountId, action: "licence.test", subject: accountId };
      await this.#audit.write(queries, act, deed);
      return true;
    });
  }

  /** The device keeps what it has until its lease ends; then its seat is free for another. */
  releaseSeat(act: Act, poolId: string, deviceKey: string): Promise<true | Refusal> {
    return this.#change(act, poolId, "licence.release", async (queries) => {
      const rows = await queries.query(
        `UPDATE seats SET released_ms = $3
         WHERE pool_id = $1 AND device_key = $2 AND released_ms IS NULL RETURNING pool_id`,
        [poolId, deviceKey, act.nowMs],
      );
      return rows.length === 1 ? true : unknown("seat", deviceKey);
    });
  }

  settle(by: PoolKey, decide: Parameters<LicenceBook["settle"]>[1]): Promise<Decision> {
    return this.#database.transaction(async (queries) => {
      const [column, value] = "pool" in by ? ["id", by.pool] : ["code", by.activation];
      const sql = `SELECT * FROM pools WHERE ${column} = $1`;
      const [row] = await queries.query<PoolRow>(sql, [value]);
      if (!row) return decide(undefined);
      const seats = await this.#seats(queries, row.id);
      const decision = decide({ pool: poolOf(row, seats, 0), seats });
      if ("seat" in decision) await putSeat(queries, row.id, decision.seat);
      return decision;
    });
  }

  async open(queries: Queries, pool: NewPool): Promise<void> {
    await queries.query(
      `INSERT INTO pools (id, account_id, order_id, kind, code, seats, from_ms, until_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ...[this.#newId(), pool.accountId, pool.orderId, pool.kind],
        ...[this.#code(), pool.seats, pool.nowMs, pool.untilMs],
      ],
    );
  }

  /** From its end on, or from now where that is over. */
  async prolong(queries: Queries, poolId: string, months: number, nowMs: number): Promise<void> {
    const pool = await this.pool(queries, poolId);
    if (!pool) return gone(poolId);
    const zone = await zoneOf(queries, pool.accountId);
    const untilMs = addMonths(Math.max(pool.untilMs, nowMs), months, zone);
    await queries.query("UPDATE pools SET until_ms = $2 WHERE id = $1", [poolId, untilMs]);
  }

  async pool(queries: Pick<Queries, "query">, id: string): Promise<LicencePool | undefined> {
    const [row] = await queries.query<PoolRow>("SELECT * FROM pools WHERE id = $1", [id]);
    return row && poolOf(row, [], 0);
  }

  #change<T>(
    act: Act,
    poolId: string,
    action: string,
    work: (queries: Queries) => Promise<T | Refusal>,
  ): Promise<T | Refusal> {
    return attempt(this.#database, async (queries) => {
      const pool = await this.pool(queries, poolId);
      if (!pool || !sees(act.actor, pool.accountId)) return unknown("pool of licences", poolId);
      const done = await work(queries);
      const { accountId } = pool;
      await this.#audit.write(queries, act, { accountId, action, subject: poolId });
      return done;
    });
  }

  #code(): string {
    return newCode(this.#chance(codeBytes));
  }

  async #seats(queries: Pick<Queries, "query">, poolId: string): Promise<readonly SeatTerms[]> {
    const sql = "SELECT * FROM seats WHERE pool_id = $1 ORDER BY taken_ms, device_key";
    return (await queries.query<SeatRow>(sql, [poolId])).map(seatOf);
  }
}

interface NewPool {
  readonly accountId: string;
  readonly orderId: string;
  readonly kind: LicencePool["kind"];
  readonly seats: number;
  readonly nowMs: number;
  readonly untilMs: number;
}

const codeBytes = 10;

function gone(poolId: string): never {
  throw new Error(`Cannot find pool ${poolId}: it was there, pools are kept for good`);
}

async function putSeat(queries: Queries, poolId: string, seat: SeatTerms): Promise<void> {
  await queries.query(
    `INSERT INTO seats
     (pool_id, device_key, device_id, nonce, taken_ms, lease_until_ms, released_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (pool_id, device_key) DO UPDATE SET device_id = excluded.device_id,
     nonce = excluded.nonce, lease_until_ms = excluded.lease_until_ms,
     released_ms = excluded.released_ms`,
    [
      ...[poolId, seat.deviceKey, seat.deviceId, seat.nonce],
      ...[seat.takenMs, seat.leaseUntilMs, seat.releasedMs],
    ],
  );
}
