import type { Tier } from "../../config/tiers.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { Folder } from "./archive.ts";
import { AvatarError } from "./error.ts";
import { type Instant, readInstant } from "./instant.ts";
import type { LipSync, Manifest } from "./manifest.ts";
import { openShared, openTier, readPackage } from "./package.ts";
import type { Parts } from "./parts.ts";
import { type Breathe, inSlices, type Slices } from "./slices.ts";
import { readStudio, type Studio } from "./studio.ts";
import type { AvatarTier, MouthSet } from "./tier.ts";

export type { Folder } from "./archive.ts";
export type { Breathe } from "./slices.ts";

/** What is on stage: an avatar at a tier. Its files stay open until it is disposed of. */
export interface OpenedAvatar extends Disposable {
  readonly id: string;
  readonly name: string;
  readonly tier: Tier;
  readonly figure: AvatarTier;
  /** What makes its mouths; undefined: the pictures of visemes in `figure.mouth`. */
  readonly lips: Lips | undefined;
}

/** What a kind of lip-sync knows, for the voice and for this tier. */
export type Lips =
  | { readonly kind: "instant"; readonly instant: Instant }
  | { readonly kind: "studio"; readonly studio: Studio };

/** How packages are opened. */
export interface OpenRules {
  /** Who must have signed: public keys in base64; none: nobody has to. */
  readonly signers: readonly string[];
  /** Where a package has both kinds; `auto` takes studio. */
  readonly lipsync: LipSync | "auto";
  /** Lets a thread go on with its show while a package is proved; absent: nobody waits. */
  readonly breathe?: Breathe;
}

/**
 * Opens packages and remembers the last good one: when the next cannot be opened, the caller gets
 * the error, the trace an event, and `current` stays what it was.
 */
export class Library {
  readonly #folderOf: (id: string) => Folder | Promise<Folder>;
  readonly #trace: Trace;
  readonly #rules: OpenRules;
  #current: OpenedAvatar | undefined;

  constructor(
    folderOf: (id: string) => Folder | Promise<Folder>,
    trace: Trace,
    rules: OpenRules = { signers: [], lipsync: "auto" },
  ) {
    this.#folderOf = folderOf;
    this.#trace = trace;
    this.#rules = rules;
  }

  /** The last avatar that could be opened. */
  get current(): OpenedAvatar | undefined {
    return this.#current;
  }

  /** A package that cannot be used is a value, an AvatarError; nothing is thrown for it. */
  async open(id: string, tier: Tier): Promise<OpenedAvatar | AvatarError> {
    try {
      this.#current = await openAvatar(await this.#folderOf(id), id, tier, this.#rules);
      return this.#current;
    } catch (error) {
      if (!(error instanceof AvatarError)) throw error;
      this.#trace.note({ area: "avatar", kind: "refused", id, tier, fault: error.fault });
      return error.of(`${id} at ${tier}`);
    }
  }
}

/** Manifest first, then only the file of the tier and the one that all tiers share. */
async function openAvatar(
  folder: Folder,
  id: string,
  tier: Tier,
  { signers, lipsync, breathe }: OpenRules,
): Promise<OpenedAvatar> {
  using files = new DisposableStack();
  files.defer(() => folder[Symbol.dispose]?.());
  const manifest = await readPackage(folder, signers);
  if (manifest.id !== id) throw new AvatarError(`manifest is of "${manifest.id}", "${id}" is due`);
  const figure = await openTier(folder, manifest, tier, { files, breathe });
  const shared = await openShared(folder, manifest, { files, breathe });
  const lips = await inSlices(openLips(manifest, lipsync, shared.parts, figure), breathe);
  const held = files.move();
  return { id, name: manifest.name, tier, figure, lips, [Symbol.dispose]: () => held.dispose() };
}

function* openLips(
  { lipsync }: Manifest,
  wish: OpenRules["lipsync"],
  voices: ReadonlyMap<string, Parts>,
  { parts, mouth }: AvatarTier,
): Slices<Lips | undefined> {
  const known = rankedLips.filter((kind) => lipsync.includes(kind));
  const kind = known.find((one) => one === wish) ?? known[0];
  if (kind === undefined) return undefined;
  const voice = voices.get(kind);
  const tier = parts.get(kind);
  if (voice && tier) return yield* readLips(kind, voice, tier, mouth);
  const where = voice ? "tier" : "shared file";
  throw new AvatarError(`package promises lip-sync "${kind}", its ${where} has none`);
}

/** Best first, as measured: recorded mouths are sharper than painted ones, and cost a tenth. */
const rankedLips: readonly LipSync[] = ["instant", "studio"];

/** Reads what a kind keeps in the shared file and in the tier's; throws AvatarError. */
export function* readLips(kind: LipSync, voice: Parts, tier: Parts, mouth: MouthSet): Slices<Lips> {
  switch (kind) {
    case "instant":
      return { kind, instant: yield* readInstant(voice, tier, mouth) };
    case "studio":
      return { kind, studio: readStudio(voice, tier) };
  }
}
