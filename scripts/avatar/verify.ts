import type { Tier } from "../../config/tiers.ts";
import type { Folder } from "../../runtime/avatar/archive.ts";
import { AvatarError } from "../../runtime/avatar/error.ts";
import type { Manifest } from "../../runtime/avatar/manifest.ts";
import { openShared, openTier, readPackage } from "../../runtime/avatar/package.ts";
import { readSignatures, signersOf } from "../../runtime/avatar/signature.ts";

/** What is right and wrong with a package. */
export interface Verdict {
  readonly manifest: Manifest;
  /** For each file: `whole`, `absent`, or what is wrong with it. */
  readonly files: Readonly<Record<string, string>>;
  readonly signed: Signed;
  readonly faults: readonly string[];
}

/** Who signed: ids of keys, and those of the asked signers whose signatures fit. */
export interface Signed {
  readonly keys: readonly string[];
  readonly trusted: readonly string[];
}

/** What is asked of a package. */
export interface Asked {
  /** Public keys of which one must have signed; none: nobody must. */
  readonly signers: readonly string[];
  /** Tiers may be absent, as on a kiosk that needs only its own. */
  readonly partial: boolean;
}

/** Reads every file as the kiosk would. Throws AvatarError when not even the manifest can be. */
export async function verify(folder: Folder, { signers, partial }: Asked): Promise<Verdict> {
  const manifest = await readPackage(folder, signers);
  const files: Record<string, string> = {};
  if (manifest.shared) {
    files[manifest.shared.file] = await outcome((open) => openShared(folder, manifest, open));
  }
  for (const [tier, { file }] of Object.entries(manifest.tiers)) {
    files[file] = await outcome((open) => openTier(folder, manifest, tier as Tier, open));
  }
  const fine = partial ? ["whole", "absent"] : ["whole"];
  const faults = Object.entries(files).filter(([, state]) => !fine.includes(state));
  return {
    manifest,
    files,
    signed: await signedBy(folder, signers),
    faults: faults.map(([file, state]) => (state === "absent" ? `${file} is missing` : state)),
  };
}

async function outcome(open: (files: DisposableStack) => Promise<unknown>): Promise<string> {
  using files = new DisposableStack();
  try {
    await open(files);
    return "whole";
  } catch (error) {
    if (!(error instanceof AvatarError)) throw error;
    return / is missing$/.test(error.fault) ? "absent" : error.fault;
  }
}

async function signedBy(folder: Folder, signers: readonly string[]): Promise<Signed> {
  const [manifest, seal] = [await folder.read("manifest.json"), await folder.read("manifest.sig")];
  if (manifest === undefined || seal === undefined) return { keys: [], trusted: [] };
  const keys = readSignatures(seal).signatures.map(({ key }) => key);
  return { keys, trusted: signersOf(manifest, seal, signers) };
}
