import type { Wish } from "./desired.ts";
import type { Release } from "./release.ts";
import type { Trouble } from "./supply.ts";
import type { Target, Trusted } from "./trust/trusted.ts";

/** A release that the repository has; of two the one with the higher number was added later. */
interface Offer extends Release {
  readonly order: number;
}

/** The release that a wish means: the one it names, else the newest; or why there is none. */
export function releaseIn(trusted: Pick<Trusted, "targets">, wish: Wish): Release | Trouble {
  const offers = offersOf(trusted, wish.id);
  const known = offers.map(({ version }) => version).join(", ") || "none of it";
  const named = offers.filter(({ version }) => version === (wish.version ?? version));
  const found = named.find(({ sha256 }) => sha256 === (wish.sha256 ?? sha256));
  if (found) return { id: found.id, version: found.version, sha256: found.sha256 };
  const [first] = named;
  const name = [wish.id, wish.version].filter(Boolean).join(" ");
  const due = wish.sha256?.slice(0, 12);
  const fault = first
    ? `its manifest has SHA-256 ${first.sha256.slice(0, 12)}…, ${due}… is desired`
    : `it is not in the repository, which has ${known}`;
  const code = first ? "RELEASE_DIFFERS" : "RELEASE_ABSENT";
  return { code, message: `Cannot bring avatar ${name}: ${fault}`, retryable: false };
}

/** All releases of an avatar, the newest first. */
function offersOf(trusted: Pick<Trusted, "targets">, id: string): readonly Offer[] {
  const manifests = [...trusted.targets()].filter(({ path }) => path.endsWith("/manifest.json"));
  return manifests
    .flatMap((target) => offerOf(target) ?? [])
    .filter((offer) => offer.id === id)
    .sort((a, b) => b.order - a.order);
}

function offerOf({ path, sha256, custom }: Target): Offer | undefined {
  const [, id, version] =
    /^avatars\/([a-z0-9-]{1,64})\/([0-9A-Za-z.+-]{1,64})\/[^/]+$/.exec(path) ?? [];
  if (id === undefined || version === undefined) return undefined;
  const { avatar } = custom as { avatar?: { order?: unknown } };
  const order = typeof avatar?.order === "number" ? avatar.order : 0;
  return { id, version, sha256, order };
}

/** The version under which an avatar's manifest of this hash is listed; undefined: it is not. */
export function versionIn(
  trusted: Pick<Trusted, "targets">,
  id: string,
  sha256: string,
): string | undefined {
  return offersOf(trusted, id).find((offer) => offer.sha256 === sha256)?.version;
}
