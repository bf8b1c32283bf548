import type { TargetFile } from "@tufjs/models";
import type { Sheet } from "./sheet.ts";

/** A file of the repository as its list of targets describes it. */
export interface Target {
  /** As `avatars/anna/1.2.0/720p.tier`. */
  readonly path: string;
  /** Where its bytes lie, below the repository's base. */
  readonly place: string;
  readonly bytes: number;
  readonly sha256: string;
  /** What the studio adds: `avatar` with `id`, `version`, `tier` (null: of all), `order`. */
  readonly custom: Readonly<Record<string, unknown>>;
}

/**
 * The last list of targets that was verified whole; a value that nothing changes. It is the list of
 * the role `targets` alone: what delegated roles list is found by its path, with `Trust.find`, as
 * nobody can list the bins of hashes that a path may fall into.
 */
export interface Trusted {
  readonly version: number;
  target(path: string): Target | undefined;
  targets(): Iterable<Target>;
}

/** The list of a verified sheet, of those files that `targetOf` has. */
export function trustedOf({ metadata }: Sheet<"targets">, consistent: boolean): Trusted {
  const { version, targets } = metadata.signed;
  const files = new Map(
    Object.values(targets)
      .flatMap((file) => targetOf(file, consistent) ?? [])
      .map((target) => [target.path, target]),
  );
  return { version, target: (path) => files.get(path), targets: () => files.values() };
}

/**
 * A file as a verified list describes it; undefined when it is without SHA-256, or has a path that
 * leads elsewhere. With `consistent` snapshots its name begins with its hash (TUF specification
 * 1.0.33, 6.2).
 */
export function targetOf(file: TargetFile, consistent: boolean): Target | undefined {
  const { path, length, hashes, custom } = file;
  const sha256 = Object.hasOwn(hashes, "sha256") ? (hashes.sha256 ?? "") : "";
  if (!/^[0-9a-f]{64}$/.test(sha256) || !isPlain(path)) return undefined;
  const place = placeOf(path, consistent ? `${sha256}.` : "");
  return { path, place, bytes: length, sha256, custom };
}

/** Where a target is fetched from; `base` is the URL of the repository's folder. */
export function targetUrl(base: string, { place }: Target): string {
  return `${base.replace(/\/+$/, "")}/${place}`;
}

function placeOf(path: string, prefix: string): string {
  const [name = "", ...folders] = path.split("/").reverse();
  const parts = ["targets", ...folders.reverse(), prefix + name];
  return parts.map(encodeURIComponent).join("/");
}

/** Paths are places in a URL, never names of files here; they must not climb in the URL either. */
function isPlain(path: string): boolean {
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
