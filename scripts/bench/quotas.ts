import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemStamps } from "../../drivers/clock/stamps.ts";
import { systemClock } from "../../drivers/clock/system.ts";
import type { Database, Queries } from "../../drivers/database/database.ts";
import { openDatabase } from "../../drivers/database/open.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import type { Accepted } from "../../runtime/studio/accept/acceptance.ts";
import type { Act } from "../../runtime/studio/act.ts";
import { Refusal } from "../../runtime/studio/refusal.ts";
import { Studio } from "../../runtime/studio/studio.ts";
import { percentileOf } from "./figure-line.ts";
import { startPostgres } from "./postgres-server.ts";

/** What acceptances at once made of a number of quotas. */
export interface Contention {
  readonly accepts: number;
  readonly quotas: number;
  /** Acceptances that got a quota, of each form; the others were refused with NO_QUOTA. */
  readonly granted: number;
  readonly grantedAgain: number;
  /** Rows of the ledger that break a rule, counted afresh: 0. */
  readonly doubleSpent: number;
  /** From the call to its answer, the waiting for all others included. */
  readonly p95Ms: number;
}

/**
 * A thousand acceptances at once for one quota and for many, in SQLite in a file and in PostgreSQL,
 * both of which wait for the medium.
 */
export async function* measureQuotas(): AsyncIterable<Contention & { readonly database: string }> {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-quotas-"));
  await using server = await startPostgres({ durable: true });
  for (const quotas of [1, 250]) {
    const urls = {
      SQLite: `sqlite:${join(folder, `${quotas}.db`)}`,
      PostgreSQL: await server.fresh(),
    };
    for (const [database, url] of Object.entries(urls)) {
      const wish = { accepts: 1_000, quotas, mixed: quotas > 1 };
      yield { database, ...(await contendForQuotas(url, wish)) };
    }
  }
  await rm(folder, { recursive: true });
}

/**
 * Lets `accepts` tasks be accepted at once, through two connections as of two servers, where only
 * `quotas` are there. Half of the tasks are for the cloud, whose quotas then serve the other half.
 */
export async function contendForQuotas(
  url: string,
  { accepts, quotas, mixed }: { accepts: number; quotas: number; mixed: boolean },
): Promise<Contention> {
  const clock = systemClock();
  await using one = await open(url);
  // In memory there is but one connection.
  await using two = url.endsWith(":memory:") ? undefined : await open(url);
  const act = await opened(one.studio, quotas);
  const ids = await one.database.transaction((queries) => seed(queries, act, accepts, mixed));
  const took: number[] = [];
  const accept = async (id: string, index: number) => {
    const { studio } = index % 4 < 2 || !two ? one : two;
    const sinceMs = clock.monotonicMs();
    const outcome = await studio.acceptance.accept(act, id);
    took.push(clock.monotonicMs() - sinceMs);
    return outcome;
  };
  const outcomes = await Promise.all(ids.map(accept));
  const given = outcomes.filter((outcome): outcome is Accepted => !(outcome instanceof Refusal));
  const refused = outcomes.filter((outcome) => outcome instanceof Refusal);
  const other = refused.find(({ code }) => code !== "NO_QUOTA");
  if (other) throw new Error(`Cannot count quotas: ${other.message}, NO_QUOTA is due`);
  return {
    accepts,
    quotas,
    granted: given.length,
    grantedAgain: given.filter(({ form }) => form === 2).length,
    doubleSpent: await brokenRows(one.database, given.length),
    p95Ms: percentileOf(took, 0.95),
  };
}

async function open(url: string) {
  const database = await openDatabase(url);
  const stamps = systemStamps(systemClock());
  const parts = { database, trace: new TraceRing(), newId: () => stamps.newId() };
  const chance = (bytes: number) => randomBytes(bytes);
  const studio = await Studio.open({ ...parts, chance, hook: async () => {} }, stamps.wallMs());
  return { database, studio, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
}

/** An account with its quotas; what it gives is its administrator's act. */
async function opened(studio: Studio, quotas: number): Promise<Act> {
  const nowMs = systemClock().wallMs();
  const first = { accountName: "Firm", timeZone: "Europe/Berlin", email: "ada@firm.example" };
  const ada = sure(await studio.people.found({ ...first, name: "Ada", passwordHash: "-" }, nowMs));
  const actor = { userId: ada.id, role: ada.role, accountId: ada.accountId };
  const act = { actor, nowMs };
  const lines = [{ sku: "avatar-generic-instant", count: quotas }];
  const order = sure(await studio.orders.place(act, { lines }));
  sure(await studio.orders.confirm(act, order.id));
  return act;
}

/** Tasks whose demos wait to be accepted; how they came there is not what is measured. */
async function seed(
  queries: Queries,
  { actor, nowMs }: Act,
  count: number,
  mixed: boolean,
): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, index) => `task-${index}`);
  for (const [index, id] of ids.entries()) {
    const target = mixed && index % 2 === 0 ? "client" : "cloud";
    await queries.query(
      `INSERT INTO tasks (id, account_id, pair_id, submitted_by, name, kind, type, target,
       avatar_id, stage, status, round, materials, sentence, created_ms, changed_ms)
       VALUES ($1, $2, $1, $3, $1, 'generic', 'instant', $4, $1, 'CONFIRM', 'waiting', 1,
       '[]', '', $5, $5)`,
      [id, actor.accountId, actor.userId, target, nowMs],
    );
  }
  return ids;
}

/** Counted from the rows alone, without the rules that the tables have. */
async function brokenRows(database: Database, granted: number): Promise<number> {
  const uses = await database.query<Use>("SELECT * FROM quota_uses");
  const keys = new Set(uses.map(({ quota_id, form }) => `${quota_id} ${form}`));
  const twice = uses.length - keys.size;
  const firstForCloud = new Set(
    uses.filter(({ form, target }) => form === 1 && target === "cloud").map((use) => use.quota_id),
  );
  const second = uses.filter(({ form }) => form === 2);
  const unfounded = second.filter(
    ({ quota_id, target }) => !firstForCloud.has(quota_id) || target !== "client",
  );
  const sql = "SELECT id FROM tasks WHERE stage = 'END' AND status = 'accepted'";
  const ended = await database.query(sql);
  const unpaid = Math.abs(ended.length - uses.length) + Math.abs(granted - uses.length);
  return twice + unfounded.length + unpaid;
}

type Use = {
  readonly quota_id: string;
  readonly form: number;
  readonly target: string;
};

function sure<T>(outcome: T | Refusal): T {
  if (outcome instanceof Refusal) throw new Error(outcome.message);
  return outcome;
}

// Lines of JSON, one for each database and number of quotas.
if (import.meta.main) {
  for await (const contention of measureQuotas()) {
    process.stdout.write(`${JSON.stringify(contention)}\n`);
  }
}
