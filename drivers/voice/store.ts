import { crc32 } from "node:zlib";
import type { Disk } from "../disk/disk.ts";

/** Where a sentence lies: its segment, and the place and length of its body there. */
interface Place {
  readonly segment: number;
  readonly at: number;
  readonly bytes: number;
  readonly crc: number;
}

/** What stands before each body, sealed with a CRC-32 of its own. */
interface Head {
  readonly key: string;
  /** Rises by one from entry to entry, over all segments. */
  readonly seq: number;
  readonly bytes: number;
  readonly crc: number;
}

/**
 * A bounded store of byte strings on a disk: a ring of eight files, written one after the other;
 * when the last one is full, the oldest is emptied. What was asked for lately and lies in the next
 * one to go is written again. Torn and damaged entries are not found; what is found is what was
 * stored.
 */
export class SentenceStore {
  readonly #disk: Disk;
  readonly #segmentBytesMax: number;
  readonly #places = new Map<string, Place>();
  readonly #sizes: number[] = new Array(segments).fill(0);
  #current = 0;
  #seq = 0;

  private constructor(disk: Disk, bytesMax: number) {
    this.#disk = disk;
    this.#segmentBytesMax = Math.floor(bytesMax / segments);
  }

  /** Reads what is there: heads only. Rejects when the disk cannot be read. */
  static async open(disk: Disk, bytesMax: number): Promise<SentenceStore> {
    const store = new SentenceStore(disk, bytesMax);
    for (let segment = 0; segment < segments; segment++) await store.#scan(segment);
    return store;
  }

  /** What was stored under `key`; undefined when it is not there or not whole. */
  async get(key: string): Promise<Uint8Array | undefined> {
    const place = this.#places.get(key);
    if (!place) return undefined;
    using file = await this.#disk.openFile(nameOf(place.segment));
    if (!file || file.bytes < place.at + place.bytes) return undefined;
    const body = new Uint8Array(place.bytes);
    file.read(place.at, body);
    if (crc32(body) !== place.crc) {
      this.#places.delete(key);
      return undefined;
    }
    return body;
  }

  /** Whether what lies under `key` goes with the next segment that is emptied. */
  isLeaving(key: string): boolean {
    return this.#places.get(key)?.segment === (this.#current + 1) % segments;
  }

  /** Stores; what is larger than a segment is left aside. */
  async put(key: string, body: Uint8Array): Promise<void> {
    const head: Head = { key, seq: ++this.#seq, bytes: body.length, crc: crc32(body) };
    const bytes = framed(head, body);
    if (bytes.length > this.#segmentBytesMax) return;
    if (this.#size + bytes.length > this.#segmentBytesMax) await this.#turn();
    const segment = this.#current;
    const at = this.#size + bytes.length - body.length;
    // A write that fails leaves a tail of unknown length: nothing is put behind it.
    this.#sizes[segment] = Number.POSITIVE_INFINITY;
    await this.#disk.append(nameOf(segment), bytes);
    this.#sizes[segment] = at + body.length;
    this.#places.set(key, { segment, at, bytes: body.length, crc: head.crc });
  }

  get #size(): number {
    return this.#sizes[this.#current] ?? 0;
  }

  async #turn(): Promise<void> {
    const next = (this.#current + 1) % segments;
    for (const [key, { segment }] of this.#places) {
      if (segment === next) this.#places.delete(key);
    }
    await this.#disk.replace(nameOf(next), new Uint8Array(0));
    this.#sizes[next] = 0;
    this.#current = next;
  }

  async #scan(segment: number): Promise<void> {
    using file = await this.#disk.openFile(nameOf(segment));
    if (!file) return;
    let at = 0;
    while (at < file.bytes) {
      const head = headAt(file, at);
      const end = head ? head.at + head.bytes : Number.POSITIVE_INFINITY;
      // Torn: what lies behind cannot be told, and nothing is put behind it.
      if (!head || end > file.bytes) {
        this.#sizes[segment] = Number.POSITIVE_INFINITY;
        return;
      }
      const { bytes, crc } = head;
      const known = this.#places.get(head.key);
      if (!known || head.seq > this.#seq) {
        this.#places.set(head.key, { segment, at: head.at, bytes, crc });
      }
      if (head.seq > this.#seq) {
        this.#seq = head.seq;
        this.#current = segment;
      }
      at = end;
    }
    this.#sizes[segment] = at;
  }
}

const segments = 8;
const prefixBytes = 8;
const headBytesMax = 4_096;

function nameOf(segment: number): string {
  return `sentences-${segment}`;
}

/** Length and CRC-32 of the head, the head as JSON, the body. */
function framed(head: Head, body: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(prefixBytes + json.length + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, json.length, true);
  view.setUint32(4, crc32(json), true);
  bytes.set(json, prefixBytes);
  bytes.set(body, prefixBytes + json.length);
  return bytes;
}

function headAt(
  file: { readonly bytes: number; read(at: number, into: Uint8Array): void },
  at: number,
): (Head & { readonly at: number }) | undefined {
  if (at + prefixBytes > file.bytes) return undefined;
  const prefix = new Uint8Array(prefixBytes);
  file.read(at, prefix);
  const view = new DataView(prefix.buffer);
  const length = view.getUint32(0, true);
  const from = at + prefixBytes;
  if (length > headBytesMax || from + length > file.bytes) return undefined;
  const json = new Uint8Array(length);
  file.read(from, json);
  if (crc32(json) !== view.getUint32(4, true)) return undefined;
  const head = JSON.parse(new TextDecoder().decode(json)) as Head;
  return { ...head, at: from + length };
}
