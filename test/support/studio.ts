import assert from "node:assert/strict";
import type { AvatarKind, LipSyncType } from "../../config/skus.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import type { Database } from "../../drivers/database/database.ts";
import { openDatabase } from "../../drivers/database/open.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import type { Act, Actor, Role } from "../../runtime/studio/act.ts";
import type { Order } from "../../runtime/studio/order/order.ts";
import type { Work, WorkKind } from "../../runtime/studio/queue/work.ts";
import type { Target } from "../../runtime/studio/quota/quota.ts";
import { Refusal } from "../../runtime/studio/refusal.ts";
import { Studio } from "../../runtime/studio/studio.ts";
import type { Task } from "../../runtime/studio/task/task.ts";

/** A studio with an operator's account and a customer's, on a database of its own. */
export class House implements AsyncDisposable {
  readonly studio: Studio;
  readonly database: Database;
  readonly clock: ManualClock;
  readonly trace: TraceRing;
  /** Orders that the hook was told of; it fails while `hookFails`. */
  readonly hooked: Order[];
  readonly actors: Readonly<Record<Role, Actor>>;

  constructor(parts: Pick<House, "studio" | "database" | "clock" | "trace" | "hooked" | "actors">) {
    this.studio = parts.studio;
    this.database = parts.database;
    this.clock = parts.clock;
    this.trace = parts.trace;
    this.hooked = parts.hooked;
    this.actors = parts.actors;
  }

  get nowMs(): number {
    return this.clock.wallMs();
  }

  act(role: Role): Act {
    return { actor: this.actors[role], nowMs: this.nowMs };
  }

  async buy(sku: string, count = 1): Promise<Order> {
    const { orders } = this.studio;
    const order = value(await orders.place(this.act("customer"), { lines: [{ sku, count }] }));
    return value(await orders.confirm(this.act("administrator"), order.id));
  }

  /** What a worker finds in the queue now. */
  async claim(kind: WorkKind, holder = "worker"): Promise<Work> {
    const work = await this.studio.queue.claim(
      { kinds: [kind], holder, leaseMs: 60_000 },
      this.nowMs,
    );
    assert(work, `there is work of kind ${kind}`);
    return work;
  }

  async submit(kind: AvatarKind, type: LipSyncType, target: Target): Promise<Task> {
    const purpose = kind === "photo" ? "photo" : "take";
    const materials = [{ purpose, file: "file-1", name: "take.mp4" }] as const;
    const wish = { name: "Ben", kind, type, targets: [target], materials, consentFile: "file-2" };
    const [task] = value(await this.studio.tasks.submit(this.act("customer"), wish));
    assert(task);
    return task;
  }

  /** Up to where the delivery team has approved it. */
  async approve(id: string): Promise<Task> {
    value(await this.studio.tasks.handIn(this.act("customer"), id));
    value(await this.studio.training.checked(await this.claim("check"), noFindings, this.nowMs));
    return value(await this.studio.delivery.approve(this.act("delivery"), id));
  }

  /** A build by a worker that succeeds. */
  async train(): Promise<Task> {
    const { training } = this.studio;
    const work = await this.claim("build");
    value(await training.began(work, this.nowMs));
    value(await training.processed(work, this.nowMs));
    const demos = [{ tier: "720p", file: "demo-1" }] as const;
    return value(await training.trained(work, { demos, build: "builds/1" }, this.nowMs));
  }

  /** A task whose demo waits to be accepted. */
  async trained(kind: AvatarKind, type: LipSyncType, target: Target): Promise<Task> {
    const { id } = await this.submit(kind, type, target);
    await this.approve(id);
    return this.train();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database[Symbol.asyncDispose]();
  }
}

export async function openHouse(url: string, timeZone = "Europe/Berlin"): Promise<House> {
  const database = await openDatabase(url);
  const clock = new ManualClock();
  const stamps = countedStamps(clock);
  const trace = new TraceRing();
  const hooked: Order[] = [];
  const hook = async (order: Order) => {
    if (order.note === "hook fails") throw new RangeError("Cannot tell: nobody listens");
    hooked.push(order);
  };
  const chance = (bytes: number) => new TextEncoder().encode(stamps.newId().slice(-bytes));
  const parts = { database, trace, newId: () => stamps.newId(), chance, hook };
  const studio = await Studio.open(parts, clock.wallMs());
  const actors = await people(studio, clock.wallMs(), timeZone);
  return new House({ studio, database, clock, trace, hooked, actors });
}

/** What an action gave, where a refusal would be a surprise. */
export function value<T>(outcome: T | Refusal): T {
  if (outcome instanceof Refusal) throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome;
}

/** The refusal that an action gave, with this code. */
export function refused(outcome: unknown, code: Refusal["code"]): Refusal {
  assert(outcome instanceof Refusal, `it is refused, not ${JSON.stringify(outcome)}`);
  assert.equal(outcome.code, code, outcome.message);
  return outcome;
}

/** How many rows each table has: what a refusal must leave as it is. */
export async function rowCounts(database: Database): Promise<Readonly<Record<string, number>>> {
  const tables = ["orders", "quotas", "quota_uses", "tasks", "task_events", "work", "avatars"];
  const counts: [string, number][] = [];
  for (const table of [...tables, "audit", "hour_uses"]) {
    const [row] = await database.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`);
    counts.push([table, row?.n ?? 0]);
  }
  return Object.fromEntries(counts);
}

const noFindings = { findings: [] };

async function people(studio: Studio, nowMs: number, timeZone: string) {
  const first = { accountName: "Studio", timeZone: "UTC", email: "ada@studio.example" };
  const founder = { ...first, name: "Ada", passwordHash: "hash" };
  const ada = value(await studio.people.found(founder, nowMs));
  const actorOf = (person: typeof ada): Actor => ({
    userId: person.id,
    role: person.role,
    accountId: person.accountId,
  });
  const act = { actor: actorOf(ada), nowMs };
  const firm = value(await studio.people.openAccount(act, { name: "Firm", timeZone }));
  const add = async (email: string, role: Role, accountId: string) =>
    value(
      await studio.people.add(act, {
        ...{ email, role, accountId, name: email, passwordHash: "hash", language: "en" },
      }),
    );
  const dora = await add("dora@studio.example", "delivery", ada.accountId);
  const carl = await add("carl@firm.example", "customer", firm.id);
  return { administrator: actorOf(ada), delivery: actorOf(dora), customer: actorOf(carl) };
}
