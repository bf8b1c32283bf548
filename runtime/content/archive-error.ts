/** Why a package in one file is refused. */
export type ArchiveCode =
  | "ARCHIVE_EMPTY"
  /** No header of POSIX.1-1988 (ustar) where one is due. */
  | "ARCHIVE_NOT_TAR"
  | "ARCHIVE_CHECKSUM"
  /** A size that is no octal number. */
  | "ARCHIVE_NUMBER"
  /** PAX headers, and what GNU tar adds. */
  | "ARCHIVE_EXTENSION"
  | "ARCHIVE_LINK"
  | "ARCHIVE_DEVICE"
  | "ARCHIVE_FOLDER"
  | "ARCHIVE_KIND"
  | "ARCHIVE_NAME"
  | "ARCHIVE_NAME_ABSOLUTE"
  | "ARCHIVE_NAME_PARENT"
  | "ARCHIVE_NAME_FOLDER"
  | "ARCHIVE_NAME_CONTROL"
  | "ARCHIVE_NAME_UNICODE"
  | "ARCHIVE_DUPLICATE"
  /** Two names that differ in case alone. */
  | "ARCHIVE_CASE"
  | "ARCHIVE_ENTRIES"
  | "ARCHIVE_ENTRY_SIZE"
  | "ARCHIVE_SIZE"
  /** It unpacks to many times its size. */
  | "ARCHIVE_RATIO"
  | "ARCHIVE_COMPRESSION"
  | "ARCHIVE_TRUNCATED"
  | "ARCHIVE_TRAILING"
  /** It does not begin with its manifest. */
  | "ARCHIVE_ORDER"
  | "ARCHIVE_MANIFEST"
  | "ARCHIVE_UNTRUSTED"
  /** A file that the manifest does not name. */
  | "ARCHIVE_UNLISTED"
  | "ARCHIVE_WRONG_SIZE"
  | "ARCHIVE_WRONG_HASH"
  | "ARCHIVE_INCOMPLETE"
  /** The medium has no room, or failed; the source failed. */
  | "ARCHIVE_NO_ROOM"
  | "ARCHIVE_DISK"
  | "ARCHIVE_SOURCE";

/** A package in one file that is not taken in. Nothing of it stays. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
  readonly code: ArchiveCode;

  constructor(code: ArchiveCode, fault: string, options?: ErrorOptions) {
    super(`Cannot install package: ${fault}`, options);
    this.code = code;
  }
}

/** Throws unless `holds`: for bytes from outside. */
export function demandArchive(holds: boolean, code: ArchiveCode, fault: string): asserts holds {
  if (!holds) throw new ArchiveError(code, fault);
}
