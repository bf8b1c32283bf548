import type { Depot } from "../../drivers/depot/depot.ts";
import { AvatarError } from "../avatar/error.ts";
import { type Manifest, parseManifest } from "../avatar/manifest.ts";
import { demandSignature } from "../avatar/signature.ts";
import type { Wish } from "./desired.ts";
import type { Downloader } from "./download.ts";
import { type Fit, planRelease, tiersOffered, tiersToHave } from "./plan.ts";
import type { Placed, Release } from "./release.ts";
import { releaseIn } from "./repository.ts";
import type { Shelf } from "./shelf.ts";
import { type Errand, type Progress, type Supply, SupplyError, type Trouble } from "./supply.ts";
import { TrustError } from "./trust/trouble.ts";
import type { Trust } from "./trust/trust.ts";
import { type Target, type Trusted, targetUrl } from "./trust/trusted.ts";

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
    const found = releaseIn(trusted, wish);
    if ("code" in found) return found;
    errand.found(found);
    const refusal = errand.refuses(found);
    if (refusal) return refusal;
    errand.step("downloading");
    const read = await this.#manifest(trusted, found, errand.abort);
    if ("code" in read) return read;
    return this.#fetch(found, read, { trusted, abort: errand.abort });
  }

  /** The manifest, by whose hash the release is known, and its signatures where there are any. */
  async #manifest(
    trusted: Trusted,
    release: Release,
    abort: AbortSignal,
  ): Promise<Signed | Trouble> {
    const targets = ["manifest.json", "manifest.sig"].flatMap((name) => {
      return trusted.target(pathOf(release, name)) ?? [];
    });
    const outcome = await this.#parts.downloader.download(targets.map(this.#order), abort);
    if (outcome !== "here") return told(outcome);
    const bytes = await this.#read(release.sha256);
    const sealed = targets.find(({ path }) => path.endsWith("/manifest.sig"));
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
    { trusted, abort }: { readonly trusted: Trusted; readonly abort: AbortSignal },
  ): Promise<Placed | Trouble> {
    const { shelf, downloader } = this.#parts;
    const tiers = tiersToHave(tiersOffered(manifest), this.#rules.fit());
    const placed = planRelease({ ...release, bytes }, manifest, signed, tiers);
    const targets = placed.files.map((file) => {
      const target = trusted.target(pathOf(release, file.name));
      if (target?.sha256 === file.sha256 && target.bytes === file.bytes) return target;
      throw new AvatarError(`${file.name} is not in the repository as the manifest has it`);
    });
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

function pathOf({ id, version }: Release, name: string): string {
  return `avatars/${id}/${version}/${name}`;
}

/** Errors of others, as plain values. A wrong copy on a server may be mended there. */
function told({ code, message, retryable }: Trouble): Trouble {
  return { code, message, retryable: retryable || mendable.has(code) };
}

const mendable: ReadonlySet<string> = new Set(["DOWNLOAD_WRONG_HASH", "DOWNLOAD_WRONG_SIZE"]);

/** What is wrong with the package will not mend by itself; what the medium says may. */
function troubleOf(error: unknown, id: string): Trouble {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof SupplyError || error instanceof TrustError) {
    return { code: error.code, message: error.message, retryable: false };
  }
  if (!(error instanceof AvatarError)) {
    const message = `Cannot bring avatar ${id}: ${reason}`;
    return { code: "STORAGE_FAILED", message, retryable: true };
  }
  const code = error.trouble === "untrusted" ? "AVATAR_UNTRUSTED" : "AVATAR_DAMAGED";
  return { code, message: error.of(id).message, retryable: false };
}
