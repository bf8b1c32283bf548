import { type Html, html } from "../html.ts";
import { field, form, submit } from "../parts.ts";
import type { Scene } from "../scene.ts";

/** The way in; `to` is where somebody wanted to go. */
export function signIn(scene: Scene, to: string): Html {
  const email = { name: "email", label: "people.email", type: "email", auto: "username" } as const;
  const password = { name: "password", label: "people.password", type: "password" } as const;
  const content = html`<input type="hidden" name="to" value="${to}">
${field(scene, { ...email, required: true, max: 255 })}
${field(scene, { ...password, required: true, max: 256, auto: "current-password" })}
${submit(scene, "sign-in")}`;
  return html`<section class="card entrance"><p>${scene.words("sign-in.what")}</p>
${form(scene, "/sign-in", content)}</section>`;
}

/** A page that is not there, or cannot be shown. */
export function problem({ words }: Scene, status: number): Html {
  const known = [400, 403, 404, 413, 415, 429].includes(status) ? status : 500;
  return html`<section class="card"><p>${words.of(`problem.${known}`)}</p><p><a href="/">
${words("problem.back")}</a></p></section>`;
}
