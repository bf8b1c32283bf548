import type { Forger } from "../../scripts/bench/trust-forger.ts";
import { makersOf, type Terms } from "../../scripts/bench/trust-makers.ts";

/** Who delegates to whom, who lists what, and who is then asked in which order. */
export interface Graph {
  readonly delegations: readonly (readonly [by: string, role: string, terms?: Terms])[];
  readonly files?: readonly (readonly [role: string, path: string])[];
  readonly visited?: readonly string[];
}

const python: Terms = { paths: ["*.py"] };
const last: Terms = { terminating: true };

/** The graphs of the official suite, by their names. */
export const graphs: Readonly<Record<string, Graph>> = {
  "basic-delegation": {
    delegations: [["targets", "A"]],
    visited: ["A"],
  },
  "single-level-delegations": {
    delegations: [
      ["targets", "A"],
      ["targets", "B"],
    ],
    visited: ["A", "B"],
  },
  "two-level-delegations": {
    delegations: [
      ["targets", "A"],
      ["targets", "B"],
      ["B", "C"],
    ],
    visited: ["A", "B", "C"],
  },
  "two-level-test-DFS-order-of-traversal": {
    delegations: [
      ["targets", "A"],
      ["targets", "B"],
      ["A", "C"],
      ["A", "D"],
    ],
    visited: ["A", "C", "D", "B"],
  },
  "three-level-delegation-test-DFS-order-of-traversal": {
    delegations: [
      ["targets", "A"],
      ["targets", "B"],
      ["A", "C"],
      ["C", "D"],
    ],
    visited: ["A", "C", "D", "B"],
  },
  "two-level-terminating-ignores-all-but-roles-descendants": {
    delegations: [
      ["targets", "A"],
      ["targets", "B"],
      ["A", "C", last],
      ["A", "D"],
    ],
    visited: ["A", "C"],
  },
  "three-level-terminating-ignores-all-but-roles-descendants": {
    delegations: [
      ["targets", "A"],
      ["targets", "B"],
      ["A", "C", last],
      ["C", "D"],
    ],
    visited: ["A", "C", "D"],
  },
  "two-level-ignores-all-branches-not-matching-paths": {
    delegations: [
      ["targets", "A", python],
      ["targets", "B"],
      ["A", "C"],
    ],
    visited: ["B"],
  },
  "three-level-ignores-all-branches-not-matching-paths": {
    delegations: [
      ["targets", "A"],
      ["targets", "B"],
      ["A", "C", python],
      ["C", "D"],
    ],
    visited: ["A", "B"],
  },
  "cyclic-graph": {
    delegations: [
      ["targets", "A"],
      ["targets", "B"],
      ["B", "C"],
      ["C", "D"],
      ["D", "B"],
    ],
    visited: ["A", "B", "C", "D"],
  },
  "two-roles-delegating-to-a-third": {
    delegations: [
      ["targets", "A"],
      ["targets", "B"],
      ["B", "C"],
      ["A", "C"],
    ],
    visited: ["A", "C", "B"],
  },
  "two-roles-delegating-to-a-third-different-paths": {
    delegations: [
      ["targets", "A"],
      ["targets", "B"],
      ["B", "C"],
      ["A", "C", python],
    ],
    visited: ["A", "B", "C"],
  },
};

/** Its tree of makers by the folders of a repository. */
export const tree: Graph = {
  delegations: [
    ["targets", "A", { paths: ["*.doc", "*.md"] }],
    ["targets", "B", { paths: ["releases/*/*"] }],
    ["B", "C", { paths: ["releases/x/*"] }],
    ["B", "D", { paths: ["releases/y/*.zip"] }],
  ],
  files: [
    ["targets", "targetfile"],
    ["A", "README.md"],
    ["C", "releases/x/x_v1"],
    ["D", "releases/y/y_v1.zip"],
    ["D", "releases/z/z_v1.zip"],
  ],
};

interface Search {
  readonly path: string;
  readonly finds: boolean;
  readonly visited: readonly string[];
}

export const searches: Readonly<Record<string, Search>> = {
  "no delegations": { path: "targetfile", finds: true, visited: [] },
  "targetpath matches wildcard": { path: "README.md", finds: true, visited: ["A"] },
  "targetpath with separators x": { path: "releases/x/x_v1", finds: true, visited: ["B", "C"] },
  "targetpath with separators y": { path: "releases/y/y_v1.zip", finds: true, visited: ["B", "D"] },
  "targetpath is not delegated by all roles in the chain": {
    path: "releases/z/z_v1.zip",
    finds: false,
    visited: ["B"],
  },
};

/** Makes them in a repository, and releases it. */
export function layGraph(forger: Forger, graph: Graph): void {
  const makers = makersOf(forger);
  for (const [by, role, terms] of graph.delegations) makers.delegate(by, role, terms);
  for (const [role, path] of graph.files ?? []) makers.put(role, path, `by ${role}`);
  makers.release();
}
