import { gzipSync } from "node:zlib";
import type { Redactor } from "./redact.ts";
import { tarFile } from "./tar.ts";

/** What goes into a bundle, by file name: text, bytes, or a value that becomes JSON. */
export type BundleContent = Readonly<Record<string, unknown>>;

/** One file is cut at this size; what is cut is said at its end. */
const fileBytesMax = 4 * 1024 * 1024;

/** One gzipped tar of everything, without secrets. Pictures pass as they are. */
export function packBundle(content: BundleContent, redactor: Redactor): Uint8Array {
  const files = Object.entries(content).map(([name, value]) => tarFile(name, bytesOf(value)));
  // Two empty blocks end an archive.
  return gzipSync(Buffer.concat([...files, Buffer.alloc(1024)]));

  function bytesOf(value: unknown): Uint8Array {
    if (value instanceof Uint8Array) return value;
    if (typeof value === "string") return Buffer.from(cut(redactor.text(value)));
    return Buffer.from(cut(`${JSON.stringify(redactor.value(value), undefined, 2)}\n`));
  }
}

function cut(text: string): string {
  if (text.length <= fileBytesMax) return text;
  return `${text.slice(0, fileBytesMax)}\n[cut: ${text.length - fileBytesMax} characters more]\n`;
}
