import { Type } from "typebox";
import { skus } from "../../../../config/skus.ts";
import type { SiteFields } from "../../../../drivers/site/site.ts";
import { type Action, action, administrators, everybody } from "../action.ts";
import { id, shapes } from "../shapes.ts";

/** Buying: articles, orders, and what becomes of them. */
export const orderActions: readonly Action[] = [
  action({
    id: "skus.list",
    method: "GET",
    path: "/skus",
    roles: everybody,
    summary: "The articles of the purchase page",
    answer: Type.Array(shapes.sku),
    run: async () => skus,
  }),
  action({
    id: "orders.list",
    method: "GET",
    path: "/orders",
    roles: everybody,
    summary: "Orders, newest first",
    input: Type.Object({
      state: Type.Optional(shapes.order.properties.state),
      accountId: Type.Optional(id),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      before: Type.Optional(id),
    }),
    answer: Type.Array(shapes.order),
    run: ({ house, act }, { limit = 50, before, ...filter }) =>
      house.studio.orders.list(act, filter, before === undefined ? { limit } : { limit, before }),
  }),
  action({
    id: "orders.get",
    method: "GET",
    path: "/orders/:id",
    roles: everybody,
    summary: "One order",
    answer: shapes.order,
    run: ({ house, act, param }) => house.studio.orders.get(act, param("id")),
  }),
  action({
    id: "orders.place",
    method: "POST",
    path: "/orders",
    roles: everybody,
    summary: "Place an order; an administrator confirms it",
    input: Type.Object({
      lines: Type.Array(shapes.orderLine, { minItems: 1, maxItems: 50 }),
      note: Type.Optional(Type.String({ maxLength: 500 })),
      accountId: Type.Optional(id),
    }),
    answer: shapes.order,
    run: ({ house, act }, wish) => house.studio.orders.place(act, wish),
    form: { page: "/purchase", next: (order) => `/orders/${order.id}`, read: readBasket },
  }),
  action({
    id: "orders.confirm",
    method: "POST",
    path: "/orders/:id/confirm",
    roles: administrators,
    summary: "Confirm an order: its quotas, hours and licences are granted",
    answer: shapes.order,
    run: ({ house, act, param }) => house.studio.orders.confirm(act, param("id")),
    form: { page: "/orders/:id", next: (order) => `/orders/${order.id}` },
  }),
  action({
    id: "orders.refuse",
    method: "POST",
    path: "/orders/:id/refuse",
    roles: administrators,
    summary: "Refuse an order, with the reason",
    input: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 300 }) }),
    answer: shapes.order,
    run: ({ house, act, param }, { reason }) =>
      house.studio.orders.refuse(act, param("id"), reason),
    form: { page: "/orders/:id", next: (order) => `/orders/${order.id}` },
  }),
  action({
    id: "orders.cancel",
    method: "POST",
    path: "/orders/:id/cancel",
    roles: everybody,
    summary: "Take an order back before it is confirmed",
    input: Type.Object({ reason: Type.Optional(Type.String({ maxLength: 300 })) }),
    answer: shapes.order,
    run: ({ house, act, param }, { reason }) =>
      house.studio.orders.cancel(act, param("id"), reason),
    form: { page: "/orders/:id", next: (order) => `/orders/${order.id}` },
  }),
];

/** The purchase page has a field for each article; those left empty or at 0 are not wanted. */
function readBasket(fields: SiteFields): unknown {
  const lines = skus.flatMap(({ sku, grant }) => {
    const count = Number(fields.get(`count.${sku}`)?.[0] ?? 0);
    const poolId = fields.get("poolId")?.[0] ?? "";
    const pool = grant.kind === "renewal" && poolId !== "" ? { poolId } : {};
    return count === 0 ? [] : [{ sku, count, ...pool }];
  });
  const note = fields.get("note")?.[0] ?? "";
  const accountId = fields.get("accountId")?.[0] ?? "";
  return { lines, ...(note && { note }), ...(accountId && { accountId }) };
}
