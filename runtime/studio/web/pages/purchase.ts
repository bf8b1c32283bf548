import { avatarKinds, lipSyncTypes, type Sku, skus } from "../../../../config/skus.ts";
import type { LicencePool } from "../../licence/pool.ts";
import type { Account } from "../../people/person.ts";
import { type Html, html, type Piece } from "../html.ts";
import { area, card, form, select, submit } from "../parts.ts";
import { dayOf, type Scene } from "../scene.ts";

export interface Purchase {
  readonly pools: readonly LicencePool[];
  /** Whom staff orders for; empty for a customer. */
  readonly accounts: readonly Account[];
  /** An article that somebody was sent here for. */
  readonly wanted: string;
}

/** The purchase page: articles with how many of each. */
export function purchase(scene: Scene, view: Purchase): Html {
  const { words } = scene;
  const content = html`${view.accounts.length > 0 && accountChoice(scene, view.accounts)}
${card(words("purchase.quotas"), quotas(scene, view))}
<div class="pair">${card(words("purchase.hours"), articles(scene, view, "hours"))}
${card(words("purchase.devices"), articles(scene, view, "devices"))}</div>
${view.pools.length > 0 && card(words("purchase.renewal"), renewal(scene, view))}
${card(words("purchase.finish"), finish(scene))}`;
  return html`<p class="lead">${words("purchase.lead")}</p>${form(scene, "/orders", content)}`;
}

function quotas(scene: Scene, view: Purchase): Html {
  const { words } = scene;
  const head = lipSyncTypes.map(
    (type) =>
      html`<th scope="col">${words.of(`type.${type}`)}<small>
${words.of(`type.${type}.what`)}</small></th>`,
  );
  const rows = avatarKinds.map((kind) => {
    const cells = lipSyncTypes.map((type) => {
      const article = skus.find(
        ({ grant }) => grant.kind === "quota" && grant.avatar === kind && grant.type === type,
      );
      return html`<td>${article && count(scene, view, article)}</td>`;
    });
    return html`<tr><th scope="row">${words.of(`kind.${kind}`)}<small>
${words.of(`kind.${kind}.what`)}</small></th>${cells}</tr>`;
  });
  return html`<p>${words("purchase.quotas.what")}</p>
<table class="basket"><thead><tr><td></td>${head}</tr></thead><tbody>${rows}</tbody></table>`;
}

function articles(scene: Scene, view: Purchase, kind: Sku["grant"]["kind"]): Html {
  const { words } = scene;
  const rows = skus
    .filter(({ grant }) => grant.kind === kind)
    .map(
      (article) =>
        html`<p class="article"><span>${words.of(`sku.${article.sku}`)}</span>
${count(scene, view, article)}</p>`,
    );
  return html`<p>${words.of(`purchase.${kind}.what`)}</p>${rows}`;
}

function renewal(scene: Scene, view: Purchase): Html {
  const choices = view.pools.map((pool) => ({
    value: pool.id,
    label: scene.words("purchase.pool", { code: pool.code, day: dayOf(scene, pool.untilMs) }),
  }));
  return html`${articles(scene, view, "renewal")}
${select(scene, { name: "poolId", label: "purchase.renewal.pool" }, choices)}`;
}

function count(scene: Scene, { wanted }: Purchase, { sku }: Sku): Html {
  const name = `count.${sku}`;
  const typed = scene.entered.get(name)?.[0];
  const value = typed ?? (sku === wanted ? "1" : "0");
  const label = scene.words.of(`sku.${sku}`);
  return html`<input class="count" type="number" name="${name}" min="0" max="1000" value="${value}"
aria-label="${label}">`;
}

function accountChoice(scene: Scene, accounts: readonly Account[]): Piece {
  const choices = accounts.map(({ id, name }) => ({ value: id, label: name }));
  return select(scene, { name: "accountId", label: "purchase.account" }, choices);
}

function finish(scene: Scene): Html {
  const { words } = scene;
  return html`<p>${words("purchase.confirm")}</p>
${area(scene, { name: "note", label: "purchase.note", max: 500 })}
${submit(scene, "purchase.place")}`;
}
