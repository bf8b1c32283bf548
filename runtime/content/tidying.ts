import type { Trace } from "../diagnostics/trace.ts";
import type { Collected } from "./collect.ts";
import type { Kept } from "./kept.ts";
import type { Shelf } from "./shelf.ts";

interface Parts {
  readonly shelf: Pick<Shelf, "releases" | "remove">;
  readonly trace: Trace;
  /** Takes away objects that nobody names; not to be called while something is fetched. */
  collect(): Promise<Collected>;
}

/** Takes avatars off the shelf that nobody asks for, and what is left of them out of the depot. */
export class Tidying {
  readonly #parts: Parts;
  #isDue = true;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Something may have become nobody's. */
  due(): void {
    this.#isDue = true;
  }

  /** Does it when it is due; before the first set everything was put here by hand, and stays. */
  async turn(kept: Kept, shownId: string | undefined): Promise<void> {
    if (!this.#isDue || kept.desired === null) return;
    this.#isDue = false;
    await this.discard(kept, shownId);
  }

  /** What nobody asks for goes, but for what is on the screen. */
  async discard({ desired, held }: Kept, shownId: string | undefined): Promise<Collected> {
    const { shelf, trace, collect } = this.#parts;
    const wanted = desired === null ? shelf.releases : desired.avatars;
    const stays = new Set([...wanted, ...held].map(({ id }) => id));
    if (shownId !== undefined) stays.add(shownId);
    for (const id of new Set(shelf.releases.map((one) => one.id))) {
      if (!stays.has(id)) await shelf.remove(id);
    }
    const collected = await collect();
    trace.note({ area: "content", kind: "collected", ...collected });
    return collected;
  }
}
