import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { materialOf } from "../avatar/build/material.ts";
import { preflight } from "../avatar/preflight.ts";
import { badTakes, takeSeconds } from "../bench/bad-takes.ts";
import type { Figure } from "../bench/figure-line.ts";
import { measureQuotas } from "../bench/quotas.ts";
import { StudioTown } from "../bench/studio-town.ts";
import { programmer, reach, walk } from "../bench/studio-walk.ts";
import { Takes } from "../bench/takes.ts";

type Measure = (quick: boolean) => AsyncIterable<Figure>;

/** What issue "studio" promises, by its parts. */
export const studioFigures: Readonly<Record<string, Measure>> = {
  process: inFolder(process),
  quotas,
  material: inFolder(material),
  customisation: inFolder(customisation),
};

/** From an order to a greeter that speaks on a kiosk, by programs alone: a take of 12.6 s. */
async function* process(folder: string): AsyncIterable<Figure> {
  await using town = await StudioTown.open();
  town.work("--take-seconds", takeSeconds.join(), "--threads", "2");
  const files = { take: new Takes(folder).good, consent: consentIn(folder) };
  const { atMs, completed } = await walk(town, programmer(town), files);
  if (completed.state !== "completed") {
    throw new Error(`Cannot measure the process: the new avatar's job ended ${completed.state}`);
  }
  const minutes = (ms: number): number => ms / 60_000;
  yield plain("order -> speaking kiosk, automated, a take of 12.6 s", minutes(atMs.spoken), "min");
  yield plain("of this, checked", minutes(atMs.checked - atMs.submitted), "min");
  yield plain("of this, trained and filmed", minutes(atMs.trained - atMs.checked), "min");
  yield plain("of this, accepted -> published", minutes(atMs.published - atMs.trained), "min");
  const shown = atMs.spoken - atMs.published;
  yield plain("of this, assigned -> shown and spoken", minutes(shown), "min");
}

/** A thousand acceptances at once; what the ledger then breaks is counted afresh. */
async function* quotas(): AsyncIterable<Figure> {
  for await (const { database, accepts, quotas, doubleSpent, p95Ms } of measureQuotas()) {
    const title = `${database}: ${accepts} accepts at once, ${count(quotas)}`;
    yield { name: `${title}: spent twice`, value: doubleSpent, unit: "", target: { atMost: 0 } };
    yield plain(`${title}: p95`, p95Ms, "ms");
  }
}

/** Spoilt takes, each checked as a worker checks it; `quick` looks at half of them. */
async function* material(folder: string, quick: boolean): AsyncIterable<Figure> {
  const takes = new Takes(folder);
  const kinds = Object.entries(badTakes).filter((_, index) => !quick || index % 2 === 0);
  const told = new Set<string>();
  let right = 0;
  for (const [name, { reasons, seconds = takeSeconds, ...recipe }] of kinds) {
    const { checks } = await preflight(takes.make(name.replaceAll(" ", "-"), recipe), { seconds });
    const failed = checks.filter(({ outcome }) => outcome === "failed").map(({ code }) => code);
    if (failed.join() !== reasons.join()) continue;
    right += 1;
    for (const code of failed) told.add(code);
  }
  const target = { atLeast: kinds.length };
  yield {
    name: `of ${kinds.length} kinds of bad takes: refused for that`,
    value: right,
    unit: "",
    target,
  };
  yield {
    name: "reasons that tell them apart",
    value: told.size,
    unit: "",
    target: { atLeast: 20 },
  };
}

/** FRONTDESK_MATERIAL: the demo's footage, a take of 94 s at 1080p; every tier of it. */
async function* customisation(folder: string, quick: boolean): AsyncIterable<Figure> {
  const { FRONTDESK_MATERIAL: footage } = globalThis.process.env;
  if (quick || !footage) {
    const why = quick ? "--quick" : "FRONTDESK_MATERIAL is not set";
    globalThis.process.stderr.write(`${why}: no take of 90 s is customised\n`);
    return;
  }
  await using town = await StudioTown.open();
  town.work("--threads", "2");
  const { take, audio: sound, idle } = materialOf(footage);
  await programmer(town).submit("Ben", { take, sound, idle, consent: consentIn(folder) });
  const checked = await reach(town, "AUDIT waiting");
  const sinceMs = performance.now();
  await town.ask("delivery", "tasks.approve", { id: checked.id });
  const { demos } = await reach(town, "CONFIRM waiting");
  const value = (performance.now() - sinceMs) / 60_000;
  const name = `Instant customisation of a take of 94 s, ${demos.length} tiers with their films`;
  yield { name, value, unit: "min", target: { atMost: 5 } };
}

function count(quotas: number): string {
  return quotas === 1 ? "1 quota" : `${quotas} quotas`;
}

function consentIn(folder: string): string {
  const file = join(folder, "consent.pdf");
  writeFileSync(file, "%PDF-1.7 I agree.");
  return file;
}

function plain(name: string, value: number, unit: string): Figure {
  return { name, value, unit, target: undefined };
}

/** A measure with a folder that goes with it. */
function inFolder(measure: (folder: string, quick: boolean) => AsyncIterable<Figure>): Measure {
  return async function* (quick) {
    const folder = mkdtempSync(join(tmpdir(), "frontdesk-studio-"));
    try {
      yield* measure(folder, quick);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}
