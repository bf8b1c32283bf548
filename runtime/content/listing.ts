import type { Wish } from "./desired.ts";
import type { Release } from "./release.ts";
import { releaseIn } from "./repository.ts";
import type { Errand, Trouble } from "./supply.ts";
import type { Trust } from "./trust/trust.ts";
import type { Target, Trusted } from "./trust/trusted.ts";

/**
 * What a repository has, as its list of targets says, and at paths as those say to whom the list
 * delegates them: other makers, whose releases are found when they are wished for by version.
 */
export class Listing {
  readonly #trusted: Trusted;
  readonly #trust: Pick<Trust, "find">;
  readonly #errand: Moment;

  constructor(trusted: Trusted, trust: Pick<Trust, "find">, errand: Moment) {
    this.#trusted = trusted;
    this.#trust = trust;
    this.#errand = errand;
  }

  /** Undefined when nobody who may lists it. Throws TrustError when that cannot be said. */
  async target(path: string): Promise<Target | undefined> {
    const { wallMs, abort } = this.#errand;
    const found = this.#trusted.target(path) ?? (await this.#trust.find(path, wallMs, abort));
    if (!("code" in found)) return found;
    if (found.code === "TRUST_TARGET_UNLISTED") return undefined;
    throw found;
  }

  /** The release that a wish means, or why there is none. Throws as `target`. */
  async release(wish: Wish): Promise<Release | Trouble> {
    const found = releaseIn(this.#trusted, wish);
    const { id, version } = wish;
    if (!("code" in found && found.code === "RELEASE_ABSENT") || version === undefined) {
      return found;
    }
    const manifest = await this.target(pathOf({ id, version }, "manifest.json"));
    return manifest ? releaseIn({ targets: () => [manifest] }, wish) : found;
  }
}

type Moment = Pick<Errand, "wallMs" | "abort">;

/** Where a repository has a file of a release. */
export function pathOf({ id, version }: Pick<Release, "id" | "version">, name: string): string {
  return `avatars/${id}/${version}/${name}`;
}
