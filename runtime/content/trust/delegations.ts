import type { Key, Targets } from "@tufjs/models";
import { isUnder } from "./pattern.ts";
import type { Sheet } from "./sheet.ts";
import type { Rule } from "./signers.ts";

/** One list's word that another role may speak of a path. */
export interface Delegation {
  readonly role: string;
  /** Nobody is asked after this role and those that it delegates to. */
  readonly terminating: boolean;
  /** The keys that the delegator knows, and which of them must have signed. */
  readonly keys: Readonly<Record<string, Key>>;
  readonly rule: Rule;
}

/**
 * Whom a list lets speak of a path, in the order in which they are to be asked, the first
 * terminating one being the last: by patterns of paths, by prefixes of the path's SHA-256, or by
 * bins of it (TAP 15). The models keep roles by name, in which numbers come first; a list that has
 * them in another order is not what was signed for them, so that none with another order is here.
 */
export function delegationsFor(path: string, list: Sheet<"targets">): readonly Delegation[] {
  const { delegations } = list.metadata.signed;
  if (delegations === undefined) return [];
  const { keys, roles, succinctRoles: bins } = delegations;
  if (roles !== undefined) {
    const asked = Object.values(roles)
      .filter((rule) => speaksOf(path, rule))
      .map((rule) => ({ role: rule.name, terminating: rule.terminating, keys, rule }));
    const last = asked.findIndex(({ terminating }) => terminating);
    return last < 0 ? asked : asked.slice(0, last + 1);
  }
  if (bins === undefined) return [];
  return [{ role: bins.getRoleForTarget(path), terminating: true, keys, rule: bins }];
}

type DelegatedRole = NonNullable<NonNullable<Targets["delegations"]>["roles"]>[string];

function speaksOf(path: string, rule: DelegatedRole): boolean {
  return rule.paths?.some((pattern) => isUnder(path, pattern)) ?? rule.isDelegatedPath(path);
}
