import type { TargetFile } from "@tufjs/models";
import { limits } from "../../../config/limits.ts";
import { type Delegation, delegationsFor } from "./delegations.ts";
import type { Sheet } from "./sheet.ts";
import { demand } from "./trouble.ts";

/**
 * 5.6.7: looks for a path in `top` and, depth first, in the lists of those whom it delegates to. It
 * gives each delegation whose list it needs and is given that list; its result is the file as the
 * first list in this order has it, or undefined. A role is asked once, however many delegate to it.
 * Throws TrustError when it would ask more than `limits.trustDelegationsMax` roles.
 */
export function* search(
  path: string,
  top: Sheet<"targets">,
): Generator<Delegation, TargetFile | undefined, Sheet<"targets">> {
  const asked = new Set<string>();
  const ahead: Delegation[] = [];
  for (let list = top; ; ) {
    const { targets } = list.metadata.signed;
    if (Object.hasOwn(targets, path)) return targets[path];
    const next = delegationsFor(path, list);
    if (next.at(-1)?.terminating) ahead.length = 0;
    ahead.push(...next.toReversed());
    let one = ahead.pop();
    while (one !== undefined && asked.has(one.role)) one = ahead.pop();
    if (one === undefined) return undefined;
    demand(asked.size < limits.trustDelegationsMax, "TRUST_DELEGATIONS_MANY", () => {
      return `more than ${limits.trustDelegationsMax} roles are to be asked for one file`;
    });
    asked.add(one.role);
    list = yield one;
  }
}
