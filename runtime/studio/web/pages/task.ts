import type { Person } from "../../people/person.ts";
import { type Material, stages, type Task, type TaskEvent, type TaskLog } from "../../task/task.ts";
import { type Html, html } from "../html.ts";
import { makeOf, taskBadge } from "../labels.ts";
import { mediaTypeOf } from "../media-type.ts";
import { area, card, facts, form, meter, press, submit, table, token } from "../parts.ts";
import { momentOf, percentOf, type Scene } from "../scene.ts";
import { deliveryPanel } from "./panel.ts";
import { demoFilms } from "./settings.ts";
import { materialFields, uploading } from "./submit.ts";

export interface TaskView {
  readonly task: Task;
  readonly history: readonly TaskEvent[];
  readonly logs: readonly TaskLog[];
  readonly names: ReadonlyMap<string, string>;
  /** Whom the delivery team may assign it to. */
  readonly team: readonly Person[];
}

/** One task from SUBMIT to END. */
export function task(scene: Scene, view: TaskView): Html {
  const { words, role } = scene;
  const { task } = view;
  const isOpen = task.stage === "SUBMIT" && task.status !== "checking";
  return html`<div data-task="${task.id}" data-step="${task.stage}.${task.status}">
${path(scene, task)}
${now(scene, task)}
${task.findings.length > 0 && card(words("task.findings"), findings(scene, task))}
${isOpen && revise(scene, task)}
${role !== "customer" && deliveryPanel(scene, view)}
${task.demos.length > 0 && card(words("task.demos"), films(scene, task))}
<div class="pair">${card(words("task.facts"), about(scene, view))}
${card(words("task.material"), materials(scene, task))}</div>
${card(words("task.history"), history(scene, view))}
${card(words("task.logs"), logs(scene, view.logs))}
${task.stage !== "END" && cancel(scene, task)}</div>`;
}

function films(scene: Scene, task: Task): Html {
  const confirm = html`<p><a class="button main" href="/settings?type=${task.type}">
${scene.words("task.confirm")}</a></p>`;
  return html`${demoFilms(scene, task)}${task.stage === "CONFIRM" && confirm}`;
}

/** The stages as a way, the present one marked; a photo skips CONFIRM. */
function path({ words }: Scene, { stage, kind }: Task): Html {
  const way = stages.filter((name) => kind !== "photo" || name !== "CONFIRM");
  const at = way.indexOf(stage);
  const items = way.map((name, index) => {
    const mark = index < at ? "past" : index === at ? "here" : "ahead";
    const here = index === at && html` aria-current="step"`;
    return html`<li class="${mark}"${here}><span>${words.of(`stage.${name}`)}</span></li>`;
  });
  return html`<ol class="way" aria-label="${words("task.way")}">${items}</ol>`;
}

function now(scene: Scene, task: Task): Html {
  const { words } = scene;
  const isMoving = task.status === "running" || task.status === "checking";
  const round = words("task.round", { round: task.round });
  const percent = html`${words("list.dot")}<span id="percent">
${percentOf(scene, task.progress)}</span>`;
  const bar = html`<div id="meter">${meter(words("task.progress"), task.progress)}</div>`;
  return html`<section class="card now"><p>${taskBadge(scene, task)} ${round}
${isMoving && percent}</p>
${isMoving && bar}<p id="note" lang="en">${task.note}</p></section>`;
}

/** What to record again comes first, in the reader's language; then what was measured. */
function findings({ words }: Scene, { findings }: Task): Html {
  const items = findings.map(({ code, severity, message, advice }) => {
    const known = words.of(`advice.${code}`);
    const next = known === `advice.${code}` ? advice : known;
    return html`<li class="${severity === "error" ? "bad" : "fair"}">
<b>${words.of(`finding.${severity}`)}</b> ${next}
<span class="measured" lang="en">${message}</span> <code>${code}</code></li>`;
  });
  return html`<ul class="findings">${items}</ul>`;
}

function revise(scene: Scene, { id, materials, sentence, consentFile }: Task): Html {
  const { words } = scene;
  // What is there stays, unless another file of its purpose comes after it.
  const kept = materials.map(
    ({ purpose, file, name }) => html`<input type="hidden" name="upload.${purpose}" value="${file}">
<input type="hidden" name="name.${purpose}" value="${name}">`,
  );
  const consent =
    consentFile !== null &&
    html`<input type="hidden" name="upload.consent" value="${consentFile}">`;
  const typed = { ...scene, entered: new Map([["sentence", [sentence]], ...scene.entered]) };
  const fields = html`<form method="post" action="/tasks/${id}/revise"
enctype="multipart/form-data" data-upload>${token(scene)}${kept}${consent}
${materialFields(scene)}${area(typed, { name: "sentence", label: "task.sentence", max: 300 })}
${submit(scene, "task.revise", "")}${uploading(scene)}</form>`;
  const hand = html`<p>${words("task.handIn.what")}</p>
${press(scene, `/tasks/${id}/hand-in`, "task.handIn", "main")}`;
  return html`${materials.length > 0 && card(words("task.handIn"), hand)}
${card(words("task.revise"), fields)}`;
}

function about(scene: Scene, { task, names }: TaskView): Html {
  const { words } = scene;
  const assignee =
    task.assigneeId === null ? words("task.nobody") : nameOf(scene, names, task.assigneeId);
  return facts([
    [words("task.make"), makeOf(scene, task)],
    [words("task.avatarId"), html`<code>${task.avatarId}</code>`],
    [words("task.sentence"), task.sentence === "" ? words("task.sentence.own") : task.sentence],
    [words("task.assignee"), assignee],
    [words("task.by"), nameOf(scene, names, task.submittedBy)],
    [words("task.created"), momentOf(scene, task.createdMs)],
    [words("task.changed"), momentOf(scene, task.changedMs)],
  ]);
}

function materials(scene: Scene, { id, materials, consentFile }: Task): Html {
  const { words } = scene;
  const consent: readonly Pick<Material, "file" | "name">[] =
    consentFile === null ? [] : [{ file: consentFile, name: words("submit.consent") }];
  if (materials.length + consent.length === 0) {
    return html`<p class="empty">${words("task.material.none")}</p>`;
  }
  const row = (purpose: string, { file, name }: Pick<Material, "file" | "name">): Html => {
    const place = `/tasks/${id}/files/${file}`;
    return html`<li>${words.of(`purpose.${purpose}`)}${words("list.colon")}<a
href="${place}" download>${name}</a>${look(scene, name, place)}</li>`;
  };
  return html`<ul class="lines">${materials.map((one) => row(one.purpose, one))}
${consent.map((one) => row("consent", one))}</ul>`;
}

/** Material to be looked at where it stands; it is fetched when somebody plays it. */
function look({ words }: Scene, name: string, place: string): Html | undefined {
  const [kind] = mediaTypeOf(name).split("/");
  const media = {
    video: html`<video controls preload="none" src="${place}" aria-label="${name}"></video>`,
    audio: html`<audio controls preload="none" src="${place}" aria-label="${name}"></audio>`,
    image: html`<img loading="lazy" src="${place}" alt="${name}">`,
  }[kind ?? ""];
  if (media === undefined) return undefined;
  return html`<details class="look"><summary>${words("task.look")}</summary>${media}</details>`;
}

function history(scene: Scene, { history, names }: TaskView): Html {
  const columns = ["history.at", "history.step", "history.by", "history.reason"] as const;
  const rows = history.map(({ atMs, step, by, reason, round }) => [
    momentOf(scene, atMs),
    html`${scene.words.of(`history.${step}`)} <small>
${scene.words("task.round", { round })}</small>`,
    nameOf(scene, names, by),
    reason,
  ]);
  return table(scene, { label: "task.history", columns, empty: "task.history.none" }, rows);
}

function logs({ words }: Scene, logs: readonly TaskLog[]): Html {
  const last = logs.at(-1)?.seq ?? 0;
  const text = logs.map(({ text }) => `${text}\n`).join("");
  const none = html`<p class="empty">${words("task.logs.none")}</p>`;
  return html`<div class="scroll tall" tabindex="0" role="region"
aria-label="${words("task.logs")}">
<pre id="logs" data-last="${last}">${text}</pre></div>
${logs.length === 0 && none}`;
}

function cancel(scene: Scene, { id }: Task): Html {
  const reason = area(scene, { name: "reason", label: "task.cancel.reason", max: 300 });
  const content = html`${reason}${submit(scene, "task.cancel", "bad")}`;
  return html`<details class="card"><summary>${scene.words("task.cancel")}</summary>
${form(scene, `/tasks/${id}/cancel`, content)}</details>`;
}

/** A customer knows the own people by name, and the studio's as its team. */
function nameOf({ words }: Scene, names: ReadonlyMap<string, string>, id: string): string {
  return names.get(id) ?? words(id === "system" ? "task.system" : "task.team");
}
