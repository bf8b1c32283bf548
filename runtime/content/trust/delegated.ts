import { limits } from "../../../config/limits.ts";
import type { Delegation } from "./delegations.ts";
import { type Author, readList } from "./list.ts";
import { isCurrent, type Sheet } from "./sheet.ts";
import { signersAmong } from "./signers.ts";
import { namedTargets, type TrustState } from "./state.ts";

/**
 * The list of a delegated role after a look at its bytes (5.6.7 with 5.6.2 to 5.6.5): by the keys
 * that the delegator gives it, in the version that the snapshot names. Throws TrustError.
 */
export function withDelegated(
  state: TrustState,
  delegation: Delegation,
  bytes: Uint8Array,
  nowMs: number,
): TrustState {
  const { role } = delegation;
  const list = readList(authorOf(delegation), namedTargets(state, role), bytes, nowMs);
  return { ...state, delegated: kept(state, role, list) };
}

/** The list of a delegated role that is here already, where this delegator vouches for it too. */
export function delegatedOf(
  state: TrustState,
  delegation: Delegation,
  nowMs: number,
): Sheet<"targets"> | undefined {
  const list = state.delegated?.get(delegation.role);
  if (!list || !isCurrent(list, namedTargets(state, delegation.role), nowMs)) return undefined;
  const { signed, due } = authorOf(delegation).signersOf(list.metadata);
  return signed >= due ? list : undefined;
}

function authorOf({ role, keys, rule }: Delegation): Author {
  const title = JSON.stringify(role.slice(0, 64));
  return { title, signersOf: (metadata) => signersAmong(keys, rule, metadata) };
}

/** The newest last, without those that are no longer named: as many as are worth their place. */
function kept({ snapshot, delegated }: TrustState, role: string, list: Sheet<"targets">) {
  const named = snapshot?.metadata.signed.meta ?? {};
  const others = [...(delegated ?? [])].filter(([name, { metadata }]) => {
    return name !== role && named[`${name}.json`]?.version === metadata.signed.version;
  });
  const all = [...others, [role, list] as const].slice(-limits.trustDelegationsMax);
  const sum = () => all.reduce((bytes, [, { bytes: own }]) => bytes + own.length, 0);
  while (all.length > 1 && sum() > limits.trustListBytesMax) all.shift();
  return new Map(all);
}
