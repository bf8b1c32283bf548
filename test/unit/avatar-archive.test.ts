import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openBytes } from "../../drivers/disk/memory.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { Archive } from "../../runtime/avatar/archive.ts";
import { AvatarError } from "../../runtime/avatar/error.ts";
import { Library } from "../../runtime/avatar/library.ts";
import { findPackage } from "../../runtime/avatar/shelf.ts";
import { archive } from "../../scripts/avatar/archive.ts";
import { writePackage } from "./package.ts";

const place = mkdtempSync(join(tmpdir(), "frontdesk-archive-"));
after(() => rmSync(place, { recursive: true }));
await writePackage(join(place, "folder"));
const packed = Uint8Array.from(archive(join(place, "folder")));

test("an archive opens like the folder it was made of", async () => {
  writeFileSync(join(place, "small.fda"), packed);
  const paths = { read: readIfThere, openFile: openIfThere };
  const library = new Library((id) => findPackage(paths, place, id), { note: () => {} });
  const opened = await library.open("small", "360p");
  assert.ok(!(opened instanceof AvatarError), `${opened}`);
  assert.equal(opened.figure.idle.count, 2);
  opened[Symbol.dispose]();
});

test("an archive is a tar that others read, manifest first", () => {
  writeFileSync(join(place, "other.fda"), packed);
  const list = execFileSync("tar", ["-tf", join(place, "other.fda")], { encoding: "utf8" });
  assert.deepEqual(list.trim().split("\n"), ["manifest.json", "shared.part", "360p.tier"]);
});

test("the same package gives the same archive", () => {
  assert.deepEqual(Uint8Array.from(archive(join(place, "folder"))), packed);
});

test("an archive with folders, links or doubles is refused", () => {
  const cases: [(bytes: Buffer) => void, RegExp][] = [
    [(bytes) => bytes.write("a/b", 0), /archive holds "a\/b.*", a file name without folders/],
    [(bytes) => bytes.write("../../m", 0), /"..\/..\/m.*", a file name without folders is due$/],
    [(bytes) => bytes.write("2", 156), /"manifest.json", which is no plain file$/],
    [(bytes) => bytes.write("777777777777", 124), /tar header holds "777777777777", a number/],
    [(bytes) => bytes.write("17777777777\0", 124), /manifest.json ends at byte \d+, archive at/],
    [(bytes) => bytes.write("nothing", 257), /byte 0 begins no tar header$/],
  ];
  for (const [change, message] of cases) {
    const bytes = Buffer.from(packed);
    change(bytes);
    assert.throws(() => new Archive(openBytes(sealed(bytes))), fault(message));
  }
  const twice = Buffer.concat([packed.subarray(0, packed.length - 1024), packed]);
  assert.throws(() => new Archive(openBytes(twice)), fault(/archive holds manifest.json twice$/));
  const cut = packed.subarray(0, packed.length - 1024);
  assert.throws(() => new Archive(openBytes(cut)), fault(/archive ends at byte \d+, not at its/));
});

test("a header with a wrong checksum is refused", () => {
  const bytes = Buffer.from(packed);
  bytes[0]! ^= 1;
  assert.throws(() => new Archive(openBytes(bytes)), fault(/byte 0 has a wrong checksum$/));
});

test("a file of an archive ends where it ends", async () => {
  const opened = new Archive(openBytes(packed));
  using file = await opened.openFile("360p.tier");
  assert.ok(file);
  assert.throws(() => file.read(file.bytes - 1, new Uint8Array(2)), RangeError);
  const whole = new Uint8Array(file.bytes);
  file.read(0, whole);
  assert.deepEqual(Buffer.from(whole), readFileSync(join(place, "folder/360p.tier")));
  assert.equal(await opened.openFile("none"), undefined);
});

/** The first header with a checksum that fits again. */
function sealed(bytes: Buffer): Buffer {
  bytes.write("        ", 148);
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return bytes;
}

function fault(message: RegExp) {
  return (error: unknown) => error instanceof AvatarError && message.test(error.fault);
}
