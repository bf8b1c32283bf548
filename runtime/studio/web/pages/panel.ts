import type { Person } from "../../people/person.ts";
import type { Task } from "../../task/task.ts";
import { type Html, html } from "../html.ts";
import { area, card, form, press, select, submit } from "../parts.ts";
import type { Scene } from "../scene.ts";

/** What the delivery team does with a task: take it, approve it, turn it down, retry. */
export function deliveryPanel(
  scene: Scene,
  { task, team }: { readonly task: Task; readonly team: readonly Person[] },
): Html {
  const { words } = scene;
  const retry = html`<p>${words("panel.failed.what")}</p>
${press(scene, `/tasks/${task.id}/retry`, "panel.retry", "main")}`;
  return html`${task.stage !== "END" && card(words("panel.assign"), assign(scene, task, team))}
${task.stage === "AUDIT" && audit(scene, task)}
${task.status === "failed" && card(words("panel.failed"), retry)}`;
}

function assign(scene: Scene, { id, assigneeId }: Task, team: readonly Person[]): Html {
  const people = team.map(({ id, name }) => ({ value: id, label: name }));
  const choices = [{ value: "", label: scene.words("task.nobody") }, ...people];
  const who = { name: "userId", label: "task.assignee", value: assigneeId ?? "" } as const;
  const content = html`<div class="row">${select(scene, who, choices)}
${submit(scene, "panel.assign.do", "")}</div>`;
  return form(scene, `/tasks/${id}/assign`, content);
}

function audit(scene: Scene, { id }: Task): Html {
  const { words } = scene;
  const approve = html`<p>${words("panel.approve.what")}</p>
${press(scene, `/tasks/${id}/approve`, "panel.approve", "main")}`;
  const why = { name: "reason", label: "panel.reason", max: 300, required: true } as const;
  const reason = html`${area(scene, why)}${submit(scene, "panel.turnDown", "bad")}`;
  return html`<div class="pair">${card(words("panel.approve"), approve)}
${card(words("panel.turnDown"), form(scene, `/tasks/${id}/turn-down`, reason))}</div>`;
}
