import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Figure, holds } from "../bench/figure-line.ts";

const readme = join(import.meta.dirname, "../../README.md");

/**
 * Puts figures into the README, between `<!-- figures: AREA -->` and `<!-- end figures -->`. Those
 * of a part take the place of the lines with their names; the others stay.
 */
export function writeTable(
  area: string,
  figures: readonly Figure[],
  extent: "whole" | "part",
): void {
  const text = readFileSync(readme, "utf8");
  const open = `<!-- figures: ${area} -->`;
  const start = text.indexOf(open);
  const end = text.indexOf("<!-- end figures -->", start);
  if (start < 0 || end < 0) throw new Error(`Cannot write figures: README.md has no ${open}`);
  const before = text
    .slice(start + open.length, end)
    .trim()
    .split("\n")
    .slice(heads.length);
  const rows = figures.map(row);
  const table = [...heads, ...(extent === "whole" ? rows : merged(before, rows))];
  writeFileSync(
    readme,
    `${text.slice(0, start + open.length)}\n${table.join("\n")}\n${text.slice(end)}`,
  );
}

const heads = ["| figure | value | target | |", "|---|---|---|---|"];

function merged(before: readonly string[], rows: readonly string[]): string[] {
  const fresh = new Map(rows.map((line) => [nameOf(line), line]));
  const kept = before.map((line) => {
    const next = fresh.get(nameOf(line));
    fresh.delete(nameOf(line));
    return next ?? line;
  });
  return [...kept, ...fresh.values()];
}

function nameOf(line: string): string {
  return line.split("|")[1]?.trim() ?? "";
}

function row(figure: Figure): string {
  const { name, value, unit, target } = figure;
  const bound =
    target === undefined ? "" : "atMost" in target ? `<= ${target.atMost}` : `>= ${target.atLeast}`;
  const shown = Number.isInteger(value) ? value : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
  const verdict = target === undefined ? "" : holds(figure) ? "holds" : "short";
  return `| ${name} | ${shown} ${unit} | ${bound} | ${verdict} |`;
}
