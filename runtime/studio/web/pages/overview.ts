import type { Balance } from "../../hours/balance.ts";
import type { LicencePool } from "../../licence/pool.ts";
import type { Quota } from "../../quota/quota.ts";
import type { Missing } from "../../refusal.ts";
import type { Task } from "../../task/task.ts";
import { type Html, html } from "../html.ts";
import { makeOf, taskBadge, taskLink } from "../labels.ts";
import type { Word } from "../language.ts";
import { card, missingList, table } from "../parts.ts";
import { hoursOf, momentOf, type Scene } from "../scene.ts";

export interface Overview {
  readonly quotas: readonly Quota[];
  readonly tasks: readonly Task[];
  readonly waiting: readonly Task[];
  readonly hours: Balance;
  readonly pools: readonly LicencePool[];
  readonly missingForCloud: readonly Missing[];
}

/** Where a customer stands, and what would be next. */
export function overview(scene: Scene, view: Overview): Html {
  const { words } = scene;
  const valid = view.quotas.filter(({ state }) => state === "unused");
  const running = view.tasks.filter(({ stage }) => stage !== "END");
  const seats = view.pools.reduce((sum, pool) => sum + pool.seats - pool.seatsTaken, 0);
  const tiles = [
    tile(scene, "/quotas", "overview.quotas", String(valid.length)),
    tile(scene, "/tasks", "overview.running", String(running.length)),
    tile(scene, "/settings", "overview.waiting", String(view.waiting.length)),
    tile(scene, "/quotas", "overview.hours", hoursOf(scene, view.hours.leftSeconds)),
    tile(scene, "/licences", "overview.seats", String(seats)),
  ];
  return html`<div class="tiles">${tiles}</div>
${nextSteps(scene, view, valid.length)}
${card(words("overview.recent"), taskTable(scene, "overview.recent", view.tasks.slice(0, 5)))}`;
}

export function tile({ words }: Scene, to: string, word: Word, value: string): Html {
  return html`<a class="tile" href="${to}"><strong>${value}</strong><span>${words(word)}</span>
</a>`;
}

export function taskTable(scene: Scene, label: Word, tasks: readonly Task[]): Html {
  const columns = ["task.name", "task.make", "task.step", "task.changed"] as const;
  const rows = tasks.map((task) => [
    taskLink(task),
    makeOf(scene, task),
    taskBadge(scene, task),
    momentOf(scene, task.changedMs),
  ]);
  return table(scene, { label, columns, empty: "tasks.none" }, rows);
}

function nextSteps(scene: Scene, view: Overview, validQuotas: number): Html {
  const { words } = scene;
  const steps: Html[] = [];
  if (view.waiting.length > 0) steps.push(step(scene, "/settings", "next.settings"));
  if (validQuotas === 0) steps.push(step(scene, "/purchase", "next.purchase"));
  else steps.push(step(scene, "/tasks/new", "next.submit"));
  const cloud =
    view.missingForCloud.length === 0
      ? html`<p>${words("cloud.ready")}</p>`
      : html`<p>${words("cloud.lacks")}</p>${missingList(scene, view.missingForCloud)}`;
  return html`<div class="pair">${card(words("next"), html`<ul class="steps">${steps}</ul>`)}
${card(words("cloud"), cloud)}</div>`;
}

function step({ words }: Scene, to: string, word: Word): Html {
  return html`<li><a href="${to}">${words(word)}</a></li>`;
}
