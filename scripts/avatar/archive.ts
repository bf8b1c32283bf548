import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Manifest, parseManifest } from "../../runtime/avatar/manifest.ts";

/**
 * The package of a folder in one file, `.fda` (runtime/avatar/archive.ts): manifest, signatures
 * where there are some, shared file, tiers; without times, owners and modes, so that the same
 * package gives the same bytes.
 */
export function archive(folder: string): Uint8Array {
  const manifest = parseManifest(readFileSync(join(folder, "manifest.json")));
  const blocks = namesOf(manifest).flatMap((name) => {
    const bytes = readIf(join(folder, name));
    if (bytes === undefined && name === "manifest.sig") return [];
    if (bytes === undefined) throw new Error(`Cannot pack ${folder}: ${name} is missing`);
    return [header(name, bytes.length), bytes, Buffer.alloc(-bytes.length & (blockBytes - 1))];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]);
}

function namesOf({ shared, tiers }: Manifest): readonly string[] {
  const files = Object.values(tiers).map(({ file }) => file);
  return ["manifest.json", "manifest.sig", ...(shared ? [shared.file] : []), ...files];
}

const blockBytes = 512;

/** A header of POSIX.1-1988 (ustar), a plain file that everybody may read. */
function header(name: string, bytes: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0, "latin1");
  block.write("0000644\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${bytes.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.write("        ", 148);
  block.write("0", 156);
  block.write("ustar\x0000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

function readIf(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}
