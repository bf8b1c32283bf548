import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { Manifest } from "../../../runtime/avatar/manifest.ts";
import { inHtml } from "./html.ts";
import type { Order } from "./order.ts";
import { plotOf } from "./plot.ts";
import { type Chapter, readResult } from "./result.ts";
import { stepsOf } from "./steps.ts";

/** A picture of a tier's package, as the kiosk draws it. */
export interface Preview {
  readonly tier: string;
  readonly jpeg: Uint8Array;
}

/**
 * Writes `WORK/report.html`: what every step tells of itself, then the package. One file without
 * anything from outside, so that it can be sent around and kept.
 */
export function writeReport(
  work: string,
  order: Order,
  manifest: Manifest,
  previews: readonly Preview[],
): string {
  const told = stepsOf(order).flatMap(({ name }) => readResult(work, name).report ?? []);
  const chapters = told.map((chapter) => chapterOf(work, chapter)).join("");
  const shown = previews.map(
    ({ tier, jpeg }) =>
      `<figure><img alt="" src="data:image/jpeg;base64,${Buffer.from(jpeg).toString("base64")}">` +
      `<figcaption>${tier}: at rest, speaking, actions</figcaption></figure>`,
  );
  const file = join(work, "report.html");
  writeFileSync(file, page(manifest, `${chapters}${packageOf(manifest)}${shown.join("")}`));
  return file;
}

function page({ name, kind, lipsync }: Manifest, body: string): string {
  const title = `Avatar ${inHtml(name)}`;
  const what = `${kind}; lip-sync: ${lipsync.join(", ")}`;
  return `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style>
<main><h1>${title}</h1><p>${what}</p>${body}</main></html>\n`;
}

const style = `
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
main{max-width:62rem;margin:2rem auto;padding:0 1rem}
h1,h2{font-weight:600;line-height:1.2}h2{margin-top:2.5rem}
table{border-collapse:collapse;margin:1rem 0}
td,th{padding:.25rem 1.5rem .25rem 0;text-align:left;vertical-align:top}
tr{border-bottom:1px solid #8884}
td{font-variant-numeric:tabular-nums}
section{overflow:hidden}
figure{display:inline-block;max-width:30rem;vertical-align:top;margin:1rem 1rem 0 0}
main>figure{max-width:none}img,svg{max-width:100%;height:auto;border-radius:4px}
figcaption{color:#777;font-size:.9rem}`;

function chapterOf(work: string, { title, text, rows, pictures, plots }: Chapter): string {
  const parts = [
    `<h2>${inHtml(title)}</h2>`,
    text === undefined ? "" : `<p>${inHtml(text)}</p>`,
    rows === undefined ? "" : tableOf(rows),
    ...(pictures ?? []).map(({ file, caption }) => pictureOf(join(work, file), caption)),
    ...(plots ?? []).map((plot) => plotOf(plot)),
  ];
  return `<section>${parts.join("")}</section>`;
}

function packageOf({ tiers, shared, actions, idle }: Manifest): string {
  const rows = Object.entries(tiers).map(
    ([tier, { width, height, bytes }]) =>
      [tier, `${width}x${height}, ${megabytes(bytes)}`] as const,
  );
  const clips = actions.map(({ name, frames }) => `${name} (${frames})`).join(", ") || "none";
  const common = shared === undefined ? [] : [["shared", megabytes(shared.bytes)] as const];
  const told = [["idle loop", `${idle.frames} frames`] as const, ["actions", clips] as const];
  return `<section><h2>Package</h2>${tableOf([...rows, ...common, ...told])}</section>`;
}

function tableOf(rows: readonly (readonly [name: string, value: string])[]): string {
  const lines = rows.map(([name, value]) => `<tr><th>${inHtml(name)}<td>${inHtml(value)}</tr>`);
  return `<table>${lines.join("")}</table>`;
}

/** A picture that a step promised and did not draw is named, not hidden. */
function pictureOf(file: string, caption: string): string {
  if (!existsSync(file)) return `<p>${inHtml(caption)}: ${inHtml(file)} is missing</p>`;
  const kind = extname(file) === ".png" ? "png" : "jpeg";
  const data = readFileSync(file).toString("base64");
  const picture = `<img alt="${inHtml(caption)}" src="data:image/${kind};base64,${data}">`;
  return `<figure>${picture}<figcaption>${inHtml(caption)}</figcaption></figure>`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
