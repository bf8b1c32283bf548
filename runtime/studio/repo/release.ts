import { createHash } from "node:crypto";
import { TargetFile } from "@tufjs/models";
import type { Folder } from "../../avatar/archive.ts";
import { type Manifest, parseManifest } from "../../avatar/manifest.ts";
import { must } from "./trouble.ts";

/** A package as one version of an avatar: what of it goes into a repository. */
export interface Release {
  readonly id: string;
  /** 1 to 64 of 0-9 A-Z a-z . + -, a letter or digit first. */
  readonly version: string;
  /** SHA-256 of `manifest.json`, in hex. */
  readonly sha256: string;
  readonly files: readonly ReleaseFile[];
}

export interface ReleaseFile {
  readonly name: string;
  /** The tier that the file is of; null: all tiers need it. */
  readonly tier: string | null;
  readonly bytes: Uint8Array;
}

/** Reads a package. Throws RepositoryError when it is not whole, AvatarError when it is none. */
export async function readRelease(folder: Folder, version: string): Promise<Release> {
  const action = `release version ${JSON.stringify(version)}`;
  const isPlain = /^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$/.test(version);
  must(isPlain, action, () => "1 to 64 of 0-9 A-Z a-z . + - are due, a letter or digit first");
  const head = await readFile(folder, "manifest.json");
  must(head !== undefined, action, () => "the package has no manifest.json");
  const manifest = parseManifest(head);
  const seal = await readFile(folder, "manifest.sig");
  const files: ReleaseFile[] = [
    { name: "manifest.json", tier: null, bytes: head },
    ...(seal ? [{ name: "manifest.sig", tier: null, bytes: seal }] : []),
  ];
  for (const { name, tier, sha256 } of partsOf(manifest)) {
    const bytes = await readFile(folder, name);
    must(bytes !== undefined, action, () => `the package has no ${name}`);
    must(hashOf(bytes) === sha256, action, () => `${name} is not the file of the manifest`);
    files.push({ name, tier, bytes });
  }
  return { id: manifest.id, version, sha256: hashOf(head), files };
}

/** The folder of a release in the list of targets, with `/` at its end. */
export function folderOf({ id, version }: Pick<Release, "id" | "version">): string {
  return `avatars/${id}/${version}/`;
}

/** As the list of targets describes its files. `order` rises with each release that is added. */
export function targetFiles(release: Release, order: number): readonly TargetFile[] {
  const { id, version } = release;
  return release.files.map(({ name, tier, bytes }) => {
    const custom = { avatar: { id, version, tier, order } };
    return new TargetFile({
      path: folderOf(release) + name,
      length: bytes.length,
      hashes: { sha256: hashOf(bytes) },
      unrecognizedFields: { custom },
    });
  });
}

/** The place of a file's release among all; 0 where another tool has listed it. */
export function orderOf({ custom }: TargetFile): number {
  const { avatar } = custom as { avatar?: { order?: unknown } };
  return typeof avatar?.order === "number" ? avatar.order : 0;
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function partsOf({ shared, tiers }: Manifest) {
  return [
    ...(shared ? [{ name: shared.file, tier: null, sha256: shared.sha256 }] : []),
    ...Object.entries(tiers).map(([tier, { file, sha256 }]) => ({ name: file, tier, sha256 })),
  ];
}

/** Through an open file: `read` of an archive is for small ones. */
async function readFile(folder: Folder, name: string): Promise<Uint8Array | undefined> {
  using file = await folder.openFile(name);
  if (file === undefined) return undefined;
  const bytes = new Uint8Array(file.bytes);
  file.read(0, bytes);
  return bytes;
}
