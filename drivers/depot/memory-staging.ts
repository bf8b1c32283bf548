import { createHash } from "node:crypto";
import type { Staging } from "./depot.ts";
import { checkHash, checkNote } from "./names.ts";
import type { Power } from "./power.ts";

/** A file of staging and its mark, as they lie on the medium. */
export interface Piece {
  /** With room to grow behind the first `length` bytes. */
  bytes: Uint8Array;
  length: number;
  mark: { readonly bytes: number; readonly note: string } | undefined;
}

/** What a piece may do to the depot around it. */
export interface Around {
  readonly room: () => number;
  readonly become: (sha256: string, bytes: Uint8Array) => void;
  readonly leave: () => void;
  readonly letGo: () => void;
}

/** The steps of the real one, in the same order, with power that may end between any two. */
export class MemoryStaging implements Staging {
  readonly #piece: Piece;
  readonly #power: Power;
  readonly #around: Around;
  #isOpen = true;

  constructor(piece: Piece, power: Power, around: Around) {
    this.#piece = piece;
    this.#power = power;
    this.#around = around;
    const marked = piece.mark?.bytes ?? 0;
    if (marked > piece.length) piece.mark = undefined;
    piece.length = piece.mark?.bytes ?? 0;
  }

  get bytes(): number {
    return this.#piece.length;
  }

  get note(): string {
    return this.#piece.mark?.note ?? "";
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#demandOpen();
    const fits = Math.min(bytes.length, this.#around.room());
    this.#power.spend(fits, (units) => this.#add(bytes.subarray(0, units)));
    if (fits === bytes.length) return;
    const fault = `${bytes.length} bytes are due, ${fits} are free`;
    throw Object.assign(new Error(`Cannot append: ${fault}`), { code: "ENOSPC" });
  }

  async mark(note: string): Promise<void> {
    checkNote(note);
    this.#demandOpen();
    this.#power.spend(2, (units) => {
      if (units === 2) this.#piece.mark = { bytes: this.bytes, note };
    });
  }

  async restart(): Promise<void> {
    this.#demandOpen();
    this.#power.spend(2, (units) => {
      if (units >= 1) this.#piece.mark = undefined;
      if (units === 2) this.#piece.length = 0;
    });
  }

  async keep(sha256: string): Promise<"kept" | "wrong"> {
    checkHash(sha256);
    this.#demandOpen();
    const bytes = this.#piece.bytes.slice(0, this.bytes);
    if (createHash("sha256").update(bytes).digest("hex") !== sha256) return "wrong";
    // Synced, renamed, and the mark taken away.
    this.#power.spend(3, (units) => {
      if (units >= 2) {
        this.#around.become(sha256, bytes);
        this.#piece.length = 0;
      }
      if (units === 3) this.#around.leave();
    });
    this.#close();
    return "kept";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
  }

  #add(bytes: Uint8Array): void {
    const piece = this.#piece;
    const due = piece.length + bytes.length;
    if (due > piece.bytes.length) {
      const grown = new Uint8Array(2 * due);
      grown.set(piece.bytes.subarray(0, piece.length));
      piece.bytes = grown;
    }
    piece.bytes.set(bytes, piece.length);
    piece.length = due;
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#around.letGo();
  }

  #demandOpen(): void {
    if (!this.#isOpen) throw new RangeError("Cannot change staging: it is over");
  }
}
