import { framesPerSecond } from "../../config/tiers.ts";
import type { KeptVerdict } from "../../runtime/tier/kept.ts";
import type { TierCost } from "../../runtime/tier/verdict.ts";

/** A verdict as a technician reads it. */
export function verdictReport({ on, atMs, verdict }: KeptVerdict): string {
  const { tier, threads, reserve, reasons, next, costs, budgetMs } = verdict;
  const free = `${Math.round(reserve * 100)} % of a frame's time is free`;
  return [
    `verdict: ${tier ?? "too weak, use the cloud's stream"}${tier ? `, ${free}` : ""}`,
    `board: ${on.board}; ${threads} of its cores are for the show`,
    `judged: ${new Date(atMs).toISOString()}, release ${on.version}`,
    `a frame may take ${budgetMs.toFixed(0)} ms of one core, of ${1000 / framesPerSecond}:`,
    "   tier     idle   p95   speaking   p95   fetch  blend  mouth  present   (ms, medians)",
    ...costs.map(row),
    ...reasons.map((reason) => `- ${reason}`),
    ...(next === null ? [] : [`next: ${next}`]),
  ].join("\n");
}

function row({ tier, steps, ...cost }: TierCost): string {
  const whole = [cost.idleMsP50, cost.idleMsP95, cost.speakingMsP50, cost.speakingMsP95];
  const [idle, idleP95, speaking, speakingP95] = whole.map((ms) => ms.toFixed(2).padStart(6));
  const { fetch, blend, mouth, present } = steps;
  const parts = [fetch, blend, mouth, present].map((ms) => ms.toFixed(2).padStart(6)).join(" ");
  return `  ${tier.padStart(5)}  ${idle}${idleP95}     ${speaking}${speakingP95}  ${parts}`;
}
