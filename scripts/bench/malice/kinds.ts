import { limits } from "../../../config/limits.ts";
import type { TarPart } from "../tar.ts";
import { among, type Malice } from "./malice.ts";

/** Entries that are no plain files, or say so wrongly. */
export function badKinds(parts: readonly TarPart[]): Malice[] {
  const empty = { name: "a.tier", bytes: 0 };
  const links = ["1", "2"].flatMap((kind) => targets.map((link) => ({ ...empty, kind, link })));
  const devices = ["3", "4", "6"].map((kind) => ({ ...empty, kind }));
  const folders = ["a", "a/", ".", "/"].map((name) => ({ name, bytes: 0, kind: "5" }));
  return [
    ...[...links, { ...empty, link: "/etc/passwd" }].map((part) => among(parts, part, "LINK")),
    ...devices.map((part) => among(parts, part, "DEVICE")),
    ...folders.map((part) => among(parts, part, "FOLDER")),
    ...extensions().map((part) => among(parts, part, "EXTENSION")),
    ...[..."789AZaz\x01\x7f\xff "].map((kind) => among(parts, { ...empty, kind }, "KIND")),
  ];
}

const targets = ["360p.tier", "/etc/passwd", "../../etc/shadow", ".", "manifest.json"];

/** Headers of PAX, which change the name and the size of the next file, and of GNU tar. */
function extensions(): TarPart[] {
  const records = ["path=../../x", "size=99999999999", "linkpath=/etc/passwd", ""];
  const pax = records.flatMap((record) => {
    const content = Buffer.from(record && `${record.length + 4} ${record}\n`);
    return ["x", "g", "X"].map((kind) => ({ name: "PaxHeader", kind, content }));
  });
  const content = Buffer.from("../../etc/passwd\0");
  const gnu = [..."LKSMVDN"].map((kind) => ({ name: "././@LongLink", kind, content }));
  return [...pax, ...gnu].map((part) => ({ ...part, bytes: part.content.length }));
}

/** Headers that two readers may read differently. */
export function badHeaders(parts: readonly TarPart[]): Malice[] {
  const file = { name: "a.tier", bytes: 4, content: Buffer.from("four") };
  const large = [limits.avatarBytesMax + 1, 2 ** 30, 2 ** 33 - 1];
  return [
    ...sums.map((sum) => among(parts, { ...file, sum }, "CHECKSUM")),
    ...sizes.map((size) => among(parts, { ...file, size }, "NUMBER")),
    ...gnuMagics.map((magic) => among(parts, { ...file, magic }, "EXTENSION")),
    ...otherMagics.map((magic) => among(parts, { ...file, magic }, "NOT_TAR")),
    ...large.map((bytes) => among(parts, { name: "a.tier", bytes }, "ENTRY_SIZE")),
  ];
}

const sums = ["000000\0 ", "777777\0 ", "        ", "12345678", "-00001\0 ", "0x1234\0 "];

/** In base 256, below nothing, in other bases, none at all, and without an end. */
const sizes = [
  ...["\x80\0\0\0\0\0\0\0\0\0\0\x04", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfc"],
  ...["-0000000004\0", "0x000000004\0", "0000000004.\0", "           \0", "00000000008\0"],
  ...["000000000004", "4e3\0", "\0\0\0\0\0\0\0\0\0\0\0\0", "0000 000004\0"],
];

const gnuMagics = ["ustar  \0", "ustar\x0001", "ustar   ", "ustar\0  "];
const otherMagics = ["\0\0\0\0\0\0\0\0", "USTAR\x0000", "tar\0\0\x0000"];
