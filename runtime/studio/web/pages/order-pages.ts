import { Refusal } from "../../refusal.ts";
import { administrators, everybody } from "../action.ts";
import { accountOf, type Page, type PageCall, pieceOf } from "../page.ts";
import { inWork } from "./in-work.ts";
import { order, orders } from "./orders.ts";
import { overview } from "./overview.ts";
import { purchase } from "./purchase.ts";
import { type LedgerLine, quotas } from "./quotas.ts";
import { reception } from "./reception.ts";

const buyers = ["customer", ...administrators] as const;

/** Where one stands, buying, and what was bought. */
export const orderPages: readonly Page[] = [
  { path: "/", roles: everybody, title: "nav.overview", load: loadOverview },
  {
    path: "/purchase",
    roles: buyers,
    title: "nav.purchase",
    load: async ({ house, act, scene, query }) => {
      const pools = await house.studio.licences.pools(act);
      const isStaff = act.actor.role !== "customer";
      const accounts = isStaff ? await house.studio.people.accounts(act) : [];
      const bought = pools.filter(({ kind }) => kind === "bought");
      const wanted = query.get("sku") ?? "";
      return { content: purchase(scene, { pools: bought, accounts, wanted }) };
    },
  },
  {
    path: "/orders",
    roles: buyers,
    title: "nav.orders",
    load: async (call) => {
      const { house, act, scene } = call;
      const list = await house.studio.orders.list(act, {}, pieceOf(call));
      const isStaff = act.actor.role !== "customer";
      const accounts = isStaff ? await house.studio.people.accounts(act) : [];
      const accountNames = new Map(accounts.map(({ id, name }) => [id, name]));
      return { content: orders(scene, { orders: list, accountNames }) };
    },
  },
  {
    path: "/orders/:id",
    roles: buyers,
    title: "order",
    load: async ({ house, act, scene, param }) => {
      const found = await house.studio.orders.get(act, param("id"));
      if (found instanceof Refusal) return found;
      const people = await house.studio.people.list(act);
      const accounts = await house.studio.people.accounts(act);
      const placedBy = people.find(({ id }) => id === found.placedBy)?.name ?? found.placedBy;
      const account = accounts.find(({ id }) => id === found.accountId);
      const accountName = account?.name ?? found.accountId;
      const title = scene.words("order.title", { id: found.id.slice(-6) });
      return { content: order(scene, { order: found, placedBy, accountName }), title };
    },
  },
  {
    path: "/quotas",
    roles: everybody,
    title: "nav.quotas",
    load: async (call) => {
      const { house, act, scene } = call;
      const accountId = accountOf(call);
      const list = await house.studio.quotas.list(act, accountId, { limit: 200 });
      const hours = await house.studio.hours.balance(act, accountId);
      if (hours instanceof Refusal) return hours;
      const accounts = await house.studio.people.accounts(act);
      const picker = { path: "/quotas", accounts, accountId };
      return { content: quotas(scene, { quotas: list, hours, ledger: ledgerOf(list), picker }) };
    },
  },
];

async function loadOverview({ house, act, scene }: PageCall) {
  const { studio } = house;
  const tasks = await studio.tasks.list(act, {}, { limit: 100 });
  if (act.actor.role !== "customer") {
    const placed = await studio.orders.list(act, { state: "placed" });
    const working = await inWork({ house, act });
    const dead = await studio.queue.list(act, { state: "dead" });
    const accounts = await studio.people.accounts(act);
    const accountNames = new Map(accounts.map(({ id, name }) => [id, name]));
    return { content: reception(scene, { tasks, working, placed, dead, accountNames }) };
  }
  const hours = await studio.hours.balance(act);
  if (hours instanceof Refusal) return hours;
  const view = {
    quotas: await studio.quotas.list(act, undefined, { limit: 200 }),
    waiting: await studio.acceptance.waiting(act),
    pools: await studio.licences.pools(act),
    missingForCloud: await studio.scenario.cloud(act),
  };
  return { content: overview(scene, { tasks, hours, ...view }) };
}

/** The ledger's rows, newest first: what was granted, and each use. */
function ledgerOf(list: Parameters<typeof quotas>[1]["quotas"]): readonly LedgerLine[] {
  const lines = list.flatMap(({ id, grantedMs, uses }) => [
    { atMs: grantedMs, what: "granted", subject: id },
    ...uses.map(({ form, atMs }) => ({ atMs, what: `used.${form}`, subject: id })),
  ]);
  return lines
    .sort((a, b) => a.atMs - b.atMs)
    .reverse()
    .slice(0, 100);
}
