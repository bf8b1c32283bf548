import { limits } from "../../config/limits.ts";
import type { Depot } from "../../drivers/depot/depot.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { Placed } from "./release.ts";
import {
  committed,
  findRelease,
  removed,
  roleOf,
  rolledBack,
  switched,
  withRelease,
} from "./roles.ts";
import { encodeShelf, readShelf, type ShelfState } from "./shelf-file.ts";

/** What cannot be done to a shelf. */
export class ShelfError extends Error {
  override readonly name = "ShelfError";
  readonly code: "SHELF_INCOMPLETE" | "SHELF_UNKNOWN" | "SHELF_FULL";

  constructor(code: ShelfError["code"], action: string, fault: string) {
    super(`Cannot ${action}: ${fault}`);
    this.code = code;
  }
}

/**
 * Which releases lie in a depot, and what each avatar shows: its current release, and the one
 * before that was proven. Every change is one atomic replace of the depot's index: after a power
 * cut it has wholly happened or not at all.
 */
export class Shelf {
  readonly #depot: Depot;
  #state: ShelfState;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(depot: Depot, state: ShelfState) {
    this.#depot = depot;
    this.#state = state;
  }

  /** A damaged index counts as none and is noted; its objects are found again by their hashes. */
  static async open(depot: Depot, trace: Trace): Promise<Shelf> {
    return new Shelf(depot, readShelf(await depot.readIndex(), trace));
  }

  /** All that is installed. */
  get releases(): readonly Placed[] {
    return this.#state.releases;
  }

  /** What is to be here, whether or not it already is. */
  get wanted(): readonly Placed[] {
    return this.#state.wanted;
  }

  current(id: string): Placed | undefined {
    return findRelease(this.#state, roleOf(this.#state, id)?.current);
  }

  /** The release to fall back to: the last proven one before the current. */
  previous(id: string): Placed | undefined {
    return findRelease(this.#state, roleOf(this.#state, id)?.previous);
  }

  /** Whether the current release passed its probation. */
  isProven(id: string): boolean {
    return roleOf(this.#state, id)?.proven ?? false;
  }

  /** Where the files of a release lie, by name. */
  filesOf({ files }: Placed): Readonly<Record<string, string>> {
    return Object.fromEntries(
      files.map(({ name, sha256 }) => [name, this.#depot.pathOf(sha256)] as const),
    );
  }

  /** Says anew what is to be here, going by what was; its objects are no garbage from now on. */
  want(
    next: readonly Placed[] | ((wanted: readonly Placed[]) => readonly Placed[]),
  ): Promise<void> {
    return this.#change((state) => {
      return { ...state, wanted: typeof next === "function" ? next(state.wanted) : next };
    });
  }

  /**
   * Takes in a release whose objects are all in the depot (else ShelfError SHELF_INCOMPLETE); of
   * one that is here, further files. It is not current yet.
   */
  install(placed: Placed): Promise<void> {
    return this.#change(async (state) => {
      await this.#demandWhole(placed);
      return withRelease(state, placed);
    });
  }

  /** Makes an installed release the current one of its avatar, on trial until `commit`. */
  switchTo(id: string, sha256: string): Promise<void> {
    return this.#change((state) => {
      const placed = findRelease(state, sha256);
      if (placed?.id === id) return switched(state, id, sha256);
      throw new ShelfError("SHELF_UNKNOWN", `switch ${id}`, `no such release: ${sha256}`);
    });
  }

  /** The current release passed its probation: it is what a later one falls back to. */
  commit(id: string): Promise<void> {
    return this.#change((state) => committed(state, id));
  }

  /** Makes the previous release current again and gives it; undefined: there is none. */
  async rollBack(id: string): Promise<Placed | undefined> {
    await this.#change((state) => rolledBack(state, id));
    return this.current(id);
  }

  /** Forgets an avatar; its objects become garbage unless wanted. */
  remove(id: string): Promise<void> {
    return this.#change((state) => removed(state, id));
  }

  /** One change after another; one that fails leaves everything as it was. */
  #change(next: (state: ShelfState) => ShelfState | Promise<ShelfState>): Promise<void> {
    const turn = this.#last.then(async () => {
      const state = await next(this.#state);
      if (state === this.#state) return;
      demandRoom(state);
      await this.#depot.replaceIndex(encodeShelf(state));
      this.#state = state;
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #demandWhole({ id, files }: Placed): Promise<void> {
    for (const { name, bytes, sha256 } of files) {
      const here = await this.#depot.sizeOf(sha256);
      if (here === bytes) continue;
      const fault = `${name} is ${here === undefined ? "not here" : `${here} bytes`}`;
      throw new ShelfError("SHELF_INCOMPLETE", `install ${id}`, `${fault}, ${bytes} bytes are due`);
    }
  }
}

/** More would not be read back. */
function demandRoom({ releases, wanted }: ShelfState): void {
  const most = limits.contentReleasesMax;
  const count = Math.max(releases.length, wanted.length);
  if (count <= most) return;
  throw new ShelfError("SHELF_FULL", "keep releases", `there are ${count}, limit is ${most}`);
}
