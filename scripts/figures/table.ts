import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Figure, holds } from "../bench/figure-line.ts";

const readme = join(import.meta.dirname, "../../README.md");

/** Puts figures into the README, between `<!-- figures: AREA -->` and `<!-- end figures -->`. */
export function writeTable(area: string, figures: readonly Figure[]): void {
  const text = readFileSync(readme, "utf8");
  const open = `<!-- figures: ${area} -->`;
  const start = text.indexOf(open);
  const end = text.indexOf("<!-- end figures -->", start);
  if (start < 0 || end < 0) throw new Error(`Cannot write figures: README.md has no ${open}`);
  const table = ["| figure | value | target | |", "|---|---|---|---|", ...figures.map(row)];
  writeFileSync(
    readme,
    `${text.slice(0, start + open.length)}\n${table.join("\n")}\n${text.slice(end)}`,
  );
}

function row(figure: Figure): string {
  const { name, value, unit, target } = figure;
  const bound =
    target === undefined ? "" : "atMost" in target ? `<= ${target.atMost}` : `>= ${target.atLeast}`;
  const shown = Number.isInteger(value) ? value : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
  const verdict = target === undefined ? "" : holds(figure) ? "holds" : "short";
  return `| ${name} | ${shown} ${unit} | ${bound} | ${verdict} |`;
}
