import type { KeptVerdict } from "../../runtime/tier/kept.ts";
import type { TierCost } from "../../runtime/tier/verdict.ts";

const width = 640;
const rowPx = 44;
const left = 70;
const right = 170;
const top = 56;

/** The steps of a frame in the order they are done, each with its colour. */
const steps = [
  ["fetch", "#3b6ea5"],
  ["blend", "#6fa287"],
  ["mouth", "#d08c3a"],
  ["present", "#8a6bb0"],
] as const;

/** A verdict as an SVG picture. */
export function verdictChart({ on, verdict }: KeptVerdict): string {
  const { costs, budgetMs, tier } = verdict;
  return tierChart(`A speaking frame on ${on.board}: ${tier ?? "too weak"}`, costs, budgetMs);
}

/** A speaking frame of every tier by step, and what it may take at most, as an SVG picture. */
function tierChart(title: string, costs: readonly TierCost[], budgetMs: number): string {
  const most = Math.max(1, ...costs.map(({ speakingMsP95 }) => speakingMsP95)) * 1.1;
  const scale = (ms: number) => (ms / most) * (width - left - right);
  const height = top + costs.length * rowPx + 30;
  const rows = costs.map((cost, at) => bar(cost, top + at * rowPx, scale)).join("");
  const bound = budgetMs <= most ? boundLine(left + scale(budgetMs), height, budgetMs) : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"
  font-family="sans-serif" font-size="13" fill="#222"><rect width="100%" height="100%" fill="#fff"/>
<text x="14" y="22" font-size="15">${escaped(title)}</text>
${legend()}${rows}${bound}</svg>
`;
}

function bar(cost: TierCost, y: number, scale: (ms: number) => number): string {
  let x = left;
  const parts = steps.map(([step, colour]) => {
    const span = scale(cost.steps[step]);
    const part = box(x, y, span, colour);
    x += span;
    return part;
  });
  const rest = left + scale(cost.speakingMsP50) - x;
  const others = rest > 0 ? box(x, y, rest, "#bbb") : "";
  const end = left + scale(cost.speakingMsP50) + 8;
  const label = `${cost.speakingMsP50.toFixed(2)} ms, p95 ${cost.speakingMsP95.toFixed(2)}`;
  return `<text x="14" y="${y + 18}">${cost.tier}</text>${parts.join("")}${others}
<text x="${end.toFixed(1)}" y="${y + 18}">${label}</text>
`;
}

function box(x: number, y: number, span: number, colour: string): string {
  const [at, wide] = [x.toFixed(1), Math.max(0, span).toFixed(1)];
  return `<rect x="${at}" y="${y}" width="${wide}" height="26" fill="${colour}"/>`;
}

function boundLine(x: number, height: number, budgetMs: number): string {
  const at = x.toFixed(1);
  const label = `${budgetMs.toFixed(0)} ms`;
  return `<path d="M${at} ${top - 6}V${height - 24}" stroke="#b00" stroke-dasharray="4 3"/>
<text x="${at}" y="${height - 8}" text-anchor="middle" fill="#b00">${label}</text>`;
}

function legend(): string {
  return steps
    .map(([step, colour], at) => {
      const x = left + at * 90;
      return `<rect x="${x}" y="34" width="10" height="10" fill="${colour}"/>
<text x="${x + 15}" y="44">${step}</text>`;
    })
    .join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
