import { inHtml } from "./html.ts";
import type { Plot } from "./result.ts";

const [width, height] = [720, 240];
const [left, foot, top] = [56, 28, 12];
const colours = ["#2563eb", "#d97706", "#059669", "#9333ea"];

/** Curves as a picture in the page itself (SVG), with their least and largest values. */
export function plotOf({ caption, x, series }: Plot): string {
  const curves = Object.entries(series);
  const values = curves.flatMap(([, list]) => list).filter((value) => value !== null);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const lines = curves.map(([, list], at) => curve(list, [low, high], colours[at % 4]!));
  const names = curves.map(
    ([name], at) => `<tspan fill="${colours[at % 4]}" dx="12">${inHtml(name)}</tspan>`,
  );
  const label = (at: number, value: number) =>
    `<text x="${left - 6}" y="${at}" text-anchor="end">${short(value)}</text>`;
  return (
    `<figure><svg viewBox="0 0 ${width} ${height}" font-size="12" fill="currentColor" role="img" ` +
    `aria-label="${inHtml(caption)}">${label(top + 8, high)}${label(height - foot, low)}` +
    `<text x="${left}" y="${height - 8}">${inHtml(x)}${names.join("")}</text>${lines.join("")}` +
    `</svg><figcaption>${inHtml(caption)}</figcaption></figure>`
  );
}

function curve(
  list: readonly (number | null)[],
  [low, high]: readonly [number, number],
  colour: string,
): string {
  const step = (width - left - 8) / Math.max(1, list.length - 1);
  const scale = (height - foot - top) / Math.max(high - low, 1e-9);
  const points = list.flatMap((value, at) => {
    if (value === null) return [];
    return `${(left + at * step).toFixed(1)},${(height - foot - (value - low) * scale).toFixed(1)}`;
  });
  return `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}"/>`;
}

function short(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
