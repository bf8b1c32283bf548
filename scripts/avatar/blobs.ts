import { headBytes, magicBytes } from "../../runtime/avatar/head.ts";

/** Blobs of a file of a package, in the order they are added, and the file around them. */
export class Blobs {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  add(bytes: Uint8Array): [offset: number, length: number] {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return [this.#length - bytes.length, bytes.length];
  }

  file(magic: string, index: object): Uint8Array {
    const text = Buffer.from(JSON.stringify(index));
    const head = Buffer.alloc(headBytes);
    head.write(magic, "latin1");
    head.writeUInt32LE(text.length, magicBytes);
    return Buffer.concat([head, text, ...this.#parts]);
  }
}
