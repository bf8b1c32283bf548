/** A header as somebody may want it who means no good; what is left out is as it should be. */
export interface HeaderWish {
  /** In Latin-1: bytes as they are. */
  readonly name: string;
  readonly bytes: number;
  readonly kind?: string;
  readonly link?: string;
  readonly prefix?: string;
  /** Eight bytes: magic and version. */
  readonly magic?: string;
  /** The twelve bytes of the size, in Latin-1. */
  readonly size?: string;
  /** Eight bytes in place of the right checksum. */
  readonly sum?: string;
}

/** What an archive is made of: headers with contents, or bytes as they are. */
export type TarPart = Uint8Array | (HeaderWish & { readonly content?: Uint8Array });

export const tarEnd: Uint8Array = new Uint8Array(1_024);

/** An archive in the form of POSIX.1-1988 (ustar), or nearly so. */
export function tarOf(parts: readonly TarPart[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      if (part instanceof Uint8Array) return [part];
      const { content = new Uint8Array() } = part;
      return [headerOf(part), content, new Uint8Array(-content.length & 511)];
    }),
  );
}

/** The parts of a package's files, in their order. */
export function partsOf(files: ReadonlyMap<string, Uint8Array>): TarPart[] {
  return [...files].map(([name, content]) => ({ name, bytes: content.length, content }));
}

function headerOf({ name, bytes, ...wish }: HeaderWish): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100, "latin1");
  block.write("0000644\x000000000\x000000000\0", 100);
  block.write(wish.size ?? `${bytes.toString(8).padStart(11, "0")}\0`, 124, 12, "latin1");
  block.write("00000000000\0        ", 136);
  block.write(wish.kind ?? "0", 156, 1, "latin1");
  block.write(wish.link ?? "", 157, 100, "latin1");
  block.write(wish.magic ?? "ustar\x0000", 257, 8, "latin1");
  block.write(wish.prefix ?? "", 345, 155, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(wish.sum ?? `${sum.toString(8).padStart(6, "0")}\0 `, 148, 8, "latin1");
  return block;
}
