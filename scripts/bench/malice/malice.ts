import type { ArchiveCode } from "../../../runtime/content/archive-error.ts";
import { type TarPart, tarEnd, tarOf } from "../tar.ts";

/** An archive that must be refused. */
export interface Malice {
  readonly name: string;
  /** As what: one, or one of those that a damage may show as. */
  readonly codes: readonly ArchiveCode[];
  readonly bytes: Uint8Array;
}

/** `code` without `ARCHIVE_`; several with blanks between them. */
export function malice(name: string, code: string, bytes: Uint8Array): Malice {
  const codes = code.split(" ").map((one) => `ARCHIVE_${one}` as ArchiveCode);
  return { name, codes, bytes };
}

/** The part behind the manifest, where a reader is already at work. */
export function among(parts: readonly TarPart[], part: TarPart, code: string): Malice {
  const [manifest, ...others] = parts as [TarPart, ...TarPart[]];
  const { content: _, ...told } = part as { readonly content?: unknown };
  return malice(JSON.stringify(told), code, tarOf([manifest, part, ...others, tarEnd]));
}
