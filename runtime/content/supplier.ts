import type { Depot } from "../../drivers/depot/depot.ts";
import { AvatarError } from "../avatar/error.ts";
import { type Manifest, parseManifest } from "../avatar/manifest.ts";
import { demandSignature } from "../avatar/signature.ts";
import type { Wish } from "./desired.ts";
import type { Downloader } from "./download.ts";
import { Listing, pathOf } from "./listing.ts";
import { type Fit, planRelease, tiersOffered, tiersToHave } from "./plan.ts";
import type { Placed, Release } from "./release.ts";
import type { Shelf } from "./shelf.ts";
import { type Errand, type Progress, type Supply, SupplyError, type Trouble } from "./supply.ts";
import { TrustError } from "./trust/trouble.ts";
import type { Trust } from "./trust/trust.ts";
import { type Target, targetUrl } from "./trust/trusted.ts";

interface Parts {
  readonly depot: Depot;
  readonly shelf: Shelf;
  readonly downloader: Downloader;
  /** Who vouches for the repository; rejects with a reason when there is nobody. */
  trust(): Promise<Trust>;
}

/** What of a package this device takes. */
interface Rules {
  /** URL of the repository's folder. */
  readonly base: string;
  /** The verdict on this board, and the tiers that configuration lets in. */
  fit(): Fit;
  /** Who must have signed a package besides the repository: public keys; none: nobody. */
  readonly signers: readonly string[];
}

/** Brings releases from a signed repository: asks it, plans, fetches what is missing, installs. */
export class Supplier implements Supply {
  readonly #parts: Parts;
  readonly #rules: Rules;

  constructor(parts: Parts, rules: Rules) {
    this.#parts = parts;
    this.#rules = rules;
  }

  get progress(): Progress | undefined {
    const { state, bytes, bytesDue, bytesPerSecond } = this.#parts.downloader.progress;
    if (state === "idle") return undefined;
    return { phase: phases[state], bytes, of: bytesDue, bytesPerSecond };
  }

  async bring(wish: Wish, errand: Errand): Promise<Placed | Trouble> {
    try {
      return await this.#bring(wish, errand);
    } catch (error) {
      return troubleOf(error, wish.id);
    }
  }

  async #bring(wish: Wish, errand: Errand): Promise<Placed | Trouble> {
    errand.step("refreshing");
    const trust = await this.#parts.trust();
    const trusted = await trust.refresh(errand.wallMs, errand.abort);
    if ("code" in trusted) return told(trusted);
    const listing = new Listing(trusted, trust, errand);
    const found = await listing.release(wish);
    if ("code" in found) return found;
    errand.found(found);
    const refusal = errand.refuses(found);
    if (refusal) return refusal;
    errand.step("downloading");
    const read = await this.#manifest(listing, found, errand.abort);
    if ("code" in read) return read;
    return this.#fetch(found, read, { listing, abort: errand.abort });
  }

  /** The manifest, by whose hash the release is known, and its signatures where there are any. */
  async #manifest(
    listing: Listing,
    release: Release,
    abort: AbortSignal,
  ): Promise<Signed | Trouble> {
    const document = await listing.target(pathOf(release, "manifest.json"));
    const sealed = await listing.target(pathOf(release, "manifest.sig"));
    const targets = [document, sealed].flatMap((target) => target ?? []);
    const outcome = await this.#parts.downloader.download(targets.map(this.#order), abort);
    if (outcome !== "here") return told(outcome);
    const bytes = await this.#read(release.sha256);
    const { signers } = this.#rules;
    demandSignature(bytes, sealed && (await this.#read(sealed.sha256)), signers);
    const manifest = parseManifest(bytes);
    if (manifest.id !== release.id) {
      throw new AvatarError(`manifest is of "${manifest.id}", "${release.id}" is due`);
    }
    return { manifest, bytes: bytes.length, signed: sealed };
  }

  async #fetch(
    release: Release,
    { manifest, bytes, signed }: Signed,
    { listing, abort }: { readonly listing: Listing; readonly abort: AbortSignal },
  ): Promise<Placed | Trouble> {
    const { shelf, downloader } = this.#parts;
    const tiers = tiersToHave(tiersOffered(manifest), this.#rules.fit());
    const placed = planRelease({ ...release, bytes }, manifest, signed, tiers);
    const targets: Target[] = [];
    for (const { name, sha256, bytes: due } of placed.files) {
      const target = await listing.target(pathOf(release, name));
      if (target?.sha256 !== sha256 || target.bytes !== due) {
        throw new AvatarError(`${name} is not in the repository as the manifest has it`);
      }
      targets.push(target);
    }
    await shelf.want((wanted) => [...without(wanted, release.id), placed]);
    const outcome = await downloader.download(targets.map(this.#order), abort);
    if (outcome !== "here") return told(outcome);
    await shelf.install(placed);
    await shelf.want((wanted) => without(wanted, release.id));
    return placed;
  }

  readonly #order = (target: Target) => {
    const { bytes, sha256 } = target;
    return { url: targetUrl(this.#rules.base, target), bytes, sha256 };
  };

  async #read(sha256: string): Promise<Uint8Array> {
    using file = await this.#parts.depot.openObject(sha256);
    if (file === undefined) throw new Error(`Cannot read object ${sha256}: it is gone`);
    const bytes = new Uint8Array(file.bytes);
    file.read(0, bytes);
    return bytes;
  }
}

interface Signed {
  readonly manifest: Manifest;
  readonly bytes: number;
  readonly signed: Target | undefined;
}

function without(wanted: readonly Placed[], id: string): readonly Placed[] {
  return wanted.filter((placed) => placed.id !== id);
}

const phases = {
  fetching: "downloading",
  waiting: "waiting",
  quiet: "waiting",
  verifying: "verifying",
} as const;

/** Errors of others, as plain values. A wrong copy on a server may be mended there. */
function told({ code, message, retryable }: Trouble): Trouble {
  return { code, message, retryable: retryable || mendable.has(code) };
}

const mendable: ReadonlySet<string> = new Set(["DOWNLOAD_WRONG_HASH", "DOWNLOAD_WRONG_SIZE"]);

/** What is wrong with the package will not mend by itself; what the medium says may. */
function troubleOf(error: unknown, id: string): Trouble {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof SupplyError || error instanceof TrustError) {
    const retryable = error instanceof TrustError && error.retryable;
    return { code: error.code, message: error.message, retryable };
  }
  if (!(error instanceof AvatarError)) {
    const message = `Cannot bring avatar ${id}: ${reason}`;
    return { code: "STORAGE_FAILED", message, retryable: true };
  }
  const code = error.trouble === "untrusted" ? "AVATAR_UNTRUSTED" : "AVATAR_DAMAGED";
  return { code, message: error.of(id).message, retryable: false };
}
