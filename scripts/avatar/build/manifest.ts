import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import sharp from "sharp";
import { framesPerSecond, tiers } from "../../../config/tiers.ts";
import type { FileEntry, Manifest } from "../../../runtime/avatar/manifest.ts";
import { manifestVersion } from "../../../runtime/avatar/manifest.ts";
import { version } from "../../version.ts";
import { python } from "./needs.ts";
import type { Order } from "./order.ts";
import { readActions, readResult } from "./result.ts";
import type { InputHashes } from "./stamp.ts";

const root = join(import.meta.dirname, "../../..");

/** The manifest of what lies in `WORK/package`, in the order of FORMAT.md. */
export async function manifestOf(
  work: string,
  order: Order,
  hashes: InputHashes,
): Promise<Manifest> {
  const folder = join(work, "package");
  const actions = Object.entries(readActions(work));
  const loop = readResult(work, "loop");
  const entries = order.tiers.map((tier) => {
    const { width, height } = tiers[tier];
    return [tier, { ...entryOf(folder, `${tier}.tier`), width, height }] as const;
  });
  return {
    format: "frontdesk-avatar",
    version: manifestVersion,
    needs: ["tiles", ...order.types],
    ...{ id: order.id, name: order.name, kind: order.kind, lipsync: [...order.types] },
    speechModel: speechModel(),
    fps: framesPerSecond,
    backdrop: readResult(work, "matte").backdrop ?? [0, 0, 0],
    idle: { frames: loop.frames },
    actions: actions.map(([name, { frames }]) => ({ name, frames })),
    poses: actions.filter(([, { hold }]) => hold !== undefined).map(([name]) => name),
    shared: entryOf(folder, "shared.part"),
    tiers: Object.fromEntries(entries),
    ...{ licence: order.licence, consent: order.consent },
    provenance: await provenanceOf(work, order, hashes),
  };
}

function entryOf(folder: string, file: string): FileEntry {
  const bytes = readFileSync(join(folder, file));
  return { file, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** The mouth shapes that the build listened by; a kiosk speaks with the same ones. */
function speechModel(): Manifest["speechModel"] {
  const model = readFileSync(join(root, "config/models/speech/speech.onnx"));
  return { id: "speech", sha256: createHash("sha256").update(model).digest("hex") };
}

/** Footage by name and hash, and what made the package of it. */
async function provenanceOf(_work: string, order: Order, hashes: InputHashes) {
  const { take, audio, photo, idle, idleAlpha, actions } = order;
  const clips = actions.flatMap(({ video, alpha }) => [video, alpha]);
  const files = [take, audio, photo, idle, idleAlpha, ...clips].filter((file) => file !== null);
  const named = files.map(async (file) => [basename(file), await hashes.of(file)] as const);
  const meta = order.material === null ? {} : readMeta(order.material);
  return {
    ...meta,
    sources: Object.fromEntries(await Promise.all(named)),
    heldOutSeconds: order.heldOutSeconds,
    builder: `frontdesk ${version}`,
    tools: toolsOf(),
  };
}

/** Other versions of these give other bytes that look the same. */
function toolsOf(): Readonly<Record<string, string>> {
  const code = "import cv2, numpy; print(cv2.__version__, numpy.__version__)";
  const told = execFileSync(python, ["-c", code], { encoding: "utf8" });
  const [opencv = "", numpy = ""] = told.trim().split(" ");
  return { node: process.versions.node, sharp: sharp.versions.sharp ?? "", opencv, numpy };
}

function readMeta(material: string): object {
  const meta = JSON.parse(readFileSync(join(material, "meta.json"), "utf8"));
  return { footage: meta.name, renderer: meta.renderer, licence: meta.licence };
}
