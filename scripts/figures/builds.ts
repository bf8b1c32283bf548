import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tierNames } from "../../config/tiers.ts";
import { build } from "../avatar/build/build.ts";
import { type Material, materialOf } from "../avatar/build/material.ts";
import type { Order } from "../avatar/build/order.ts";
import { readResult } from "../avatar/build/result.ts";
import type { Figure } from "../bench/figure-line.ts";

/**
 * How long builds of the demo's footage take, from nothing, in seconds by the wall clock. The
 * training for studio lip-sync is as long as its own result tells; `quick` leaves it out.
 */
export async function* buildFigures(material: string, quick: boolean): AsyncIterable<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-builds-"));
  try {
    yield* instant(orderOf(materialOf(material)), join(folder, "instant"));
    if (quick) process.stderr.write("--quick: no studio lip-sync is trained\n");
    else yield* everything(orderOf(materialOf(material)), join(folder, "everything"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function* instant(order: Order, work: string): AsyncIterable<Figure> {
  const brief: Order = { ...order, types: ["instant"], tiers: ["720p"], actions: [] };
  yield seconds("build, instant, 720p alone", await buildSeconds(brief, work), 300);
  const { seconds: choosing = Number.NaN } = readResult(work, "instant");
  yield seconds("of this, choosing its mouths", choosing);
}

async function* everything(order: Order, work: string): AsyncIterable<Figure> {
  yield seconds("build, both kinds, every tier and action", await buildSeconds(order, work));
  const { seconds: training = Number.NaN } = readResult(work, "studio");
  yield seconds("of this, training for studio lip-sync", training, 3 * 3600);
}

async function buildSeconds(order: Order, work: string): Promise<number> {
  const silent = { plan: () => {}, progress: () => {}, trouble: () => {}, done: () => {} };
  const beganMs = performance.now();
  await build(order, { work, out: `${work}.out` }, silent);
  return (performance.now() - beganMs) / 1000;
}

/** The demo greeter's, as `scripts/train-avatar/README.md` tells its command. */
function orderOf({ folder, ...footage }: Material): Order {
  return {
    ...footage,
    ...{ name: "Anna", id: "anna", kind: "generic", types: ["instant", "studio"] },
    ...{ photo: null, plate: null, landmarks: null, box: null, consent: null },
    ...{ heldOutSeconds: 15, tiers: tierNames, material: folder, threads: 2, licence: "CC0-1.0" },
  };
}

function seconds(name: string, value: number, atMost?: number): Figure {
  return { name, value, unit: "s", target: atMost === undefined ? undefined : { atMost } };
}
