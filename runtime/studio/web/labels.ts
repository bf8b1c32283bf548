import type { Avatar } from "../catalogue/avatar.ts";
import type { Order, OrderLine } from "../order/order.ts";
import type { Quota } from "../quota/quota.ts";
import type { Task } from "../task/task.ts";
import { type Html, html } from "./html.ts";
import { badge, type Mood } from "./parts.ts";
import type { Scene } from "./scene.ts";

const orderMoods: Readonly<Record<Order["state"], Mood>> = {
  placed: "fair",
  confirmed: "good",
  refused: "bad",
  cancelled: "calm",
};

export function orderBadge({ words }: Scene, { state }: Order): Html {
  return badge(words.of(`order.is.${state}`), orderMoods[state]);
}

const quotaMoods: Readonly<Record<Quota["state"], Mood>> = {
  unused: "good",
  reusable: "good",
  spent: "calm",
  expired: "bad",
};

export function quotaBadge({ words }: Scene, { state }: Quota): Html {
  return badge(words.of(`quota.${state}`), quotaMoods[state]);
}

const taskMoods: Readonly<Record<Task["status"], Mood>> = {
  open: "fair",
  checking: "calm",
  refused: "bad",
  waiting: "fair",
  queued: "calm",
  running: "calm",
  failed: "bad",
  accepted: "good",
  cancelled: "calm",
};

export function taskBadge({ words }: Scene, { stage, status }: Task): Html {
  return badge(words.of(`step.${stage}.${status}`), taskMoods[status]);
}

/** Exclusive, Instant Lip-Sync, client-rendered. */
export function makeOf(
  { words }: Scene,
  of: Pick<Task | Avatar, "kind" | "type" | "target">,
): string {
  const [kind, type] = [words.of(`kind.${of.kind}`), words.of(`type.${of.type}`)];
  return [kind, type, words.of(`target.${of.target}`)].join(words("list.and"));
}

export function lineOf({ words }: Scene, { sku, count }: OrderLine): string {
  return words("order.line", { name: words.of(`sku.${sku}`), count });
}

export function taskLink({ id, name }: Pick<Task, "id" | "name">): Html {
  return html`<a href="/tasks/${id}">${name}</a>`;
}
