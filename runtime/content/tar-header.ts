import { limits } from "../../config/limits.ts";
import { type ArchiveCode, ArchiveError, demandArchive } from "./archive-error.ts";

/** A file as its header announces it. */
export interface TarEntry {
  readonly name: string;
  readonly bytes: number;
}

export const blockBytes = 512;

/**
 * Reads a header of POSIX.1-1988 (ustar), a plain file in no folder; undefined: the block of zeros
 * that ends an archive. Throws ArchiveError for everything else, at byte `at` of the archive.
 */
export function readTarHeader(block: Buffer, at: number): TarEntry | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const begins = `byte ${at} begins no tar header, a package in one file (.fda) is due`;
  demandArchive(text(block, 257, 5) === "ustar", "ARCHIVE_NOT_TAR", begins);
  const sum = block.reduce((all, byte, i) => all + (i >= 148 && i < 156 ? blank : byte), 0);
  const told = octal(block, 148, 8);
  demandArchive(told === sum, "ARCHIVE_CHECKSUM", `header at byte ${at} has a wrong checksum`);
  const version = text(block, 257, 8);
  const isPlain = version === "ustar\x0000";
  demandArchive(isPlain, "ARCHIVE_EXTENSION", `header at byte ${at} is of GNU tar, not of ustar`);
  demandKind(block);
  const name = readName(block);
  const bytes = octal(block, 124, 12);
  demandArchive(bytes !== undefined, "ARCHIVE_NUMBER", `size of ${name} is no octal number`);
  const most = name === "manifest.json" || name === "manifest.sig" ? manifestMax : fileMax;
  demandArchive(
    bytes <= most,
    "ARCHIVE_ENTRY_SIZE",
    `${name} has ${bytes} bytes, limit is ${most}`,
  );
  return { name, bytes };
}

const blank = 32;
const manifestMax = limits.avatarManifestBytesMax;
const fileMax = limits.avatarBytesMax;

/** By POSIX.1-1988 and, from `L` on, the letters that GNU tar and PAX took. */
const kinds: readonly (readonly [RegExp, ArchiveCode, string])[] = [
  [/^[12]$/, "ARCHIVE_LINK", "a link"],
  [/^[346]$/, "ARCHIVE_DEVICE", "a device"],
  [/^5$/, "ARCHIVE_FOLDER", "a folder"],
  [/^[xgXLKSMVDN]$/, "ARCHIVE_EXTENSION", "an extended header"],
];

function demandKind(block: Buffer): void {
  const kind = String.fromCharCode(block[156] ?? 0);
  const linked = block[157] !== 0;
  demandArchive(!linked || /^[12]$/.test(kind), "ARCHIVE_LINK", "a file that names a link");
  if (kind === "0" || kind === "\0") return;
  const known = kinds.find(([letters]) => letters.test(kind));
  const [, code, what] = known ?? [/./, "ARCHIVE_KIND" as const, "of no known kind"];
  throw new ArchiveError(code, `it holds ${what} (${JSON.stringify(kind)}), a plain file is due`);
}

/** Every reader must see the same name: one field, nothing behind its end. */
function readName(block: Buffer): string {
  const field = text(block, 0, 100);
  const name = field.replace(/\0.*$/s, "");
  const shown = JSON.stringify(name.slice(0, 100));
  const hidden = /\0[^\0]/.test(field);
  demandArchive(!hidden, "ARCHIVE_NAME", `name ${shown} goes on behind its end`);
  const prefix = block[345] !== 0;
  demandArchive(!prefix, "ARCHIVE_NAME_FOLDER", `${shown} is in a folder`);
  const wrong = faults.find(([pattern]) => pattern.test(name));
  if (wrong === undefined) return name;
  throw new ArchiveError(wrong[1], `name ${shown} ${wrong[2]}`);
}

const faults: readonly (readonly [RegExp, ArchiveCode, string])[] = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  [/[\x00-\x1f\x7f]/, "ARCHIVE_NAME_CONTROL", "has control characters"],
  [/[\x80-\xff]/, "ARCHIVE_NAME_UNICODE", "has characters beyond ASCII"],
  [/^[/\\]|^[A-Za-z]:/, "ARCHIVE_NAME_ABSOLUTE", "is absolute"],
  [/(^|[/\\])\.\.([/\\]|$)/, "ARCHIVE_NAME_PARENT", "leads out of its folder"],
  [/[/\\]/, "ARCHIVE_NAME_FOLDER", "is in a folder"],
  [
    /^(?![A-Za-z0-9][A-Za-z0-9._-]{0,63}$)/,
    "ARCHIVE_NAME",
    "is not of A-Z a-z 0-9 . _ -, 64 at most",
  ],
];

/** Octal digits, padded; what begins with the high bit is GNU's base 256, and no number here. */
function octal(block: Buffer, at: number, length: number): number | undefined {
  const digits = text(block, at, length).replace(/[\0 ]+$/, "");
  return /^ *[0-7]{1,11}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

function text(block: Buffer, at: number, length: number): string {
  return block.toString("latin1", at, at + length);
}
