import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sharedMagic } from "../../runtime/avatar/layout.ts";
import type { Manifest } from "../../runtime/avatar/manifest.ts";
import { Blobs } from "../../scripts/avatar/blobs.ts";
import { sha256Of } from "../support/sha256.ts";
import { packedTier } from "./packed-tier.ts";

/** The files of a small package: `small` at 360p (36 x 40 pixels, an action) and a shared file. */
export async function packageFiles(
  change: Partial<Manifest> = {},
): Promise<ReadonlyMap<string, Uint8Array>> {
  const tier = await packedTier();
  const shared = Uint8Array.from(new Blobs().file(sharedMagic, { parts: {} }));
  const manifest: Manifest = {
    ...{ format: "frontdesk-avatar", version: 1, needs: [], id: "small", name: "Small" },
    ...{ kind: "generic", lipsync: [], speechModel: null, fps: 25, backdrop: [226, 229, 234] },
    ...{ idle: { frames: 2 }, actions: [{ name: "nod", frames: 3 }], poses: ["nod"] },
    shared: entryOf("shared.part", shared),
    tiers: { "360p": { ...entryOf("360p.tier", tier), width: 36, height: 40 } },
    ...{ licence: "CC0-1.0", consent: null, provenance: {} },
    ...change,
  };
  return new Map([
    ["manifest.json", Buffer.from(JSON.stringify(manifest))],
    ["shared.part", shared],
    ["360p.tier", tier],
  ]);
}

/** Writes them into a folder. */
export async function writePackage(folder: string, change?: Partial<Manifest>): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of await packageFiles(change)) writeFileSync(join(folder, name), bytes);
}

function entryOf(file: string, bytes: Uint8Array) {
  return { file, bytes: bytes.length, sha256: sha256Of(bytes) };
}
