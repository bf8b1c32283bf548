import type { Database } from "../../drivers/database/database.ts";
import type { Trace } from "../diagnostics/trace.ts";
import { Acceptance } from "./accept/acceptance.ts";
import { systemAct } from "./act.ts";
import { Audit } from "./audit/audit.ts";
import { Assignments } from "./catalogue/assignments.ts";
import { Catalogue } from "./catalogue/catalogue.ts";
import { Hours } from "./hours/hours.ts";
import { Licences } from "./licence/licences.ts";
import { Grants } from "./order/grants.ts";
import type { OrderHook } from "./order/order.ts";
import { Orders } from "./order/orders.ts";
import { People } from "./people/people.ts";
import { Sessions } from "./people/sessions.ts";
import { Queue } from "./queue/queue.ts";
import { QuotaLedger } from "./quota/ledger.ts";
import { Refusal } from "./refusal.ts";
import { Scenario } from "./scenario/scenario.ts";
import { migrate } from "./schema/migrations.ts";
import { Delivery } from "./task/delivery.ts";
import { Journal } from "./task/journal.ts";
import { Tasks } from "./task/tasks.ts";
import { Training } from "./task/training.ts";

/** What a studio stands on. */
export interface StudioParts {
  readonly database: Database;
  readonly trace: Trace;
  /** ULIDs. */
  readonly newId: () => string;
  /** Random bytes, of which activation codes are made. */
  readonly chance: (bytes: number) => Uint8Array;
  readonly hook: OrderHook;
}

/**
 * The vendor's process, self-hosted: order quotas, customise an avatar, accept it, publish it. Each
 * room holds the actions on one kind of thing; an action takes who asks and when, and gives its
 * value or a Refusal, by which nothing has changed. Holds no state of its own: any number of
 * processes may have the same database open.
 */
export class Studio {
  readonly people: People;
  readonly sessions: Sessions;
  readonly audit: Audit;
  readonly orders: Orders;
  readonly quotas: QuotaLedger;
  readonly hours: Hours;
  readonly licences: Licences;
  readonly scenario: Scenario;
  readonly tasks: Tasks;
  readonly delivery: Delivery;
  readonly training: Training;
  readonly acceptance: Acceptance;
  readonly catalogue: Catalogue;
  readonly assignments: Assignments;
  readonly queue: Queue;
  readonly #database: Database;
  readonly #trace: Trace;
  readonly #hook: OrderHook;

  private constructor({ database, trace, newId, chance, hook }: StudioParts) {
    this.#database = database;
    this.#trace = trace;
    this.#hook = hook;
    const audit = new Audit(database, newId);
    const queue = new Queue(database, newId);
    const notes = { audit, queue };
    const quotas = new QuotaLedger(database);
    const hours = new Hours(database);
    const licences = new Licences(database, newId, audit, chance);
    const scenario = new Scenario(database, quotas, hours);
    const journal = new Journal(audit);
    const catalogue = new Catalogue(database, queue);
    const acceptance = new Acceptance(database, journal, quotas, catalogue);
    this.people = new People(database, newId, audit);
    this.sessions = new Sessions(database);
    this.audit = audit;
    this.orders = new Orders(
      database,
      newId,
      new Grants(newId, { quotas, hours, licences }),
      notes,
    );
    this.quotas = quotas;
    this.hours = hours;
    this.licences = licences;
    this.scenario = scenario;
    this.tasks = new Tasks(database, newId, journal, { scenario, queue });
    this.delivery = new Delivery(database, journal, queue);
    this.training = new Training(database, journal, queue, acceptance);
    this.acceptance = acceptance;
    this.catalogue = catalogue;
    this.assignments = new Assignments(database, newId, notes);
    this.queue = queue;
  }

  /** Brings the database's schema up to this program's first. */
  static async open(parts: StudioParts, nowMs: number): Promise<Studio> {
    await migrate(parts.database, nowMs);
    return new Studio(parts);
  }

  /** Housekeeping, to be called every few seconds by one process or several. */
  async tend(nowMs: number): Promise<void> {
    await this.#bury(nowMs);
    await this.sessions.sweep(nowMs);
    await this.#callHooks(nowMs);
  }

  /** What workers died over too often has failed; its people are told by the task. */
  async #bury(nowMs: number): Promise<void> {
    await this.#database.transaction(async (queries) => {
      for (const work of await this.queue.bury(queries, nowMs)) {
        this.#trace.note({ area: "studio", kind: "dead-letter", id: work.id, work: work.kind });
        await this.training.buried(queries, work, nowMs);
      }
    });
  }

  async #callHooks(nowMs: number): Promise<void> {
    const claim = { kinds: ["hook"], holder: "studio", leaseMs: hookLeaseMs } as const;
    for (;;) {
      const work = await this.queue.claim(claim, nowMs);
      if (!work) return;
      const order = await this.orders.get(systemAct(work.accountId, nowMs), work.subject);
      if (order instanceof Refusal) throw new Error(order.message);
      try {
        await this.#hook(order);
        await this.queue.done(work);
      } catch (error) {
        this.#trace.note({ area: "studio", kind: "hook-failed", order: order.id, error });
        await this.queue.fail(work, String(error), nowMs);
      }
    }
  }
}

const hookLeaseMs = 60_000;
