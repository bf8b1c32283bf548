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
  const took = await timed({ ...order, types: ["instant"], tiers: ["720p"], actions: [] }, work);
  yield seconds("build, instant, 720p alone", sum(took), 300);
  for (const name of ["track", "patch", "instant", "720p"]) {
    yield seconds(`of this, step ${name}`, took.get(name) ?? Number.NaN);
  }
}

async function* everything(order: Order, work: string): AsyncIterable<Figure> {
  const took = await timed(order, work);
  yield seconds("build, both kinds, every tier and action", sum(took));
  const { seconds: training = Number.NaN } = readResult(work, "studio");
  yield seconds("of this, training for studio lip-sync", training, 3 * 3600);
}

/** Builds, and tells how long each part took, in seconds. */
async function timed(order: Order, work: string): Promise<ReadonlyMap<string, number>> {
  const took = new Map<string, number>();
  let beganMs = performance.now();
  const done = (name: string) => {
    took.set(name, (performance.now() - beganMs) / 1000);
    beganMs = performance.now();
  };
  const silent = { plan: () => {}, progress: () => {}, trouble: () => {} };
  await build(order, { work, out: `${work}.out` }, { ...silent, done });
  return took;
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

function sum(took: ReadonlyMap<string, number>): number {
  return [...took.values()].reduce((all, one) => all + one, 0);
}

function seconds(name: string, value: number, atMost?: number): Figure {
  return { name, value, unit: "s", target: atMost === undefined ? undefined : { atMost } };
}
