import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Tier, tierNames, tiers } from "../../../config/tiers.ts";
import type { Manifest } from "../../../runtime/avatar/manifest.ts";
import { type Listener, startStep } from "./child.ts";
import { manifestOf } from "./manifest.ts";
import type { Order } from "./order.ts";
import { settingsOf } from "./packing.ts";
import { readResult } from "./result.ts";
import { writeShared } from "./shared.ts";
import { InputHashes, stampOf } from "./stamp.ts";
import { type Step, stepsOf } from "./steps.ts";
import { buildTier, writeTiers } from "./tier.ts";

/** Where a build works, and where the package goes. */
export interface Place {
  readonly work: string;
  readonly out: string;
}

/** Who hears of a build; `plan` names what will be done, `done` what is. */
export interface Audience extends Listener {
  plan(parts: readonly { readonly name: string; readonly seconds: number }[]): void;
  done(name: string): void;
}

/** Usual seconds of a tier on two cores, with seven actions. */
const tierSeconds: Readonly<Record<Tier, number>> = {
  "360p": 40,
  "540p": 60,
  "720p": 80,
  "1080p": 150,
};

/**
 * Builds a package, step by step; what an earlier run has done of the same footage by the same
 * programs is kept. Rejects with a BuildRefused when the footage is at fault.
 */
export async function build(order: Order, place: Place, audience: Audience): Promise<Manifest> {
  const { work, out } = place;
  mkdirSync(join(work, "package"), { recursive: true });
  writeFileSync(join(work, "build.json"), `${JSON.stringify(order, null, 1)}\n`);
  const stamps = new Stamps(work);
  const hashes = new InputHashes();
  const due = await duties(order, hashes);
  const open = due.filter(({ name, stamp }) => !stamps.has(name, stamp));
  audience.plan(open);
  for (const { name, stamp, tier } of open) {
    if (name !== "check") refuseLargest(order, work);
    stamps.forget(name);
    if (tier === undefined) await runStep(name, work, order.threads, audience);
    else await buildTier(work, tier, order.threads, audience);
    stamps.keep(name, stamp);
    audience.done(name);
  }
  writeShared(work, order);
  writeTiers(work, order);
  const manifest = await manifestOf(work, order, hashes);
  deliver(work, out, manifest);
  return manifest;
}

interface Duty {
  readonly name: string;
  readonly stamp: string;
  readonly seconds: number;
  readonly tier?: Tier;
}

/** Each with its stamp, which follows from the inputs alone. Lip-sync comes after the clips. */
async function duties(order: Order, hashes: InputHashes): Promise<readonly Duty[]> {
  const stamps = new Map<string, string>();
  const dutyOf = async (step: Step): Promise<Duty> => {
    const stamp = await stampOf(step, order, stamps, hashes);
    stamps.set(step.name, stamp);
    return { name: step.name, stamp, seconds: step.seconds };
  };
  const due: Duty[] = [];
  for (const step of stepsOf(order).filter(({ isLips }) => !isLips)) due.push(await dutyOf(step));
  const program: Step = { ...tierProgram, after: [...stamps.keys()] };
  const common = await stampOf(program, order, stamps, hashes);
  for (const tier of order.tiers) {
    const settings = JSON.stringify([common, settingsOf(tier)]);
    const stamp = createHash("sha256").update(settings).digest("hex");
    due.push({ name: tier, stamp, seconds: tierSeconds[tier], tier });
  }
  for (const step of stepsOf(order).filter(({ isLips }) => isLips)) due.push(await dutyOf(step));
  return due;
}

const tierProgram: Omit<Step, "after"> = {
  ...{ name: "tier", reads: ["actions"], seconds: 0 },
  ...{ isDue: () => true, isLips: false, packages: [] },
};

async function runStep(name: string, work: string, threads: number, listener: Listener) {
  rmSync(join(work, name), { recursive: true, force: true });
  await using child = startStep(name, [work], threads, listener);
  child.pixels.resume();
  await child.ended;
  const result = join(work, name, "result.json");
  if (!existsSync(result)) throw new Error(`Cannot build avatar: step ${name} left no result`);
}

function refuseLargest({ tiers: wanted }: Order, work: string): void {
  const { size } = readResult(work, "check");
  for (const tier of wanted) refuseLarger(tier, size);
}

/** Throws RangeError when the footage is smaller than the tier: nothing is ever enlarged. */
export function refuseLarger(tier: Tier, master: readonly [width: number, height: number]): void {
  const { width, height } = tiers[tier];
  if (width <= master[0] && height <= master[1]) return;
  const fits = tierNames.filter((name) => tiers[name].width <= master[0]);
  const due = `it needs ${width}x${height}, the footage has ${master.join("x")}`;
  throw new RangeError(`Cannot build ${tier}: ${due}; it gives ${fits.join(", ") || "no tier"}`);
}

/** The manifest goes last: until then the old package stands, or none. */
function deliver(work: string, out: string, manifest: Manifest): void {
  mkdirSync(out, { recursive: true });
  for (const name of ["manifest.json", "manifest.sig"]) rmSync(join(out, name), { force: true });
  const entries = [...Object.values(manifest.tiers), ...(manifest.shared ? [manifest.shared] : [])];
  const files = entries.map(({ file }) => file);
  for (const file of readdirSync(out)) {
    if (/\.(tier|part)$/.test(file) && !files.includes(file)) rmSync(join(out, file));
  }
  for (const file of files) copyFileSync(join(work, "package", file), join(out, file));
  writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Which steps are done, and of what: `WORK/stamps.json`. */
class Stamps {
  readonly #file: string;
  readonly #known: Record<string, string>;

  constructor(work: string) {
    this.#file = join(work, "stamps.json");
    this.#known = existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, "utf8")) : {};
  }

  has(name: string, stamp: string): boolean {
    return this.#known[name] === stamp;
  }

  forget(name: string): void {
    delete this.#known[name];
    this.#write();
  }

  keep(name: string, stamp: string): void {
    this.#known[name] = stamp;
    this.#write();
  }

  #write(): void {
    writeFileSync(this.#file, `${JSON.stringify(this.#known, null, 1)}\n`);
  }
}
