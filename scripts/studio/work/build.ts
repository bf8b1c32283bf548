import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Tier, tierNames } from "../../../config/tiers.ts";
import type { Work } from "../../../runtime/studio/queue/work.ts";
import type { Demo, Task } from "../../../runtime/studio/task/task.ts";
import { takeSeconds } from "../../../runtime/studio/work/findings.ts";
import { type Craft, granted, Hopeless } from "../../../runtime/studio/work/worker.ts";
import { tiersOf } from "../../avatar/build/master.ts";
import type { Order } from "../../avatar/build/order.ts";
import { inWords } from "../../avatar/build/trouble.ts";
import type { Bench } from "./bench.ts";
import { runBuild, type Told } from "./build-child.ts";
import { filmSeconds, makeFilm } from "./films.ts";
import { type Footage, layOut, sourceOf } from "./material.ts";
import { filmsPart, Meter } from "./meter.ts";

/** Material becomes a package and, for each of its tiers, a film that says the sentence. */
export function buildCraft(bench: Bench): Craft {
  const { training } = bench.studio;
  return {
    async do(work: Work, held: AbortSignal): Promise<void> {
      const task = granted(await training.began(work, bench.nowMs()));
      const job = new Job(bench, work, task, held);
      const build = join(task.avatarId, String(task.round));
      const tiers = await job.build(join(bench.buildsFolder, build));
      const demos = await job.film(join(bench.buildsFolder, build), tiers);
      granted(await training.trained(work, { demos, build }, bench.nowMs()));
    },
    failed: (work, failure) => training.failed(work, failure, bench.nowMs()),
  };
}

/** One build, told to the task as it goes. */
class Job {
  readonly #bench: Bench;
  readonly #work: Work;
  readonly #task: Task;
  readonly #held: AbortSignal;
  #meter = new Meter(nowSeconds, 0);
  #isTraining = false;
  #toldSeconds = Number.NEGATIVE_INFINITY;

  constructor(bench: Bench, work: Work, task: Task, held: AbortSignal) {
    this.#bench = bench;
    this.#work = work;
    this.#task = task;
    this.#held = held;
  }

  async build(out: string): Promise<readonly Tier[]> {
    const work = join(this.#bench.workFolder, this.#task.id);
    await mkdir(work, { recursive: true });
    const footage = await layOut(this.#bench.vault, this.#task, join(work, "material"));
    const tiers = await this.#tiers(sourceOf(this.#task, footage));
    this.#meter = new Meter(nowSeconds, tiers.length * filmSeconds);
    const order = orderOf(this.#bench, this.#task, footage, tiers);
    for await (const told of runBuild(order, { work, out }, this.#held)) await this.#hear(told);
    if (!this.#isTraining) await this.#train();
    return tiers;
  }

  async film(folder: string, tiers: readonly Tier[]): Promise<readonly Demo[]> {
    const demos: Demo[] = [];
    for (const tier of tiers) {
      const progress = { done: demos.length, of: tiers.length, text: `filming ${tier}` };
      await this.#progress(filmsPart, progress);
      const file = await makeFilm(this.#bench, this.#task, { folder, tier }, this.#held);
      demos.push({ tier, file });
    }
    await this.#log(`${filmsPart}: done in ${this.#meter.done(filmsPart)}`);
    return demos;
  }

  /** All that the footage gives; the cloud renders one. */
  async #tiers(source: string): Promise<readonly Tier[]> {
    const given = await tiersOf(source);
    if (this.#task.target === "client" && given.length > 0) return given;
    if (this.#task.target === "cloud" && given.includes("720p")) return ["720p"];
    const due = this.#task.target === "cloud" ? "720p is due" : "one at least is due";
    throw new Hopeless(`Cannot build: footage gives ${given.join(", ") || "no tier"}, ${due}`);
  }

  async #hear(told: Told): Promise<void> {
    switch (told.kind) {
      case "plan":
        this.#meter.plan(told.parts);
        break;
      case "progress":
        await this.#progress(told.step, told.progress);
        return;
      case "trouble":
        await this.#log(`${told.step}: ${inWords(told.trouble)}`);
        return;
      case "done":
        await this.#log(`${told.name}: done in ${this.#meter.done(told.name)}`);
        break;
      case "failed":
        throw new (told.isRefused ? Hopeless : Error)(told.message.replace(/^\w+: /, ""));
      case "built":
        return;
    }
    if (!this.#isTraining && this.#meter.isTraining) await this.#train();
  }

  async #train(): Promise<void> {
    this.#isTraining = true;
    const { studio, nowMs } = this.#bench;
    granted(await studio.training.processed(this.#work, nowMs()));
  }

  async #progress(step: string, progress: Parameters<Meter["read"]>[1]): Promise<void> {
    if (nowSeconds() - this.#toldSeconds < tellEverySeconds) return;
    this.#toldSeconds = nowSeconds();
    const { studio, nowMs } = this.#bench;
    const reading = this.#meter.read(step, progress);
    granted(await studio.training.progress(this.#work, reading, nowMs()));
  }

  async #log(line: string): Promise<void> {
    const { studio, nowMs } = this.#bench;
    granted(await studio.training.log(this.#work, [line], nowMs()));
  }
}

const tellEverySeconds = 1;

function orderOf(
  { threads, licence, takeSeconds: trial }: Bench,
  task: Task,
  { take, photo, audio, idle, actions }: Footage,
  tiers: readonly Tier[],
): Order {
  const seconds = trial ?? takeSeconds[task.kind];
  const isPhoto = task.kind === "photo";
  return {
    ...{ name: task.name, id: task.avatarId, kind: task.kind, types: [task.type] },
    ...{ take: isPhoto ? null : take, photo: isPhoto ? photo : null, audio, idle },
    ...{ idleAlpha: null, backdrop: null, plate: null, landmarks: null, box: null },
    actions: actions.map((action) => ({ ...action, alpha: null })),
    tiers: tierNames.filter((name) => tiers.includes(name)),
    ...{ heldOutSeconds: 0, material: null, threads, licence },
    consent: task.consentFile === null ? null : `studio file ${task.consentFile}`,
    ...(seconds === undefined ? {} : { seconds }),
  };
}

function nowSeconds(): number {
  return performance.now() / 1000;
}
