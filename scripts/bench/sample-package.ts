import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Tier } from "../../config/tiers.ts";
import { tiers as sizes } from "../../config/tiers.ts";
import type { Manifest } from "../../runtime/avatar/manifest.ts";
import { keyId } from "../../runtime/avatar/signature.ts";
import type { Placed } from "../../runtime/content/release.ts";
import { chance } from "./chance.ts";

/** A maker's key pair; `signer` is the public one as `avatar.signers` lists it. */
export interface Maker {
  readonly key: KeyObject;
  readonly signer: string;
}

export interface Sample {
  /** By name, in the order of an archive. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly manifest: Manifest;
  /** As it lies once all of its tiers are installed. */
  readonly placed: Placed;
}

interface SampleWish {
  readonly id: string;
  readonly version: string;
  readonly tiers: readonly Tier[];
  /** Of each file, about. */
  readonly bytes: number;
  readonly seed: number;
}

/**
 * A package by manifest, hashes and signature; what its tiers hold is noise, which nothing here
 * opens. The shared file goes by `id` alone, so that versions share it.
 */
export function samplePackage(wish: Partial<SampleWish> = {}, maker?: Maker): Sample {
  const { id, version, tiers, bytes, seed } = { ...usual, ...wish };
  const noise = new Map<string, Uint8Array>([["shared.part", noiseOf(bytes, id.length)]]);
  tiers.forEach((tier, at) => {
    noise.set(`${tier}.tier`, noiseOf(bytes + at, seed * 16 + at + 1));
  });
  const manifest = manifestOf(id, version, tiers, noise);
  const told = Buffer.from(JSON.stringify(manifest));
  const seal: [string, Uint8Array][] = maker ? [["manifest.sig", signed(told, maker)]] : [];
  const files = new Map<string, Uint8Array>([["manifest.json", told], ...seal, ...noise]);
  return { files, manifest, placed: placedOf(id, version, files) };
}

export function makerOf(): Maker {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const { x = "" } = publicKey.export({ format: "jwk" });
  return { key: privateKey, signer: Buffer.from(x, "base64url").toString("base64") };
}

/** `manifest.sig` of a manifest. */
export function signed(manifest: Uint8Array, { key, signer }: Maker): Uint8Array {
  const signature = sign(null, manifest, key).toString("base64");
  const signatures = [{ key: keyId(signer), signature }];
  return Buffer.from(JSON.stringify({ format: "frontdesk-signatures", version: 1, signatures }));
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const usual: SampleWish = {
  ...{ id: "sample", version: "1.0.0", tiers: ["360p", "540p"], bytes: 3_000, seed: 1 },
};

function noiseOf(bytes: number, seed: number): Uint8Array {
  const random = chance(seed);
  return Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256));
}

function manifestOf(
  id: string,
  version: string,
  tiers: readonly Tier[],
  noise: ReadonlyMap<string, Uint8Array>,
): Manifest {
  const entry = (file: string) => {
    const bytes = noise.get(file) ?? new Uint8Array();
    return { file, bytes: bytes.length, sha256: hashOf(bytes) };
  };
  return {
    ...{ format: "frontdesk-avatar", version: 1, needs: [], id, name: `${id} ${version}` },
    ...{ kind: "generic", lipsync: [], speechModel: null, fps: 25, backdrop: [226, 229, 234] },
    ...{ idle: { frames: 2 }, actions: [], poses: [], shared: entry("shared.part") },
    tiers: Object.fromEntries(
      tiers.map(
        (tier) => [tier, { ...entry(`${tier}.tier`), ...(sizes[tier] ?? sizes["360p"]) }] as const,
      ),
    ),
    ...{ licence: "CC0-1.0", consent: null, provenance: {} },
  };
}

function placedOf(id: string, version: string, files: ReadonlyMap<string, Uint8Array>): Placed {
  const placed = [...files].map(([name, bytes]) => {
    const tier = name.endsWith(".tier") ? (name.replace(".tier", "") as Tier) : null;
    return { name, bytes: bytes.length, sha256: hashOf(bytes), tier };
  });
  return { id, version, sha256: placed[0]?.sha256 ?? "", files: placed };
}
