import type { Role } from "../act.ts";
import type { Refusal } from "../refusal.ts";
import type { Call } from "./action.ts";
import type { Html } from "./html.ts";
import type { Word } from "./language.ts";
import { rowsShown } from "./parts.ts";
import type { Scene } from "./scene.ts";

/** One page of the console: what it asks of the studio, and how that is painted. */
export interface Page {
  readonly path: string;
  readonly roles: readonly Role[];
  readonly title: Word;
  /** Islands: it works without them. */
  readonly scripts?: readonly string[];
  load(call: PageCall): Promise<Painted | Refusal>;
}

export interface PageCall extends Call {
  readonly scene: Scene;
  readonly query: ReadonlyMap<string, string>;
}

/** A page's content, with a title of its own where it is about one thing. */
export interface Painted {
  readonly content: Html;
  readonly title?: string;
}

/** The piece of a list that a page is asked for. */
export function pieceOf({ query }: Pick<PageCall, "query">) {
  const before = query.get("before");
  return before === undefined ? { limit: rowsShown } : { limit: rowsShown, before };
}

/** Whose things staff wants to see: the account of the query, else the own one. */
export function accountOf({ act, query }: Pick<PageCall, "act" | "query">): string {
  const { role, accountId } = act.actor;
  return role === "customer" ? accountId : (query.get("accountId") ?? accountId);
}
