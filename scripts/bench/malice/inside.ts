import { gzipSync, zstdCompressSync } from "node:zlib";
import { limits } from "../../../config/limits.ts";
import type { Tier } from "../../../config/tiers.ts";
import {
  hashOf,
  type Maker,
  makerOf,
  type Sample,
  samplePackage,
  signed,
} from "../sample-package.ts";
import { partsOf, type TarPart, tarEnd, tarOf } from "../tar.ts";
import { type Malice, malice } from "./malice.ts";

/** Manifests that are none, or promise what must not be; all of them rightly signed. */
export function badManifests({ files, manifest }: Sample, maker: Maker): Malice[] {
  const shared = manifest.shared;
  const tier = manifest.tiers["360p"];
  const changes: readonly (readonly [string, unknown])[] = [
    ...["{", "[]", "null", '"x"', "", "\xff\xfe{}"].map((text) => [text, text] as const),
    ["deep", "[".repeat(100_000)],
    ["format", { ...manifest, format: "zip" }],
    ["version", { ...manifest, version: 2 }],
    ["needs", { ...manifest, needs: ["teleport"] }],
    ["id", { ...manifest, id: "../anna" }],
    ["a file in a folder", { ...manifest, shared: { ...shared, file: "../shared.part" } }],
    ["an absolute file", { ...manifest, shared: { ...shared, file: "/etc/passwd" } }],
    ["a hash that is none", { ...manifest, shared: { ...shared, sha256: "../../x" } }],
    ["a size below nothing", { ...manifest, shared: { ...shared, bytes: -1 } }],
    ["a size beyond all", { ...manifest, shared: { ...shared, bytes: 1e15 } }],
    ["a tier by another name", { ...manifest, tiers: { "../360p": tier } }],
    ["two tiers of one file", { ...manifest, tiers: { "360p": tier, "540p": tier } }],
    ["no tiers", { ...manifest, tiers: {} }],
    ["itself as its file", { ...manifest, shared: { ...shared, file: "manifest.json" } }],
  ];
  const told = changes.map(([name, value]) => {
    const bytes = typeof value === "string" ? Buffer.from(value, "latin1") : json(value);
    return malice(`manifest: ${name}`, "MANIFEST", rewritten(files, bytes, maker));
  });
  const large = limits.avatarManifestBytesMax + 1;
  const begin = tarOf([{ name: "manifest.json", bytes: large }, new Uint8Array(4_096)]);
  const full = Object.fromEntries(
    Array.from({ length: 9 }, (_, at) => [
      `${100 + at}p`,
      { ...tier, file: `${at}.tier`, bytes: limits.avatarBytesMax },
    ]),
  );
  return [
    ...told,
    malice("a manifest too large", "ENTRY_SIZE", begin),
    malice("all too large", "SIZE", rewritten(files, json({ ...manifest, tiers: full }), maker)),
    crowded(maker),
    ...bombs(maker),
  ];
}

/** A manifest that lists more files than a package may have, and an archive that has them. */
function crowded(maker: Maker): Malice {
  const tiers = Array.from({ length: limits.avatarFilesMax }, (_, at) => `${360 + at}p` as Tier);
  const { files } = samplePackage({ bytes: 8, tiers }, maker);
  return malice("more files than may be", "ENTRIES", tarOf([...partsOf(files), tarEnd]));
}

/** Files that are rightly listed and unpack to a thousand times what came. */
function bombs(maker: Maker): Malice[] {
  return [8, 24, 60].flatMap((megabytes) => {
    const { files, manifest } = samplePackage({ tiers: ["360p"] }, maker);
    const zeros = new Uint8Array(megabytes * 1e6);
    const entry = { ...manifest.tiers["360p"], bytes: zeros.length, sha256: hashOf(zeros) };
    const told = json({ ...manifest, tiers: { "360p": entry } });
    const bytes = rewritten(new Map([...files, ["360p.tier", zeros]]), told, maker);
    return [
      malice(`gzip, ${megabytes} MB of zeros`, "RATIO", gzipSync(bytes)),
      malice(`zstd, ${megabytes} MB of zeros`, "RATIO", zstdCompressSync(bytes)),
    ];
  });
}

/** Packages of somebody else. */
export function badTrust({ files, manifest }: Sample, maker: Maker): Malice[] {
  const told = json(manifest);
  const stranger = signed(told, makerOf());
  const other = signed(json({ ...manifest, name: "another" }), maker);
  const renamed = json({ ...manifest, name: "Somebody else" });
  const noSeal = [...files].filter(([name]) => name !== "manifest.sig");
  const seals: readonly (readonly [string, Uint8Array, string])[] = [
    ["of a stranger", stranger, "UNTRUSTED"],
    ["of another manifest", other, "UNTRUSTED"],
    ["of none", json({ format: "frontdesk-signatures", version: 1, signatures: [] }), "UNTRUSTED"],
    ["no JSON", Buffer.from("signed, truly"), "MANIFEST"],
    ["of a later version", json({ format: "frontdesk-signatures", version: 9 }), "MANIFEST"],
    ["empty", new Uint8Array(), "MANIFEST"],
  ];
  const late = [...noSeal, ["manifest.sig", signed(told, maker)] as const];
  return [
    ...seals.map(([name, seal, code]) => {
      const sealed = new Map([...files, ["manifest.sig", seal]]);
      return malice(`signature ${name}`, code, packed(sealed));
    }),
    malice("not signed", "UNTRUSTED", packed(new Map(noSeal))),
    malice("signed too late", "UNTRUSTED", packed(new Map(late))),
    malice("changed after it was signed", "UNTRUSTED", swapped(files, "manifest.json", renamed)),
  ];
}

/** Files that are not what the manifest says. */
export function wrongContents({ files }: Sample): Malice[] {
  const others = [...files.keys()].filter((name) => !name.startsWith("manifest"));
  const wrong = others.flatMap((name) => {
    const bytes = files.get(name) ?? new Uint8Array();
    const places = [0, bytes.length >> 1, bytes.length - 1];
    const bits = places.map((place) => bytes.map((byte, at) => (at === place ? byte ^ 1 : byte)));
    return [
      ...bits.map((one, at) => {
        return malice(`${name}: a bit at ${places[at]}`, "WRONG_HASH", swapped(files, name, one));
      }),
      malice(`${name}: short`, "WRONG_SIZE", swapped(files, name, bytes.subarray(1))),
      malice(`${name}: long`, "WRONG_SIZE", swapped(files, name, Buffer.concat([bytes, bytes]))),
      malice(`${name}: empty`, "WRONG_SIZE", swapped(files, name, new Uint8Array())),
      malice(`${name}: absent`, "INCOMPLETE", without(files, name)),
    ];
  });
  const [manifest, seal, ...parts] = partsOf(files) as [TarPart, TarPart, ...TarPart[]];
  const orders = [
    [seal, manifest, ...parts],
    [...parts, manifest, seal],
    parts,
    [parts[0], manifest],
  ];
  const strange = ["evil.tier", "720p.tier", "index", "lock"].map((name) => {
    return malice(`${name} beside it`, "UNLISTED", packed(new Map([...files, [name, seal8]])));
  });
  return [
    ...wrong,
    ...orders.map((order, at) => {
      const bytes = tarOf([...(order as TarPart[]), tarEnd]);
      return malice(`order ${at}`, "ORDER", bytes);
    }),
    ...strange,
  ];
}

const seal8 = new Uint8Array(8);

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function packed(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return tarOf([...partsOf(files), tarEnd]);
}

/** With another manifest, which its maker signed. */
function rewritten(
  files: ReadonlyMap<string, Uint8Array>,
  manifest: Uint8Array,
  maker: Maker,
): Uint8Array {
  const seal = signed(manifest, maker);
  return packed(new Map([...files, ["manifest.json", manifest], ["manifest.sig", seal]]));
}

function swapped(
  files: ReadonlyMap<string, Uint8Array>,
  name: string,
  bytes: Uint8Array,
): Uint8Array {
  return packed(new Map([...files, [name, bytes]]));
}

function without(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  return packed(new Map([...files].filter(([file]) => file !== name)));
}
