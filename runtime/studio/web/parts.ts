import type { Missing } from "../refusal.ts";
import { Html, html, type Piece } from "./html.ts";
import type { Fills, Word } from "./language.ts";
import type { Scene } from "./scene.ts";

/** A part of a page under a heading of its own. */
export function card(title: Piece, content: Piece, mark = ""): Html {
  return html`<section class="card ${mark}"><h2>${title}</h2>${content}</section>`;
}

/** A form that does one thing; `path` is its action's. */
export function form(scene: Scene, path: string, content: Piece): Html {
  return html`<form method="post" action="${path}">${token(scene)}${content}</form>`;
}

/** The form of one button. */
export function press(scene: Scene, path: string, word: Word, look = ""): Html {
  const button = html`<button class="${look}">${scene.words(word)}</button>`;
  return html`<form class="press" method="post" action="${path}">${token(scene)}${button}</form>`;
}

/** Stands first in each form: with it the studio knows that a page of its own sent it. */
export function token({ csrf }: Scene): Html {
  return html`<input type="hidden" name="token" value="${csrf}">`;
}

interface Field {
  readonly name: string;
  readonly label: Word;
  readonly hint?: Word;
  readonly fills?: Fills;
  readonly type?: "text" | "email" | "password" | "number";
  readonly value?: string | number;
  readonly required?: boolean;
  readonly max?: number;
  readonly min?: number;
  readonly auto?: string;
}

/** A labelled field; after a refusal it holds what was typed, unless that is secret. */
export function field(scene: Scene, of: Field): Html {
  const { name, label, hint, type = "text" } = of;
  const typed = type === "password" ? undefined : scene.entered.get(name)?.at(-1);
  const bound = type === "number" ? "max" : "maxlength";
  const bounds = [
    of.max === undefined ? "" : html` ${bound}="${of.max}"`,
    of.min === undefined ? "" : html` ${type === "number" ? "min" : "minlength"}="${of.min}"`,
    of.auto === undefined ? "" : html` autocomplete="${of.auto}"`,
    of.required ? html` required` : "",
    hint === undefined ? "" : html` aria-describedby="${name}-hint"`,
  ];
  const value = typed ?? of.value ?? "";
  const input = html`<input name="${name}" type="${type}" value="${value}"${bounds}>`;
  return html`<div class="field"><label>${scene.words(label)}${input}</label>
${
  hint !== undefined &&
  html`<p class="hint" id="${name}-hint">
${scene.words(hint, of.fills)}</p>`
}</div>`;
}

interface Area {
  readonly name: string;
  readonly label: Word;
  readonly max: number;
  readonly required?: boolean;
}

/** A field of several lines. */
export function area(scene: Scene, { name, label, max, required }: Area): Html {
  const typed = scene.entered.get(name)?.at(-1) ?? "";
  const bounds = html` maxlength="${max}"${required && html` required`}`;
  return html`<div class="field"><label>${scene.words(label)}
<textarea name="${name}" rows="3"${bounds}>${typed}</textarea></label></div>`;
}

export interface Choice {
  readonly value: string;
  readonly label: Piece;
}

export function select(
  scene: Scene,
  of: { name: string; label: Word; value?: string },
  choices: readonly Choice[],
): Html {
  const chosen = scene.entered.get(of.name)?.at(-1) ?? of.value;
  const options = choices.map(
    ({ value, label }) =>
      html`<option value="${value}"${value === chosen && html` selected`}>${label}</option>`,
  );
  const list = html`<select name="${of.name}">${options}</select>`;
  return html`<div class="field"><label>${scene.words(of.label)}${list}</label></div>`;
}

/** One of several, all seen at once. */
export function radios(
  scene: Scene,
  of: { name: string; legend: Word; type?: "radio" | "checkbox" },
  choices: readonly (Choice & { readonly hint?: Piece })[],
): Html {
  const typed = scene.entered.get(of.name);
  const options = choices.map(({ value, label, hint }, index) => {
    const isChosen = typed ? typed.includes(value) : index === 0;
    return html`<label class="choice"><input type="${of.type ?? "radio"}" name="${of.name}"
value="${value}"${isChosen && html` checked`}>
<span><b>${label}</b>${hint && html`<small>${hint}</small>`}</span></label>`;
  });
  return html`<fieldset class="choices"><legend>${scene.words(of.legend)}</legend>
${options}</fieldset>`;
}

export function submit(scene: Scene, word: Word, look = "main"): Html {
  return html`<button class="${look}">${scene.words(word)}</button>`;
}

/** A table that scrolls by itself where it is too wide; a text where it would be empty. */
export function table(
  scene: Scene,
  of: { label: Word; columns: readonly Word[]; empty: Word },
  rows: readonly (readonly Piece[])[],
): Html {
  if (rows.length === 0) return html`<p class="empty">${scene.words(of.empty)}</p>`;
  const head = of.columns.map((word) => html`<th scope="col">${scene.words(word)}</th>`);
  const body = rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${scene.words(of.label)}">
<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** The way to older rows, where a list may have some. */
export function older(scene: Scene, path: string, rows: readonly { readonly id: string }[]): Html {
  const last = rows.at(-1);
  if (rows.length < rowsShown || last === undefined) return nothing;
  const joint = path.includes("?") ? "&" : "?";
  return html`<p><a href="${path}${joint}before=${last.id}">${scene.words("list.older")}</a></p>`;
}

/** Rows of a list that a page shows at once. */
export const rowsShown = 50;

export type Mood = "good" | "fair" | "bad" | "calm";

export function badge(text: string, mood: Mood): Html {
  return html`<span class="badge ${mood}">${text}</span>`;
}

/** Names with their values. */
export function facts(rows: readonly (readonly [Piece, Piece])[]): Html {
  const list = rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return html`<dl class="facts">${list}</dl>`;
}

/** How much of something is done or used, 0 to 1. */
export function meter(label: string, share: number): Html {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return html`<progress max="100" value="${percent}" aria-label="${label}">${percent} %</progress>`;
}

/** What has to be got first, each with where to get it. */
export function missingList({ words }: Scene, missing: readonly Missing[]): Html {
  const items = missing.map(({ what, skus }) => {
    const names = skus.map((sku) => words.of(`sku.${sku}`)).join(words("list.or"));
    const [sku = ""] = skus;
    const text = words.of(`missing.${what}`, { names });
    return html`<li>${text} <a href="/purchase?sku=${sku}">${words("missing.buy")}</a></li>`;
  });
  return html`<ul class="missing">${items}</ul>`;
}

/** The end of an id, which tells it from its neighbours. */
export function short(id: string): Html {
  return html`<code title="${id}">${id.slice(-6)}</code>`;
}

const nothing = new Html("");
