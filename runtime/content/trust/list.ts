import type { Metadata, MetaFile, Targets } from "@tufjs/models";
import { readMetadata } from "./metadata.ts";
import { demandBytes, demandFresh, demandSigned, type Sheet } from "./sheet.ts";
import type { Signers } from "./signers.ts";
import { demand } from "./trouble.ts";

/** Whose list of targets it is to be. */
export interface Author {
  /** As messages call it. */
  readonly title: string;
  signersOf(metadata: Metadata<Targets>): Signers;
}

/**
 * 5.6.2 to 5.6.5: the list that the snapshot names so, of the role `targets` or of one that it
 * delegates to. Throws TrustError.
 */
export function readList(
  author: Author,
  named: MetaFile,
  bytes: Uint8Array,
  nowMs: number,
): Sheet<"targets"> {
  const { title } = author;
  demandBytes(title, named, bytes);
  const list = { bytes, metadata: readMetadata("targets", bytes) };
  demandSigned(title, author.signersOf(list.metadata));
  const { version } = list.metadata.signed;
  demand(version === named.version, "TRUST_TARGETS_MIXED", () => {
    return `${title} has version ${version}, snapshot names ${named.version}`;
  });
  demandFresh(title, list, nowMs, "TRUST_TARGETS_EXPIRED");
  return list;
}
