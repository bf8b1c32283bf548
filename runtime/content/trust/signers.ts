import type { Key, Metadata, Root } from "@tufjs/models";
import type { Kind, Kinds } from "./metadata.ts";

/** How many of a role's keys have signed, and how many must (TUF specification 1.0.33, 5.3.4). */
export interface Signers {
  readonly signed: number;
  readonly due: number;
}

/** Which keys a role has, by name, and how many of them must sign. */
export interface Rule {
  readonly keyIDs: readonly string[];
  readonly threshold: number;
}

/** Asks `root` who of `role` has signed. */
export function signersOf(root: Root, role: Kind, metadata: Metadata<Kinds[Kind]>): Signers {
  return signersAmong(root.keys, keysOf(root, role), metadata);
}

/**
 * Who of a role has signed, by the keys of who gives the role. A key counts once, also where it is
 * listed under several names; a key that is unknown, or of a kind that is, has not signed.
 */
export function signersAmong(
  known: Readonly<Record<string, Key>>,
  { keyIDs, threshold }: Rule,
  metadata: Metadata<Kinds[Kind]>,
): Signers {
  const keys = keyIDs
    .flatMap((id) => (Object.hasOwn(known, id) ? [known[id] as Key] : []))
    .filter((key) => Object.hasOwn(metadata.signatures, key.keyID) && hasSigned(key, metadata));
  return { signed: new Set(keys.map(nameOf)).size, due: threshold };
}

/** Whether a key that `before` gave to the role counts no longer. */
export function isRotated(before: Root, after: Root, role: Kind): boolean {
  const known = (root: Root) =>
    keysOf(root, role).keyIDs.map((id) =>
      Object.hasOwn(root.keys, id) ? root.keys[id] : undefined,
    );
  const still = new Set(known(after).map((key) => key && nameOf(key)));
  return known(before).some((key) => key !== undefined && !still.has(nameOf(key)));
}

function keysOf(root: Root, role: Kind) {
  const found = root.roles[role];
  // The models refuse a root without each of the four.
  if (found === undefined) throw new TypeError(`Cannot ask root: it has no role ${role}`);
  return found;
}

function nameOf(key: Key): string {
  return JSON.stringify([key.keyType, key.scheme, key.keyVal.public?.trim()]);
}

/** The models throw for a wrong signature as for a key that cannot be used: neither counts. */
function hasSigned(key: Key, metadata: Metadata<Kinds[Kind]>): boolean {
  try {
    key.verifySignature(metadata);
    return true;
  } catch {
    return false;
  }
}
