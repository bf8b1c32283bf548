import type { Order } from "../../order/order.ts";
import { type Html, html } from "../html.ts";
import { lineOf, orderBadge } from "../labels.ts";
import { area, card, facts, form, older, press, short, submit, table } from "../parts.ts";
import { momentOf, type Scene } from "../scene.ts";

export interface Orders {
  readonly orders: readonly Order[];
  readonly accountNames: ReadonlyMap<string, string>;
}

export function orders(scene: Scene, view: Orders): Html {
  const { words } = scene;
  return html`<p><a class="button main" href="/purchase">${words("orders.new")}</a></p>
${card(words("orders.all"), orderTable(scene, view))}${older(scene, "/orders", view.orders)}`;
}

export function orderTable(scene: Scene, { orders, accountNames }: Orders): Html {
  const isStaff = accountNames.size > 0;
  const whose = isStaff ? (["order.account"] as const) : [];
  const columns = ["order.number", ...whose, "order.lines", "order.state", "order.placed"] as const;
  const rows = orders.map((order) => [
    html`<a href="/orders/${order.id}">${short(order.id)}</a>`,
    ...(isStaff ? [accountNames.get(order.accountId) ?? order.accountId] : []),
    order.lines.map((line) => html`<div>${lineOf(scene, line)}</div>`),
    orderBadge(scene, order),
    momentOf(scene, order.placedMs),
  ]);
  return table(scene, { label: "nav.orders", columns, empty: "orders.none" }, rows);
}

export interface OrderView {
  readonly order: Order;
  readonly placedBy: string;
  readonly accountName: string;
}

export function order(scene: Scene, { order, placedBy, accountName }: OrderView): Html {
  const { words } = scene;
  const lines = html`<ul class="lines">${order.lines.map(
    (line) => html`<li>
${lineOf(scene, line)}</li>`,
  )}</ul>`;
  const rows = [
    [words("order.state"), orderBadge(scene, order)],
    [words("order.account"), accountName],
    [words("order.placed"), momentOf(scene, order.placedMs)],
    [words("order.by"), placedBy],
    ...(order.decidedMs === null
      ? []
      : [[words("order.decided"), momentOf(scene, order.decidedMs)] as const]),
    ...(order.note === "" ? [] : [[words("order.note"), order.note] as const]),
    ...(order.reason === "" ? [] : [[words("order.reason"), order.reason] as const]),
  ] as const;
  return html`<div class="pair">${card(words("order.lines"), lines)}
${card(words("order.facts"), facts(rows))}</div>
${order.state === "placed" && decisions(scene, order)}
${order.state === "confirmed" && html`<p><a href="/quotas">${words("order.granted")}</a></p>`}`;
}

function decisions(scene: Scene, { id }: Order): Html {
  const { words, role } = scene;
  const cancel = press(scene, `/orders/${id}/cancel`, "order.cancel");
  if (role !== "administrator")
    return card(words("order.waits"), html`<p>${words("order.waits.what")}</p>${cancel}`);
  const why = { name: "reason", label: "order.reason", max: 300, required: true } as const;
  const refuse = html`${area(scene, why)}${submit(scene, "order.refuse", "bad")}`;
  return html`<div class="pair">${card(
    words("order.decide"),
    html`<p>
${words("order.decide.what")}</p>${press(scene, `/orders/${id}/confirm`, "order.confirm", "main")}
${cancel}`,
  )}
${card(words("order.refuse"), form(scene, `/orders/${id}/refuse`, refuse))}</div>`;
}
