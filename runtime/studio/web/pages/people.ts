import { roles } from "../../act.ts";
import type { Account, AuditEntry, Person } from "../../people/person.ts";
import { passwordCharsMin } from "../actions/people.ts";
import { type Html, html } from "../html.ts";
import { badge, card, field, form, older, select, submit, table, token } from "../parts.ts";
import { dayOf, momentOf, type Scene } from "../scene.ts";

export interface People {
  readonly accounts: readonly Account[];
  readonly people: readonly Person[];
}

/** Accounts and the people in them. */
export function people(scene: Scene, view: People): Html {
  const { words } = scene;
  const names = new Map(view.accounts.map(({ id, name }) => [id, name]));
  return html`${card(words("people.all"), personTable(scene, view.people, names))}
<div class="pair">${card(words("people.add"), addPerson(scene, view.accounts))}
<div>${card(words("people.accounts"), accountTable(scene, view.accounts))}
${card(words("people.open"), openAccount(scene))}</div></div>`;
}

function personTable(scene: Scene, people: readonly Person[], names: ReadonlyMap<string, string>) {
  const { words } = scene;
  const columns = [
    "people.name",
    "people.email",
    "people.account",
    "people.role",
    "people.state",
    "people.change",
  ] as const;
  const rows = people.map((person) => [
    person.name,
    person.email,
    names.get(person.accountId),
    words.of(`role.${person.role}`),
    person.disabled ? badge(words("people.out"), "bad") : badge(words("people.in"), "good"),
    changes(scene, person),
  ]);
  return table(scene, { label: "people.all", columns, empty: "people.none" }, rows);
}

function changes(scene: Scene, { id, disabled, name }: Person): Html {
  const word = scene.words(disabled ? "people.enable" : "people.disable");
  const keep = html`<form class="press" method="post" action="/people/${id}/disabled">
${token(scene)}<input type="hidden" name="disabled" value="${disabled ? "false" : "true"}">
<button aria-label="${word}: ${name}">${word}</button></form>`;
  const renew = html`${newPassword(scene, "bare")}${submit(scene, "account.change", "")}`;
  return html`${keep}<details class="look"><summary>${scene.words("account.password")}</summary>
${form(scene, `/people/${id}/password`, renew)}</details>`;
}

function addPerson(scene: Scene, accounts: readonly Account[]): Html {
  const { words } = scene;
  const choices = accounts.map(({ id, name }) => ({ value: id, label: name }));
  const kinds = roles.map((role) => ({ value: role, label: words.of(`role.${role}`) }));
  const tongues = [
    { value: "en", label: "English" },
    { value: "zh", label: "中文" },
  ];
  const due = { required: true, auto: "off" } as const;
  return form(
    scene,
    "/people",
    html`${field(scene, { name: "name", label: "people.name", max: 100, ...due })}
${field(scene, { name: "email", label: "people.email", type: "email", max: 255, ...due })}
${select(scene, { name: "accountId", label: "people.account" }, choices)}
${select(scene, { name: "role", label: "people.role" }, kinds)}
${select(scene, { name: "language", label: "people.language" }, tongues)}
${newPassword(scene, "explained")}${submit(scene, "people.add")}`,
  );
}

/** Explained once on a page: the hint has a name that the field refers to. */
function newPassword(scene: Scene, explained: "explained" | "bare"): Html {
  const of = { name: "password", label: "people.password", type: "password" } as const;
  const bounds = { required: true, min: passwordCharsMin, max: 256, auto: "new-password" };
  const fills = { chars: passwordCharsMin };
  const hint = { hint: "people.password.hint", fills } as const;
  return field(scene, { ...of, ...bounds, ...(explained === "explained" ? hint : {}) });
}

function accountTable(scene: Scene, accounts: readonly Account[]): Html {
  const columns = ["people.account", "people.zone", "task.created"] as const;
  const rows = accounts.map(({ name, timeZone, createdMs }) => [
    name,
    timeZone,
    dayOf(scene, createdMs),
  ]);
  return table(scene, { label: "people.accounts", columns, empty: "people.none" }, rows);
}

function openAccount(scene: Scene): Html {
  const zone = { name: "timeZone", label: "people.zone", hint: "people.zone.hint" } as const;
  return form(
    scene,
    "/accounts",
    html`${field(scene, { name: "name", label: "people.account", required: true, max: 100 })}
${field(scene, { ...zone, value: "Europe/Berlin", required: true, max: 64 })}
${submit(scene, "people.open")}`,
  );
}

/** Who did what. */
export function audit(
  scene: Scene,
  entries: readonly AuditEntry[],
  names: ReadonlyMap<string, string>,
): Html {
  const columns = [
    "history.at",
    "history.by",
    "audit.action",
    "audit.subject",
    "audit.detail",
  ] as const;
  const rows = entries.map(({ atMs, by, action, subject, detail }) => [
    momentOf(scene, atMs),
    names.get(by) ?? (by === "system" ? scene.words("task.system") : by),
    html`<code>${action}</code>`,
    html`<code>${subject}</code>`,
    Object.keys(detail).length === 0
      ? ""
      : html`<code class="long">${JSON.stringify(detail)}</code>`,
  ]);
  const list = table(scene, { label: "audit.all", columns, empty: "audit.none" }, rows);
  return html`${card(scene.words("audit.all"), list)}${older(scene, "/audit", entries)}`;
}

/** One's own: name, language, password. */
export function account(scene: Scene, person: Person): Html {
  const { words } = scene;
  const current = { name: "current", label: "account.current", type: "password" } as const;
  const password = html`${field(scene, { ...current, required: true, auto: "current-password" })}
${newPassword(scene, "explained")}${submit(scene, "account.change")}`;
  const me = html`<p>${person.name}, ${person.email}, ${words.of(`role.${person.role}`)}</p>
<p>${words("account.language")}${words("list.colon")}<a
href="/language/en?to=/account" lang="en">English</a>, <a
href="/language/zh?to=/account" lang="zh-Hans">中文</a></p>`;
  const command = `frontdesk studio sign-in --server URL --email ${person.email}`;
  const api = html`<p>${words("account.api.what")}</p><pre>${command}</pre>
<p><a href="/api/v1/openapi.json">openapi.json</a></p>`;
  return html`<div class="pair"><div>${card(words("account.me"), me)}
${card(words("account.api"), api)}</div>
${card(words("account.password"), form(scene, "/me/password", password))}</div>`;
}
