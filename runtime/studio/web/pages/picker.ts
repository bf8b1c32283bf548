import type { Account } from "../../people/person.ts";
import { type Html, html } from "../html.ts";
import { select, submit } from "../parts.ts";
import type { Scene } from "../scene.ts";

/** Among whose things staff may choose. */
export interface Picker {
  readonly path: string;
  readonly accounts: readonly Account[];
  readonly accountId: string;
}

/** For staff: whose things to show. A customer has but one account, and sees no choice. */
export function accountPicker(
  scene: Scene,
  { path, accounts, accountId }: Picker,
): Html | undefined {
  if (accounts.length < 2) return undefined;
  const choices = accounts.map(({ id, name }) => ({ value: id, label: name }));
  const account = { name: "accountId", label: "people.account", value: accountId } as const;
  return html`<form class="card row" method="get" action="${path}">
${select(scene, account, choices)}${submit(scene, "picker.show", "")}</form>`;
}
