import type { SeatTerms } from "../../licence/grant.ts";
import type { LicencePool } from "../../licence/pool.ts";
import { type Html, html } from "../html.ts";
import { area, badge, card, form, meter, press, select, submit, table } from "../parts.ts";
import { dayOf, type Scene } from "../scene.ts";
import { accountPicker, type Picker } from "./picker.ts";

export interface Licences {
  readonly pools: readonly (LicencePool & { readonly taken: readonly SeatTerms[] })[];
  readonly picker: Picker;
  /** Public half of the studio's key, for `licence.signers` of the devices; "": it has none. */
  readonly signer: string;
}

/** Pools of device licences, their codes, and the devices that hold a seat. */
export function licences(scene: Scene, { pools, picker, signer }: Licences): Html {
  const { words, role } = scene;
  const cards = pools.map((pool) => poolCard(scene, pool));
  const none = html`<p class="empty">${words("licences.none")} <a
href="/purchase?sku=device-licence">${words("missing.buy")}</a></p>`;
  return html`<p class="lead">${words("licences.lead")}</p>
${accountPicker(scene, picker)}${cards.length > 0 ? cards : none}
${signer !== "" && card(words("licences.offline"), offline(scene, signer))}
${role === "administrator" && card(words("licences.test"), grantTest(scene, picker))}`;
}

/** For devices without a network: a request comes in as text, a lease goes out as a file. */
function offline(scene: Scene, signer: string): Html {
  const { words } = scene;
  const request = {
    name: "request",
    label: "licences.request",
    max: 8_192,
    required: true,
  } as const;
  const content = html`<p>${words("licences.offline.what")}</p>${area(scene, request)}
${submit(scene, "licences.exchange")}`;
  return html`${form(scene, "/licences/exchange", content)}
<p class="hint">licence.signers <code class="long">${signer}</code></p>`;
}

function poolCard(scene: Scene, pool: Licences["pools"][number]): Html {
  const { words, nowMs } = scene;
  const isOver = nowMs >= pool.untilMs;
  const until = words(isOver ? "licences.over" : "licences.until", {
    day: dayOf(scene, pool.untilMs),
  });
  const seats = words("licences.seats", { taken: pool.seatsTaken, seats: pool.seats });
  const columns = ["licences.device", "licences.since", "licences.lease", "licences.back"] as const;
  const rows = pool.taken.map((seat) => [
    html`<code>${seat.deviceId}</code>`,
    dayOf(scene, seat.takenMs),
    dayOf(scene, seat.leaseUntilMs),
    seat.releasedMs === null ? release(scene, pool.id, seat) : words("licences.released"),
  ]);
  const kind = badge(words.of(`licences.kind.${pool.kind}`), "calm");
  const end = badge(until, isOver ? "bad" : "good");
  const title = html`<code class="code">${pool.code}</code> ${kind} ${end}`;
  const renew = html`<a class="button" href="/purchase?sku=device-renewal">
${words("licences.renew")}</a>`;
  return card(
    title,
    html`<p>${seats}</p>${meter(seats, pool.seats === 0 ? 0 : pool.seatsTaken / pool.seats)}
${table(scene, { label: "licences.taken", columns, empty: "licences.taken.none" }, rows)}
${press(scene, `/licences/${pool.id}/code`, "licences.newCode")}
${pool.kind === "bought" && renew}`,
  );
}

function release(scene: Scene, poolId: string, { deviceKey }: SeatTerms): Html {
  const key = html`<input type="hidden" name="deviceKey" value="${deviceKey}">`;
  const button = submit(scene, "licences.release", "");
  return form(scene, `/licences/${poolId}/release`, html`${key}${button}`);
}

function grantTest(scene: Scene, { accounts, accountId }: Picker): Html {
  const choices = accounts.map(({ id, name }) => ({ value: id, label: name }));
  const account = { name: "accountId", label: "purchase.account", value: accountId } as const;
  const content = html`<p>${scene.words("licences.test.what")}</p>
<div class="row">${select(scene, account, choices)}
${submit(scene, "licences.test.give")}</div>`;
  return form(scene, "/licences/test", content);
}
