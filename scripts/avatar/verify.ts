import type { Tier } from "../../config/tiers.ts";
import type { Folder } from "../../runtime/avatar/archive.ts";
import { AvatarError } from "../../runtime/avatar/error.ts";
import { readLips } from "../../runtime/avatar/library.ts";
import type { Manifest } from "../../runtime/avatar/manifest.ts";
import { openShared, openTier, readPackage, type Shared } from "../../runtime/avatar/package.ts";
import { readSignatures, signersOf } from "../../runtime/avatar/signature.ts";
import { atOnce } from "../../runtime/avatar/slices.ts";
import type { AvatarTier } from "../../runtime/avatar/tier.ts";

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
  using open = new DisposableStack();
  let shared: Shared | undefined;
  if (manifest.shared) {
    files[manifest.shared.file] = await outcome(async () => {
      shared = await openShared(folder, manifest, { files: open });
    });
  }
  for (const [name, { file }] of Object.entries(manifest.tiers)) {
    files[file] = await outcome(async () => {
      const tier = await openTier(folder, manifest, name as Tier, { files: open });
      if (shared) readAllLips(manifest, shared, tier);
    });
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

function readAllLips({ lipsync }: Manifest, shared: Shared, tier: AvatarTier): void {
  for (const kind of lipsync) {
    const [voice, own] = [shared.parts.get(kind), tier.parts.get(kind)];
    if (!voice || !own) throw new AvatarError(`package promises lip-sync "${kind}" and has none`);
    atOnce(readLips(kind, voice, own, tier.mouth));
  }
}

async function outcome(open: () => Promise<void>): Promise<string> {
  try {
    await open();
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
