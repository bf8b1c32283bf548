import type { Work } from "../../queue/work.ts";
import type { Task } from "../../task/task.ts";
import { type Html, html } from "../html.ts";
import { makeOf, taskBadge, taskLink } from "../labels.ts";
import type { Word } from "../language.ts";
import { card, press, table } from "../parts.ts";
import { momentOf, type Scene } from "../scene.ts";
import { tile } from "./overview.ts";

export interface Delivery {
  readonly tasks: readonly Task[];
  readonly dead: readonly Work[];
  readonly names: ReadonlyMap<string, string>;
}

/** What waits for the delivery team, what runs, what failed. */
export function delivery(scene: Scene, view: Delivery): Html {
  const { words } = scene;
  const audit = view.tasks.filter(({ stage }) => stage === "AUDIT");
  const failed = view.tasks.filter(({ status }) => status === "failed");
  const running = view.tasks.filter(
    ({ stage, status }) => (stage === "PROCESS" || stage === "TRAIN") && status !== "failed",
  );
  const given = html`<p>${words("delivery.dead.what")}</p>${dead(scene, view.dead)}`;
  return html`<div class="tiles">${tile(scene, "#audit", "delivery.audit", String(audit.length))}
${tile(scene, "#running", "delivery.running", String(running.length))}
${tile(scene, "#failed", "delivery.failed", String(failed.length + view.dead.length))}</div>
${group(scene, view, "audit", audit)}${group(scene, view, "running", running)}
${group(scene, view, "failed", failed)}
${card(words("delivery.dead"), given)}`;
}

function group(scene: Scene, view: Delivery, name: string, tasks: readonly Task[]): Html {
  const label = `delivery.${name}` as Word;
  const columns = ["task.name", "task.make", "task.step", "task.assignee", "task.changed"] as const;
  const rows = tasks.map((task) => [
    taskLink(task),
    makeOf(scene, task),
    taskBadge(scene, task),
    task.assigneeId === null ? scene.words("task.nobody") : view.names.get(task.assigneeId),
    momentOf(scene, task.changedMs),
  ]);
  return html`<div id="${name}">
${card(scene.words(label), table(scene, { label, columns, empty: "tasks.none" }, rows))}</div>`;
}

function dead(scene: Scene, works: readonly Work[]): Html {
  const columns = [
    "work.kind",
    "work.subject",
    "work.attempts",
    "work.error",
    "work.again",
  ] as const;
  const rows = works.map((work) => [
    scene.words.of(`work.${work.kind}`),
    html`<code>${work.subject}</code>`,
    work.attempt,
    work.error,
    press(scene, `/queue/${work.id}/revive`, "panel.retry"),
  ]);
  return table(scene, { label: "delivery.dead", columns, empty: "delivery.dead.none" }, rows);
}
