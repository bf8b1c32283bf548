import type { Order } from "../../order/order.ts";
import type { Work } from "../../queue/work.ts";
import type { Task } from "../../task/task.ts";
import { type Html, html } from "../html.ts";
import { card } from "../parts.ts";
import type { Scene } from "../scene.ts";
import { type Orders, orderTable } from "./orders.ts";
import { taskTable, tile } from "./overview.ts";

export interface Reception {
  /** The latest of all. */
  readonly tasks: readonly Task[];
  /** Those that the delivery team has to do with. */
  readonly working: readonly Task[];
  readonly placed: readonly Order[];
  readonly dead: readonly Work[];
  readonly accountNames: Orders["accountNames"];
}

/** What waits for the studio's own people. */
export function reception(scene: Scene, view: Reception): Html {
  const { words, role } = scene;
  const audit = view.working.filter(({ stage }) => stage === "AUDIT");
  const failed = view.working.filter(({ status }) => status === "failed");
  const running = view.working.filter(({ stage }) => stage === "PROCESS" || stage === "TRAIN");
  const isAdministrator = role === "administrator";
  const placed = orderTable(scene, { orders: view.placed, accountNames: view.accountNames });
  return html`<div class="tiles">
${isAdministrator && tile(scene, "/orders", "overview.placed", String(view.placed.length))}
${tile(scene, "/delivery#audit", "delivery.audit", String(audit.length))}
${tile(scene, "/delivery#running", "delivery.running", String(running.length))}
${tile(scene, "/delivery#failed", "delivery.failed", String(failed.length + view.dead.length))}
</div>
${isAdministrator && card(words("overview.placed"), placed)}
${card(words("delivery.audit"), taskTable(scene, "delivery.audit", audit))}
${card(words("overview.recent"), taskTable(scene, "overview.recent", view.tasks.slice(0, 5)))}`;
}
