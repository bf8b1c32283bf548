import { existsSync, readFileSync } from "node:fs";

/** A TrueType file with what raylib does not tell: which characters it has, and its proportions. */
export class Typeface {
  /** Heights above and below the baseline (below: positive) and of the em, in font units. */
  readonly ascent: number;
  readonly descent: number;
  readonly unitsPerEm: number;
  readonly #covered: Uint8Array;
  readonly #file: string;

  private constructor(file: string, bytes: Uint8Array) {
    const tables = readTables(bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
    this.unitsPerEm = view.getUint16(offsetOf(tables, "head") + 18);
    this.ascent = view.getInt16(offsetOf(tables, "hhea") + 4);
    this.descent = -view.getInt16(offsetOf(tables, "hhea") + 6);
    this.#covered = readCoverage(view, offsetOf(tables, "cmap"));
  }

  /** Reads a font of a Debian package; the error names the package that is missing. */
  static read(file: string, debianPackage: string): Typeface {
    if (existsSync(file)) return new Typeface(file, readFileSync(file));
    throw new Error(`Cannot set text: ${file} is missing, the package ${debianPackage} has it`);
  }

  /** The file, read afresh: megabytes that are wanted when new glyphs come, and not in between. */
  bytes(): Uint8Array {
    return readFileSync(this.#file);
  }

  covers(codePoint: number): boolean {
    return (this.#covered[codePoint >> 3]! & (1 << (codePoint & 7))) !== 0;
  }
}

const codePointsMax = 0x110000;
const platformUnicode = 0;
const platformWindows = 3;

type Tables = ReadonlyMap<string, number>;

/** OpenType 1.9, "Organization of an OpenType Font": the table directory. */
function readTables(bytes: Uint8Array): Tables {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables = new Map<string, number>();
  for (let index = 0; index < view.getUint16(4); index++) {
    const record = 12 + index * 16;
    const tag = String.fromCharCode(...bytes.subarray(record, record + 4));
    tables.set(tag, view.getUint32(record + 8));
  }
  return tables;
}

function offsetOf(tables: Tables, tag: string): number {
  const offset = tables.get(tag);
  if (offset !== undefined) return offset;
  throw new RangeError(`Cannot read font: table ${tag} is missing`);
}

/**
 * OpenType 1.9, "cmap": one bit per code point. Of several Unicode subtables the last counts, as
 * in stb_truetype, which rasterises for raylib.
 */
function readCoverage(view: DataView, cmap: number): Uint8Array {
  let subtable: number | undefined;
  for (let index = 0; index < view.getUint16(cmap + 2); index++) {
    const record = cmap + 4 + index * 8;
    const platform = view.getUint16(record);
    const encoding = view.getUint16(record + 2);
    const isUnicode = platform === platformWindows && (encoding === 1 || encoding === 10);
    if (isUnicode || platform === platformUnicode) subtable = cmap + view.getUint32(record + 4);
  }
  if (subtable === undefined) throw new RangeError("Cannot read font: it has no Unicode map");
  const covered = new Uint8Array(codePointsMax >> 3);
  const format = view.getUint16(subtable);
  if (format === 4) markSegments(view, subtable, covered);
  else if (format === 12) markGroups(view, subtable, covered);
  else throw new RangeError(`Cannot read font: its map has format ${format}, known are 4 and 12`);
  return covered;
}

/** Format 4: segments of the Basic Multilingual Plane, each with a delta or a list of glyphs. */
function markSegments(view: DataView, at: number, covered: Uint8Array): void {
  const bytes = view.getUint16(at + 6);
  const ends = at + 14;
  const starts = ends + bytes + 2;
  for (let segment = 0; segment < bytes; segment += 2) {
    const first = view.getUint16(starts + segment);
    const last = view.getUint16(ends + segment);
    const delta = view.getUint16(starts + bytes + segment);
    const list = starts + 2 * bytes + segment;
    const listOffset = view.getUint16(list);
    for (let point = first; point <= last && point < 0xffff; point++) {
      const listed =
        listOffset === 0 ? point : view.getUint16(list + listOffset + 2 * (point - first));
      const hasGlyph = (listOffset === 0 || listed !== 0) && ((listed + delta) & 0xffff) !== 0;
      if (hasGlyph) mark(covered, point);
    }
  }
}

/** Format 12: groups over all planes, each with its first glyph. */
function markGroups(view: DataView, at: number, covered: Uint8Array): void {
  for (let index = 0; index < view.getUint32(at + 12); index++) {
    const group = at + 16 + index * 12;
    const first = view.getUint32(group);
    const last = Math.min(view.getUint32(group + 4), codePointsMax - 1);
    const glyph = view.getUint32(group + 8);
    for (let point = first; point <= last; point++) {
      if (glyph + point - first !== 0) mark(covered, point);
    }
  }
}

function mark(covered: Uint8Array, point: number): void {
  covered[point >> 3]! |= 1 << (point & 7);
}
