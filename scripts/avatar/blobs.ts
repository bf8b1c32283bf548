import { headBytes, type Layout, magic, type Span } from "../../runtime/avatar/layout.ts";

/** The blobs of a tier's file, in the order they are added, and the file around them. */
export class Blobs {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  add(bytes: Uint8Array): Span {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return [this.#length - bytes.length, bytes.length];
  }

  file(layout: Layout): Uint8Array {
    const index = Buffer.from(JSON.stringify(layout));
    const head = Buffer.alloc(headBytes);
    head.write(magic, "latin1");
    head.writeUInt32LE(index.length, magic.length);
    return Buffer.concat([head, index, ...this.#parts]);
  }
}
