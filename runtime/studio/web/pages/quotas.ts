import type { Balance } from "../../hours/balance.ts";
import type { Quota } from "../../quota/quota.ts";
import { type Html, html } from "../html.ts";
import { quotaBadge } from "../labels.ts";
import { card, facts, meter, short, table } from "../parts.ts";
import { dayOf, hoursOf, momentOf, type Scene } from "../scene.ts";
import { accountPicker, type Picker } from "./picker.ts";

/** A line of the ledger, as far as people read it. */
export interface LedgerLine {
  readonly atMs: number;
  readonly what: string;
  readonly subject: string;
}

export interface Quotas {
  readonly quotas: readonly Quota[];
  readonly hours: Balance;
  readonly ledger: readonly LedgerLine[];
  readonly picker: Picker;
}

/** What was bought, what is left of it, and the ledger that says so. */
export function quotas(scene: Scene, view: Quotas): Html {
  const { words } = scene;
  const columns = [
    "quota.kind",
    "quota.type",
    "quota.state",
    "quota.granted",
    "quota.uses",
  ] as const;
  const rows = view.quotas.map((quota) => [
    words.of(`kind.${quota.kind}`),
    words.of(`type.${quota.type}`),
    quotaBadge(scene, quota),
    dayOf(scene, quota.grantedMs),
    usesOf(scene, quota),
  ]);
  const list = table(scene, { label: "nav.quotas", columns, empty: "quotas.none" }, rows);
  return html`<p class="lead">${words("quotas.lead")}</p>${accountPicker(scene, view.picker)}
${card(words("quotas.all"), list)}
${card(words("quotas.hours"), hours(scene, view.hours))}
${card(
  words("quotas.ledger"),
  html`<p>${words("quotas.ledger.what")}</p>
${ledger(scene, view.ledger)}`,
)}`;
}

function usesOf(scene: Scene, { uses, reusableUntilMs, state }: Quota): Html {
  const { words } = scene;
  const items = uses.map(({ form, taskId, target, atMs }) => {
    const text = words("quota.use", { form, target: words.of(`target.${target}`) });
    return html`<div><a href="/tasks/${taskId}">${text}</a>, ${dayOf(scene, atMs)}</div>`;
  });
  const until =
    state === "reusable" && reusableUntilMs !== null
      ? html`<div>${words("quota.until", { moment: momentOf(scene, reusableUntilMs) })}</div>`
      : undefined;
  return html`${items}${until}`;
}

function hours(scene: Scene, { grantedSeconds, usedSeconds, leftSeconds }: Balance): Html {
  const { words } = scene;
  if (grantedSeconds === 0) {
    return html`<p class="empty">${words("hours.none")} <a href="/purchase?sku=cloud-hours-100">
${words("missing.buy")}</a></p>`;
  }
  const rows = [
    [words("hours.left"), hoursOf(scene, leftSeconds)],
    [words("hours.used"), hoursOf(scene, usedSeconds)],
    [words("hours.granted"), hoursOf(scene, grantedSeconds)],
  ] as const;
  return html`${meter(words("hours.used"), usedSeconds / grantedSeconds)}${facts(rows)}`;
}

function ledger(scene: Scene, lines: readonly LedgerLine[]): Html {
  const columns = ["ledger.at", "ledger.what", "ledger.subject"] as const;
  const rows = lines.map(({ atMs, what, subject }) => [
    momentOf(scene, atMs),
    scene.words.of(`ledger.${what}`),
    short(subject),
  ]);
  return table(scene, { label: "quotas.ledger", columns, empty: "quotas.none" }, rows);
}
