import { Metadata, type Root, Signature } from "@tufjs/models";
import type { Kind, Kinds } from "../../content/trust/metadata.ts";
import { type Signers, signersOf } from "../../content/trust/signers.ts";
import type { Signer } from "./key.ts";

/** Metadata that is not served yet: its role, and the roots whose keys must have signed it. */
export interface Draft<K extends Kind = Kind> {
  readonly role: K;
  readonly metadata: Metadata<Kinds[K]>;
  /** The newest root; for a root itself also the one before. */
  readonly roots: readonly Root[];
}

/** Signatures that a draft has and needs, the root that is furthest from it. */
export function stateOf({ role, metadata, roots }: Draft): Signers {
  const states = roots.map((root) => signersOf(root, role, metadata));
  return states.reduce((worst, one) => (missing(one) > missing(worst) ? one : worst));
}

export function isComplete(draft: Draft): boolean {
  return draft.roots.every((root) => missing(signersOf(root, draft.role, draft.metadata)) <= 0);
}

/** Ids of keys that may sign a draft and have not. */
export function wantedKeys({ role, metadata, roots }: Draft): readonly string[] {
  const ids = roots.flatMap((root) => root.roles[role]?.keyIDs ?? []);
  return [...new Set(ids)].filter((id) => !Object.hasOwn(metadata.signatures, id));
}

/** With the signatures of those signers that may sign it. */
export function signed<K extends Kind>(draft: Draft<K>, signers: readonly Signer[]): Draft<K> {
  const wanted = wantedKeys(draft);
  const able = signers.filter(({ key }) => wanted.includes(key.keyID));
  const metadata = copyOf(draft.metadata);
  for (const { key, sign } of able) {
    metadata.sign((bytes) => new Signature({ keyID: key.keyID, sig: sign(bytes) }));
  }
  return { ...draft, metadata };
}

/** With a signature that was made elsewhere; undefined when it does not fit. */
export function signedBy<K extends Kind>(
  draft: Draft<K>,
  keyID: string,
  sig: string,
): Draft<K> | undefined {
  const metadata = copyOf(draft.metadata);
  metadata.signatures[keyID] = new Signature({ keyID, sig });
  const key = draft.roots.flatMap((root) => root.keys[keyID] ?? [])[0];
  if (key === undefined || !wantedKeys(draft).includes(keyID)) return undefined;
  try {
    key.verifySignature(metadata);
    return { ...draft, metadata };
  } catch {
    // The models throw for a signature that does not fit.
    return undefined;
  }
}

function missing({ signed, due }: Signers): number {
  return due - signed;
}

function copyOf<K extends Kind>({ signed, signatures }: Metadata<Kinds[K]>): Metadata<Kinds[K]> {
  return new Metadata(signed, { ...signatures });
}
