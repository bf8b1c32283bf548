import { mkdirSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { type Tier, tierNames } from "../../config/tiers.ts";
import type { LipSync } from "../../runtime/avatar/manifest.ts";
import { boxOf } from "../avatar/box.ts";
import { build } from "../avatar/build/build.ts";
import { BuildDisplay } from "../avatar/build/display.ts";
import { readLandmarks } from "../avatar/build/landmarks.ts";
import { tiersOf } from "../avatar/build/master.ts";
import { materialOf } from "../avatar/build/material.ts";
import { demandPackages } from "../avatar/build/needs.ts";
import type { ActionOrder, Order } from "../avatar/build/order.ts";
import { writeReport } from "../avatar/build/report.ts";
import { previews } from "../avatar/preview.ts";
import { addCheckCommand } from "./avatar-check.ts";
import { addPackageCommands } from "./avatar-package.ts";

interface BuildOptions {
  readonly photo?: string;
  readonly type: string;
  readonly name: string;
  readonly id?: string;
  readonly kind: Order["kind"];
  readonly out: string;
  readonly tiers?: string;
  readonly audio?: string;
  readonly idle?: string;
  readonly idleAlpha?: string;
  readonly plate?: string;
  readonly landmarks?: string;
  readonly action?: readonly string[];
  readonly material?: string;
  readonly box?: string;
  readonly heldOut: string;
  readonly licence: string;
  readonly consent?: string;
  readonly work?: string;
  readonly threads: string;
}

const examples = `
Examples:
  frontdesk avatar build take.mp4 --type instant --name "Anna" --out anna/
  frontdesk avatar build --photo ben.jpg --type instant --name "Ben" --out ben/ --tiers 360p,540p
  frontdesk avatar build --material footage/ --type both --name "Anna" --out config/avatars/anna

What is done is kept in OUT.work: the same command goes on where it was stopped.`;

/** `frontdesk avatar`: making packages, and looking at them. */
export function addAvatarCommand(program: Command): void {
  const avatar = program
    .command("avatar")
    .description("make avatars of footage; verify, sign and look at their packages");
  addBuildCommand(avatar);
  addCheckCommand(avatar);
  addPackageCommands(avatar);
}

function addBuildCommand(avatar: Command): void {
  avatar
    .command("build")
    .description("build a package from a take, or from a photo")
    .argument("[take]", "film of the person talking, with sound")
    .option("--photo <file>", "a picture instead of a take")
    .addOption(
      new Option("--type <type>", "kind of lip-sync")
        .choices(["instant", "studio", "both"])
        .makeOptionMandatory(),
    )
    .requiredOption("--name <name>", "what it is called")
    .option("--id <id>", "id of the package (default: the name in small letters)")
    .addOption(
      new Option("--kind <kind>", "whose avatar it is")
        .choices(["exclusive", "generic"])
        .default("generic"),
    )
    .requiredOption("--out <dir>", "folder of the package")
    .option("--tiers <list>", "e.g. 360p,720p (default: every tier that the footage gives)")
    .option("--audio <file>", "sound of the take, where the film has none")
    .option("--idle <file>", "film of the idle loop (default: found where the take is silent)")
    .option("--idle-alpha <file>", "its matte, grey")
    .option("--plate <file>", "picture of the scene without the person, for the matte")
    .option("--landmarks <file>", "JSON of places in the photo: left_eye, mouth_left, ...")
    .option("--action <name=file[,matte]>", "a further clip, e.g. nod=nod.mp4", collect)
    .option("--material <dir>", "folder with meta.json that names take, idle loop and actions")
    .option("--box <x,y,w,h>", "where the face is, when it is not found")
    .option("--held-out <s>", "seconds at the end of the take that the build must not see", "0")
    .option("--licence <text>", "under which the avatar may be used", "all rights reserved")
    .option("--consent <text>", "where the person's consent is kept")
    .option("--work <dir>", "where to work (default: OUT.work)")
    .option("--threads <n>", "processor cores to use", "2")
    .addHelpText("after", examples)
    .action(runBuild);
}

async function runBuild(take: string | undefined, options: BuildOptions): Promise<void> {
  const wish = orderOf(take, options);
  await demandPackages(wish);
  const order = wish.tiers.length > 0 ? wish : { ...wish, tiers: await tiersOf(sourceOf(wish)) };
  const out = resolve(options.out);
  const work = resolve(options.work ?? `${out}.work`);
  mkdirSync(work, { recursive: true });
  const display = new BuildDisplay({
    write: (text) => process.stderr.write(text),
    isLive: process.stderr.isTTY === true,
    nowSeconds: () => performance.now() / 1000,
  });
  const manifest = await build(order, { work, out }, display);
  const report = writeReport(work, order, manifest, await previews(out, order.tiers));
  process.stdout.write(`${out}: ${Object.keys(manifest.tiers).join(", ")}\nreport: ${report}\n`);
}

function sourceOf({ take, photo }: Order): string {
  return take ?? photo ?? "";
}

function orderOf(take: string | undefined, options: BuildOptions): Order {
  const given = options.material === undefined ? undefined : materialOf(options.material);
  const source = [take, options.photo, given?.take].filter((one) => one !== undefined);
  if (source.length !== 1) {
    throw new Error("Cannot build avatar: it should be one of TAKE, --photo and --material");
  }
  const path = (file: string | undefined) => (file === undefined ? null : existing(file));
  return {
    name: options.name,
    id: options.id ?? idOf(options.name),
    kind: options.photo === undefined ? options.kind : "photo",
    types: typesOf(options.type),
    take: given?.take ?? path(take),
    audio: given?.audio ?? path(options.audio),
    photo: path(options.photo),
    idle: given?.idle ?? path(options.idle),
    idleAlpha: given?.idleAlpha ?? path(options.idleAlpha),
    backdrop: given?.backdrop ?? null,
    plate: path(options.plate),
    landmarks: options.landmarks === undefined ? null : readLandmarks(options.landmarks),
    box: options.box === undefined ? null : boxOf(options.box),
    heldOutSeconds: numberOf("--held-out", options.heldOut),
    tiers: wishedTiers(options.tiers),
    actions: [...(given?.actions ?? []), ...(options.action ?? []).map(actionOf)],
    material: given?.folder ?? null,
    threads: numberOf("--threads", options.threads),
    licence: options.licence,
    consent: options.consent ?? null,
  };
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function typesOf(type: string): readonly LipSync[] {
  return type === "both" ? ["instant", "studio"] : [type as LipSync];
}

function idOf(name: string): string {
  const id = name
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/[^a-z0-9]+/g, "-");
  return id.replaceAll(/^-+|-+$/g, "").slice(0, 64);
}

/** In the order of their size; none: those that the footage gives. */
function wishedTiers(list: string | undefined): readonly Tier[] {
  if (list === undefined) return [];
  const wanted = list.split(",");
  const unknown = wanted.find((name) => !tierNames.includes(name as Tier));
  if (unknown === undefined) return tierNames.filter((name) => wanted.includes(name));
  throw new Error(`Cannot build ${unknown}: tiers are ${tierNames.join(", ")}`);
}

function actionOf(text: string): ActionOrder {
  const [, name, video, alpha] = /^([a-z0-9-]{1,32})=([^,]+)(?:,(.+))?$/.exec(text) ?? [];
  if (name === undefined || video === undefined) {
    throw new Error(`Cannot read action "${text}": it should be NAME=FILE or NAME=FILE,MATTE`);
  }
  return { name, video: existing(video), alpha: alpha === undefined ? null : existing(alpha) };
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new Error(`Cannot read ${option}: it is "${text}", it should be a number`);
}

function existing(file: string): string {
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return resolve(file);
  throw new Error(`Cannot read ${file}: there is no such file`);
}
