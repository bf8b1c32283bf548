import { fileOf } from "../../runtime/content/trust/source.ts";
import type { Signer } from "../../runtime/studio/repo/key.ts";
import {
  draftOf,
  type Forger,
  type Forgery,
  forgedBase,
  type List,
  sealed,
} from "./trust-forger.ts";

/** How a list lets another role speak; `paths` are all where nothing else is said. */
export interface Terms {
  readonly paths?: readonly string[];
  readonly path_hash_prefixes?: readonly string[];
  readonly terminating?: boolean;
  readonly threshold?: number;
  readonly signers?: readonly Signer[];
}

/** Bins of hashes, as TAP 15 writes them. */
interface Bins {
  readonly bit_length: number;
  readonly name_prefix: string;
}

interface Delegations {
  keys: Record<string, unknown>;
  roles?: object[];
  succinct_roles?: object;
}

/** The makers of a forger's repository, the same in every call. */
export function makersOf(forger: Forger): Makers {
  const makers = known.get(forger) ?? new Makers(forger);
  known.set(forger, makers);
  return makers;
}

const known = new WeakMap<Forger, Makers>();

/** The makers that a forger's repository delegates to, with their lists and keys. */
class Makers {
  readonly #forger: Forger;
  readonly #signers = new Map<string, readonly Signer[]>();
  readonly #lists = new Map<string, List>();

  constructor(forger: Forger) {
    this.#forger = forger;
  }

  /** The list of a role; of one that is new, an empty one. */
  list(role: string): List {
    if (role === "targets") return this.#forger.sheets.targets;
    const { nowMs } = this.#forger;
    const list = this.#lists.get(role) ?? draftOf(nowMs, "targets", { targets: {} });
    this.#lists.set(role, list);
    return list;
  }

  put(role: string, path: string, content: string | Uint8Array): void {
    this.#forger.put(path, content, this.list(role));
  }

  /** `by` lets `role` speak, by keys of its own unless told. */
  delegate(by: string, role: string, terms: Terms = {}): readonly Signer[] {
    const { signers = [this.#forger.newSigner()], threshold = 1, ...rest } = terms;
    const where = rest.path_hash_prefixes ? {} : { paths: ["*"] };
    const { terminating = false } = rest;
    const keyids = this.#grant(by, role, signers);
    const delegations = this.#delegationsOf(by);
    const entry = { name: role, keyids, threshold, ...where, ...rest, terminating };
    delegations.roles = [...(delegations.roles ?? []), entry];
    return signers;
  }

  /** `by` lets as many roles as there are bins speak, each for its bin; all with one key. */
  bin(by: string, bins: Bins): void {
    const signers = [this.#forger.newSigner()];
    for (let index = 0; index < 2 ** bins.bit_length; index++) {
      const digits = (2 ** bins.bit_length - 1).toString(16).length;
      const name = `${bins.name_prefix}-${index.toString(16).padStart(digits, "0")}`;
      const keyids = this.#grant(by, name, signers);
      this.#delegationsOf(by).succinct_roles = { keyids, threshold: 1, ...bins };
    }
  }

  /** Serves the makers' lists, tells of them, and releases everything above. */
  release(forgeries: Readonly<Record<string, Forgery>> = {}): void {
    for (const role of this.#lists.keys()) this.serve(role, forgeries[role]);
    this.#forger.release();
  }

  /** Serves one list under its version, or `as` another; the snapshot that tells of it is to be. */
  serve(role: string, forgery: Forgery = {}, as = this.list(role).version): void {
    const list = this.list(role);
    const bytes = sealed(list, this.#signers.get(role) ?? [], forgery);
    const { root, snapshot } = this.#forger.sheets;
    const name = fileOf(role, root.consistent_snapshot ? as : undefined);
    this.#forger.lay(`${forgedBase}/metadata/${name}`, bytes);
    snapshot.meta[`${role}.json`] = this.#forger.told(list, bytes);
  }

  #grant(by: string, role: string, signers: readonly Signer[]): string[] {
    const { keys } = this.#delegationsOf(by);
    this.list(role);
    const known = this.#signers.get(role) ?? [];
    this.#signers.set(role, [...new Set([...known, ...signers])]);
    for (const { key } of signers) keys[key.keyID] = key.toJSON();
    return signers.map(({ key }) => key.keyID);
  }

  #delegationsOf(by: string): Delegations {
    const list = this.list(by) as List & { delegations?: Delegations };
    list.delegations ??= { keys: {} };
    return list.delegations;
  }
}
