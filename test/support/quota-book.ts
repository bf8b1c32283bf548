import { monthsLater } from "./calendar.ts";

export type Type = "instant" | "studio";
export type Target = "client" | "cloud";

interface Line {
  readonly id: string;
  readonly type: Type;
  readonly uses: { readonly target: Target; readonly atMs: number }[];
}

/** The rule as the vendor's page has it, over a plain list: what is valid when, what is used. */
export class QuotaBook {
  readonly #zone: string;
  /** In the order in which they were bought. */
  readonly #lines: Line[] = [];

  constructor(zone: string) {
    this.#zone = zone;
  }

  buy(id: string, type: Type): void {
    this.#lines.push({ id, type, uses: [] });
  }

  /** The quota that an acceptance takes, and by which form; undefined where it is to be refused. */
  due(type: Type, target: Target, nowMs: number): { id: string; form: 1 | 2 } | undefined {
    const own = this.#lines.filter((line) => line.type === type);
    const reusable = own
      .filter((line) => target === "client" && this.#reuses(line, nowMs))
      .sort((a, b) => this.#edgeMs(a) - this.#edgeMs(b) || (a.id < b.id ? -1 : 1));
    if (reusable[0]) return { id: reusable[0].id, form: 2 };
    const unused = own.find(({ uses }) => uses.length === 0);
    return unused && { id: unused.id, form: 1 };
  }

  use(id: string, target: Target, atMs: number): void {
    this.#lines.find((line) => line.id === id)?.uses.push({ target, atMs });
  }

  /** When the next quota ends to be valid by form 2. */
  nextEdgeMs(nowMs: number): number | undefined {
    const open = this.#lines.filter((line) => this.#reuses(line, nowMs));
    return open.map((line) => this.#edgeMs(line)).sort((a, b) => a - b)[0];
  }

  states(nowMs: number): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#lines.map((line) => [line.id, this.#state(line, nowMs)]));
  }

  #state(line: Line, nowMs: number): string {
    const [first, second] = line.uses;
    if (!first) return "unused";
    if (second || first.target === "client") return "spent";
    return this.#reuses(line, nowMs) ? "reusable" : "expired";
  }

  #reuses(line: Line, nowMs: number): boolean {
    const [first, second] = line.uses;
    return first?.target === "cloud" && !second && nowMs < this.#edgeMs(line);
  }

  #edgeMs({ uses }: Line): number {
    return monthsLater(uses[0]?.atMs ?? 0, 6, this.#zone);
  }
}
