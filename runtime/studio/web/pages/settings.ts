import { type LipSyncType, lipSyncTypes } from "../../../../config/skus.ts";
import type { Quota } from "../../quota/quota.ts";
import type { Task } from "../../task/task.ts";
import { type Html, html } from "../html.ts";
import { makeOf, taskLink } from "../labels.ts";
import { area, form, submit } from "../parts.ts";
import type { Scene } from "../scene.ts";

export interface Settings {
  readonly type: LipSyncType;
  readonly waiting: readonly Task[];
  readonly quotas: readonly Quota[];
}

/** Avatar Settings: trained avatars of a type, with their films, to accept or to reject. */
export function settings(scene: Scene, view: Settings): Html {
  const { words } = scene;
  const tabs = lipSyncTypes.map((type) => {
    const here = type === view.type && html` aria-current="page"`;
    const count = view.waiting.filter((task) => task.type === type).length;
    return html`<a href="/settings?type=${type}"${here}>${words.of(`type.${type}`)} (${count})</a>`;
  });
  const shown = view.waiting.filter(({ type }) => type === view.type);
  const tasks = shown.map((task) => waiting(scene, task, view.quotas));
  const none = html`<p class="empty">${words("settings.none")}</p>`;
  return html`<p class="lead">${words("settings.lead")}</p>
<nav class="tabs" aria-label="${words("settings.types")}">${tabs}</nav>
${tasks.length > 0 ? tasks : none}`;
}

function waiting(scene: Scene, task: Task, quotas: readonly Quota[]): Html {
  const { words, role } = scene;
  const round = words("task.round", { round: task.round });
  return html`<article class="card avatar"><h2>${taskLink(task)}</h2>
<p>${makeOf(scene, task)}${words("list.and")}${round}</p>
${demoFilms(scene, task)}${role !== "delivery" && decision(scene, task, quotas)}</article>`;
}

function decision(scene: Scene, task: Task, quotas: readonly Quota[]): Html {
  const { words } = scene;
  // The page that a refusal shows again is the one of this type.
  const type = html`<input type="hidden" name="type" value="${task.type}">`;
  const accept = html`${type}${submit(scene, "settings.accept")}`;
  const reject = html`${type}
${area(scene, { name: "reason", label: "settings.reason", max: 300, required: true })}
${submit(scene, "settings.reject", "bad")}`;
  return html`<div class="pair"><div>${quotaLine(scene, task, quotas)}
${form(scene, `/tasks/${task.id}/accept`, accept)}</div>
<details><summary>${words("settings.reject.open")}</summary>
${form(scene, `/tasks/${task.id}/reject`, reject)}</details></div>`;
}

/** A film for each tier; they are fetched when somebody plays them. */
export function demoFilms({ words }: Scene, { id, demos }: Task): Html {
  const films = demos.map(
    ({ tier, file }) => html`<figure><video controls preload="metadata"
src="/tasks/${id}/demos/${tier}?of=${file}" aria-label="${words("settings.film", { tier })}">
</video>
<figcaption>${tier} <a href="/tasks/${id}/demos/${tier}?of=${file}" download>
${words("download")}</a></figcaption></figure>`,
  );
  return html`<div class="films">${films}</div>`;
}

/** What an acceptance would use, or that there is nothing to use. */
function quotaLine(scene: Scene, task: Task, quotas: readonly Quota[]): Html {
  const { words } = scene;
  const mine = quotas.filter(
    ({ accountId, kind, type }) =>
      accountId === task.accountId && kind === task.kind && type === task.type,
  );
  const unused = mine.filter(({ state }) => state === "unused").length;
  const reusable =
    task.target === "client" ? mine.filter(({ state }) => state === "reusable").length : 0;
  if (unused + reusable > 0) return html`<p>${words("settings.quota", { unused, reusable })}</p>`;
  const sku = `avatar-${task.kind}-${task.type}`;
  const name = words.of(`sku.${sku}`);
  return html`<p class="note">${words("missing.quota", { names: name })} <a
href="/purchase?sku=${sku}">${words("missing.buy")}</a></p>`;
}
