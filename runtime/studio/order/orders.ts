import type { Database, Queries } from "../../../drivers/database/database.ts";
import { type Act, scopeOf, sees } from "../act.ts";
import { attempt } from "../attempt.ts";
import type { Audit } from "../audit/audit.ts";
import { type Page, rowsOf } from "../page.ts";
import { isAccount } from "../people/accounts.ts";
import type { Queue } from "../queue/queue.ts";
import { forbidden, invalid, Refusal, unknown } from "../refusal.ts";
import type { Grants } from "./grants.ts";
import type { Order, OrderLine, OrderState, OrderWish } from "./order.ts";
import { wishError } from "./wish.ts";

/** Orders, from the purchase page to what they give. No money: an administrator confirms. */
export class Orders {
  readonly #database: Database;
  readonly #newId: () => string;
  readonly #grants: Grants;
  readonly #notes: { readonly audit: Audit; readonly queue: Queue };

  constructor(
    database: Database,
    newId: () => string,
    grants: Grants,
    notes: { readonly audit: Audit; readonly queue: Queue },
  ) {
    this.#database = database;
    this.#newId = newId;
    this.#grants = grants;
    this.#notes = notes;
  }

  async place(act: Act, wish: OrderWish): Promise<Order | Refusal> {
    const accountId = scopeOf(act.actor, wish.accountId) ?? act.actor.accountId;
    const wrong = wishError(wish);
    if (wrong) return wrong;
    const id = this.#newId();
    return attempt(this.#database, async (queries) => {
      const lacking = await this.#grants.lacking(queries, accountId, wish.lines);
      if (lacking) return lacking;
      if (!(await isAccount(queries, accountId))) return unknown("account", accountId);
      const values = [act.actor.userId, JSON.stringify(wish.lines), wish.note ?? "", act.nowMs];
      await queries.query(
        `INSERT INTO orders (id, account_id, placed_by, state, lines, note, placed_ms)
         VALUES ($1, $2, $3, 'placed', $4, $5, $6)`,
        [id, accountId, ...values],
      );
      await this.#notes.audit.write(queries, act, {
        accountId,
        action: "order.place",
        subject: id,
      });
      return ordered(await this.#find(queries, id), id);
    });
  }

  /** What it ordered is there from now on, all of it or nothing; then the hook is called. */
  confirm(act: Act, id: string): Promise<Order | Refusal> {
    return this.#decide(act, id, { state: "confirmed", reason: "" });
  }

  refuse(act: Act, id: string, reason: string): Promise<Order | Refusal> {
    return this.#decide(act, id, { state: "refused", reason });
  }

  /** By who placed it, or staff, as long as nobody has decided. */
  cancel(act: Act, id: string, reason = ""): Promise<Order | Refusal> {
    return this.#decide(act, id, { state: "cancelled", reason });
  }

  async get(act: Act, id: string): Promise<Order | Refusal> {
    const order = await this.#find(this.#database, id);
    return order && sees(act.actor, order.accountId) ? order : unknown("order", id);
  }

  async list(
    act: Act,
    { state, accountId }: { readonly state?: OrderState; readonly accountId?: string } = {},
    page?: Page,
  ): Promise<readonly Order[]> {
    const columns = { account_id: scopeOf(act.actor, accountId), state };
    return (await rowsOf<OrderRow>(this.#database, "orders", columns, page)).map(orderOf);
  }

  async #decide(act: Act, id: string, decision: Decision): Promise<Order | Refusal> {
    const { role, userId } = act.actor;
    const verb = verbs[decision.state];
    if (decision.state !== "cancelled" && role !== "administrator") {
      return forbidden(`${verb} an order`, role);
    }
    if (decision.reason.length > reasonCharsMax) {
      const is = `reason has ${decision.reason.length} characters`;
      return invalid("/reason", `Cannot ${verb} order: ${is}, limit is ${reasonCharsMax}`);
    }
    return attempt(this.#database, async (queries) => {
      const order = await this.#find(queries, id);
      if (!order || !sees(act.actor, order.accountId)) return unknown("order", id);
      if (order.state !== "placed") {
        const is = `it is ${order.state}, one that is placed is due`;
        return new Refusal("WRONG_STEP", `Cannot ${verb} order ${id}: ${is}`);
      }
      if (decision.state === "confirmed") await this.#give(queries, order, act.nowMs);
      await queries.query(
        `UPDATE orders SET state = $2, decided_ms = $3, decided_by = $4, reason = $5
         WHERE id = $1`,
        [id, decision.state, act.nowMs, userId, decision.reason],
      );
      const action = `order.${verb}`;
      const deed = { accountId: order.accountId, action, subject: id };
      await this.#notes.audit.write(queries, act, deed);
      return ordered(await this.#find(queries, id), id);
    });
  }

  async #give(queries: Queries, order: Order, nowMs: number): Promise<void> {
    await this.#grants.give(queries, order, nowMs);
    const { id, accountId } = order;
    await this.#notes.queue.add(queries, { kind: "hook", subject: id, accountId, nowMs });
  }

  async #find(queries: Pick<Queries, "query">, id: string): Promise<Order | undefined> {
    const [row] = await queries.query<OrderRow>("SELECT * FROM orders WHERE id = $1", [id]);
    return row && orderOf(row);
  }
}

interface Decision {
  readonly state: Exclude<OrderState, "placed">;
  readonly reason: string;
}

const verbs = { confirmed: "confirm", refused: "refuse", cancelled: "cancel" } as const;
const reasonCharsMax = 300;

type OrderRow = {
  readonly id: string;
  readonly account_id: string;
  readonly placed_by: string;
  readonly state: OrderState;
  readonly lines: string;
  readonly note: string;
  readonly placed_ms: number;
  readonly decided_ms: number | null;
  readonly decided_by: string | null;
  readonly reason: string;
};

function orderOf(row: OrderRow): Order {
  return {
    id: row.id,
    accountId: row.account_id,
    placedBy: row.placed_by,
    state: row.state,
    lines: JSON.parse(row.lines) as readonly OrderLine[],
    note: row.note,
    placedMs: row.placed_ms,
    decidedMs: row.decided_ms,
    decidedBy: row.decided_by,
    reason: row.reason,
  };
}

function ordered(order: Order | undefined, id: string): Order {
  if (!order)
    throw new Error(`Cannot find order ${id}: it was written just now, it should be there`);
  return order;
}
