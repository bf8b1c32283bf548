import { createHash } from "node:crypto";
import type { SiteFile } from "../../../drivers/site/site.ts";
import type { Tree } from "../../../drivers/tree/tree.ts";
import { tarHeader, tarPadding } from "../../diagnostics/tar.ts";
import type { Avatar, AvatarFile } from "../catalogue/avatar.ts";

/** A stretch of a download: bytes at hand, or those of a file. */
interface Piece {
  readonly bytes: number;
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}

/**
 * A published avatar with one tier as one `.fda` (runtime/avatar/FORMAT.md), made while it is sent:
 * a range of it reads that range alone. Undefined until it is published, or without that tier.
 */
export async function packageOf(
  tree: Tree,
  { id, release }: Avatar,
  tier: string,
): Promise<SiteFile | undefined> {
  const files = release?.files.filter((file) => file.tier === null || file.tier === tier) ?? [];
  if (!release || !files.some((file) => file.tier === tier)) return undefined;
  const folder = `targets/avatars/${id}/${release.version}`;
  const pieces: Piece[] = [];
  for (const file of files) {
    const path = `${folder}/${file.sha256}.${file.name}`;
    if ((await tree.find(path))?.bytes !== file.bytes) return undefined;
    pieces.push(...piecesOf(tree, path, file));
  }
  pieces.push(atHand(new Uint8Array(endBytes)));
  const hashes = files.map(({ sha256 }) => sha256).join(" ");
  return {
    bytes: pieces.reduce((sum, { bytes }) => sum + bytes, 0),
    etag: createHash("sha256").update(hashes).digest("hex").slice(0, 32),
    read: (from, to) => readAcross(pieces, from, to),
  };
}

/** Two empty blocks end an archive (POSIX.1-1988 ustar). */
const endBytes = 2 * 512;

function piecesOf(tree: Tree, path: string, { name, bytes }: AvatarFile): readonly Piece[] {
  const content = { bytes, read: (from: number, to: number) => tree.read(path, from, to) };
  return [atHand(tarHeader(name, bytes)), content, atHand(tarPadding(bytes))];
}

function atHand(bytes: Uint8Array): Piece {
  return {
    bytes: bytes.length,
    async *read(from, to) {
      yield bytes.subarray(from, to);
    },
  };
}

async function* readAcross(
  pieces: readonly Piece[],
  from: number,
  to: number,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const piece of pieces) {
    const end = at + piece.bytes;
    if (end > from && at < to) {
      yield* piece.read(Math.max(0, from - at), Math.min(piece.bytes, to - at));
    }
    at = end;
  }
}
