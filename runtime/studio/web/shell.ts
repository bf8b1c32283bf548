import type { Person } from "../people/person.ts";
import type { Refusal } from "../refusal.ts";
import { type Html, html } from "./html.ts";
import type { Word } from "./language.ts";
import { missingList, token } from "./parts.ts";
import type { Scene } from "./scene.ts";

/** What stands around a page. */
export interface Frame {
  readonly title: string;
  /** Of the page, for the way that it marks. */
  readonly path: string;
  readonly person: Person | undefined;
  /** What was done, or why it was not. */
  readonly notice: Refusal | string | undefined;
  readonly scripts: readonly string[];
}

interface Way {
  readonly path: string;
  readonly word: Word;
  readonly roles: readonly Person["role"][];
}

const all = ["customer", "delivery", "administrator"] as const;

const ways: readonly Way[] = [
  { path: "/", word: "nav.overview", roles: all },
  { path: "/purchase", word: "nav.purchase", roles: ["customer", "administrator"] },
  { path: "/orders", word: "nav.orders", roles: ["customer", "administrator"] },
  { path: "/quotas", word: "nav.quotas", roles: all },
  { path: "/tasks", word: "nav.tasks", roles: all },
  { path: "/delivery", word: "nav.delivery", roles: ["delivery", "administrator"] },
  { path: "/settings", word: "nav.settings", roles: all },
  { path: "/catalogue", word: "nav.catalogue", roles: all },
  { path: "/devices", word: "nav.devices", roles: all },
  { path: "/licences", word: "nav.licences", roles: ["customer", "administrator"] },
  { path: "/people", word: "nav.people", roles: ["administrator"] },
  { path: "/audit", word: "nav.audit", roles: ["administrator"] },
];

/** The whole document around the content of a page. */
export function shell(scene: Scene, frame: Frame, content: Html): Html {
  const { words } = scene;
  const scripts = frame.scripts.map(
    (name) => html`<script type="module" src="/${name}"></script>\n`,
  );
  return html`<!doctype html>
<html lang="${words.language === "zh" ? "zh-Hans" : "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="token" content="${scene.csrf}">
<title>${frame.title} · ${words("brand")}</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/studio.css">
${scripts}</head>
<body class="${frame.person ? "inside" : "outside"}">
<a class="skip" href="#main">${words("skip")}</a>
<header class="top">
<a class="brand" href="/"><img src="/icon.svg" alt="" width="28" height="28">${words("brand")}</a>
${languageSwitch(scene, frame.path)}
${frame.person && who(scene, frame.person)}
</header>
${frame.person && navigation(scene, frame.person, frame.path)}
<main id="main">
<h1>${frame.title}</h1>
${notice(scene, frame.notice)}
${content}
</main>
</body>
</html>
`;
}

function languageSwitch({ words }: Scene, path: string): Html {
  const other = words.language === "en" ? "zh" : "en";
  const [name, tag] = other === "zh" ? ["中文", "zh-Hans"] : ["English", "en"];
  return html`<a class="language" href="/language/${other}?to=${path}" lang="${tag}"
hreflang="${tag}">${name}</a>`;
}

function who(scene: Scene, { name }: Person): Html {
  const { words } = scene;
  return html`<div class="who"><a href="/account">${name}</a>
<form class="press" method="post" action="/sign-out">${token(scene)}<button class="quiet">
${words("sign-out")}</button></form></div>`;
}

function navigation({ words }: Scene, { role }: Person, path: string): Html {
  const links = ways
    .filter(({ roles }) => roles.includes(role))
    .map(({ path: to, word }) => {
      const isHere = to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`);
      const here = isHere && html` aria-current="page"`;
      return html`<li><a href="${to}"${here}>${words(word)}</a></li>`;
    });
  return html`<nav class="side" aria-label="${words("nav")}"><ul>${links}</ul></nav>`;
}

function notice(scene: Scene, of: Frame["notice"]): Html | undefined {
  if (of === undefined) return undefined;
  if (typeof of === "string") return html`<p class="notice good" role="status">${of}</p>`;
  const { code, message, missing = [] } = of;
  return html`<div class="notice bad" role="alert"><p><b>${scene.words.of(`refusal.${code}`)}</b>
</p>
<p class="reason" lang="en">${message}</p>
${missing.length > 0 && missingList(scene, missing)}</div>`;
}
