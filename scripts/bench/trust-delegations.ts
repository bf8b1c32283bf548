import { limits } from "../../config/limits.ts";
import { writeMoment } from "../../runtime/content/trust/moment.ts";
import type { Attack } from "./trust-attack.ts";
import type { Forger } from "./trust-forger.ts";
import { makersOf } from "./trust-makers.ts";

const path = "makers/bo/1.json";

/** Attacks by those to whom a repository delegates, or on what they say. */
export const attacksOnDelegations: readonly Attack[] = [
  {
    name: "delegation: a maker lists what only another may",
    code: "TRUST_TARGET_UNLISTED",
    path: "makers/anna/2.json",
    before: delegateToBo,
    act: ({ forger }) => {
      makersOf(forger).delegate("targets", "anna", { paths: ["makers/anna/*"] });
      makersOf(forger).put("bo", "makers/anna/2.json", "not hers");
      makersOf(forger).release();
    },
  },
  {
    name: "delegation: a maker gives on what he was not given",
    code: "TRUST_TARGET_UNLISTED",
    path: "makers/anna/2.json",
    before: delegateToBo,
    act: ({ forger }) => {
      makersOf(forger).delegate("bo", "cy", { paths: ["makers/*/*"] });
      makersOf(forger).put("cy", "makers/anna/2.json", "not hers");
      makersOf(forger).release();
    },
  },
  {
    name: "delegation: a later maker fills a gap that a terminating one leaves",
    code: "TRUST_TARGET_UNLISTED",
    path: "makers/anna/2.json",
    act: ({ forger }) => {
      const makers = makersOf(forger);
      makers.delegate("targets", "anna", { paths: ["makers/anna/*"], terminating: true });
      makers.delegate("targets", "bo", { paths: ["makers/*/*"] });
      makers.put("bo", "makers/anna/2.json", "not hers");
      makers.release();
    },
  },
  {
    name: "delegation: a file in the wrong bin",
    code: "TRUST_TARGET_UNLISTED",
    path,
    act: ({ forger }) => {
      makersOf(forger).bin("targets", { bit_length: 1, name_prefix: "bin" });
      // The SHA-256 of the path begins with a set bit.
      makersOf(forger).put("bin-0", path, "elsewhere");
      makersOf(forger).release();
    },
  },
  {
    name: "delegation: a file beside the prefixes of hashes",
    code: "TRUST_TARGET_UNLISTED",
    path,
    act: ({ forger }) => {
      makersOf(forger).delegate("targets", "bo", { path_hash_prefixes: [..."01234567"] });
      makersOf(forger).put("bo", path, "elsewhere");
      makersOf(forger).release();
    },
  },
  {
    name: "delegation: in a circle",
    code: "TRUST_TARGET_UNLISTED",
    path: "2.json",
    act: ({ forger }) => {
      makersOf(forger).delegate("targets", "bo");
      makersOf(forger).delegate("bo", "cy");
      makersOf(forger).delegate("cy", "bo");
      makersOf(forger).release();
    },
  },
  {
    name: "delegation: on and on",
    code: "TRUST_DELEGATIONS_MANY",
    path: "2.json",
    act: ({ forger }) => {
      const makers = makersOf(forger);
      for (let count = 0; count <= limits.trustDelegationsMax; count++) {
        makers.delegate(count === 0 ? "targets" : `maker ${count - 1}`, `maker ${count}`);
      }
      makers.release();
    },
  },
  {
    name: "delegation: to crowds",
    code: "TRUST_DELEGATIONS_MANY",
    path: "2.json",
    act: ({ forger }) => {
      const makers = makersOf(forger);
      for (let count = 0; count <= limits.trustDelegationsMax; count++) {
        makers.delegate("targets", `maker ${count}`);
      }
      makers.put(`maker ${limits.trustDelegationsMax}`, "2.json", "behind them all");
      makers.release();
    },
  },
  {
    name: "delegation: one signature of two",
    code: "TRUST_THRESHOLD",
    path,
    act: ({ forger }) => {
      const signers = [forger.newSigner(), forger.newSigner()];
      makersOf(forger).delegate("targets", "bo", { paths: ["makers/bo/*"], threshold: 2, signers });
      makersOf(forger).put("bo", path, "half his");
      makersOf(forger).release({ bo: { signers: signers.slice(1) } });
    },
  },
  {
    name: "delegation: a list of a stranger",
    code: "TRUST_SIGNATURE",
    path,
    before: delegateToBo,
    act: ({ forger }) => {
      makersOf(forger).list("bo").version += 1;
      makersOf(forger).release({ bo: { signers: [forger.newSigner()] } });
    },
  },
  {
    name: "delegation: a list of another maker",
    code: "TRUST_SIGNATURE",
    path,
    before: delegateToBo,
    act: ({ forger }) => {
      const signers = makersOf(forger).delegate("targets", "anna", { paths: ["makers/anna/*"] });
      makersOf(forger).list("bo").version += 1;
      makersOf(forger).release({ bo: { signers } });
    },
  },
  {
    name: "delegation: a list that is here, by a key that was since taken away",
    code: "TRUST_SIGNATURE",
    path,
    restarts: true,
    before: delegateToBo,
    act: ({ forger }) => {
      const { targets } = forger.sheets;
      delete targets.delegations;
      makersOf(forger).delegate("targets", "bo", { paths: ["makers/bo/*"] });
      forger.release();
    },
  },
  {
    name: "delegation: rollback to an older list of a maker",
    code: "TRUST_TARGETS_ROLLBACK",
    before: (forger) => {
      delegateToBo(forger);
      makersOf(forger).list("bo").version = 2;
      makersOf(forger).release();
    },
    act: ({ forger }) => {
      makersOf(forger).list("bo").version = 1;
      makersOf(forger).release();
    },
  },
  {
    name: "delegation: a maker's list is named no longer",
    code: "TRUST_TARGETS_REMOVED",
    before: delegateToBo,
    act: ({ forger }) => {
      delete forger.sheets.snapshot.meta["bo.json"];
      forger.release();
    },
  },
  {
    name: "delegation: a maker's list was never named",
    code: "TRUST_TARGETS_REMOVED",
    path,
    act: ({ forger }) => {
      makersOf(forger).delegate("targets", "bo", { paths: ["makers/bo/*"] });
      forger.release();
    },
  },
  {
    name: "delegation: freeze by a maker's list that has expired",
    code: "TRUST_TARGETS_EXPIRED",
    path,
    before: delegateToBo,
    act: ({ forger }) => {
      const list = makersOf(forger).list("bo");
      list.version += 1;
      list.expires = writeMoment(forger.nowMs - 1_000);
      makersOf(forger).release();
    },
  },
  {
    name: "delegation: mix and match with another version of a maker's list",
    code: "TRUST_TARGETS_MIXED",
    path,
    before: (forger) => {
      forger.tellsHashes = false;
      delegateToBo(forger);
    },
    act: ({ forger }) => {
      makersOf(forger).list("bo").version = 2;
      makersOf(forger).release();
      makersOf(forger).list("bo").version = 3;
      makersOf(forger).serve("bo", {}, 2);
    },
  },
  {
    name: "delegation: mix and match with two lists of one version",
    code: "TRUST_HASH",
    path,
    before: delegateToBo,
    act: ({ forger }) => {
      const list = makersOf(forger).list("bo");
      list.version += 1;
      list.note = "1";
      makersOf(forger).release();
      list.note = "2";
      makersOf(forger).serve("bo");
    },
  },
  {
    name: "delegation: a snapshot in place of a maker's list",
    code: "TRUST_WRONG_ROLE",
    path,
    before: delegateToBo,
    act: ({ forger }) => {
      forger.tellsHashes = false;
      makersOf(forger).list("bo").version += 1;
      const text = (whole: string) => whole.replace('"_type":"targets"', '"_type":"snapshot"');
      makersOf(forger).release({ bo: { text } });
    },
  },
  {
    name: "delegation: a maker's list without end",
    code: "TRUST_ENDLESS_DATA",
    path,
    before: delegateToBo,
    act: ({ forger }) => {
      forger.tellsHashes = false;
      makersOf(forger).list("bo").version += 1;
      const text = (whole: string) => whole + " ".repeat(3 * limits.trustListBytesMax);
      makersOf(forger).release({ bo: { text } });
    },
  },
  {
    name: "delegation: a maker's list is withheld",
    code: "TRUST_ABSENT",
    path,
    before: delegateToBo,
    act: ({ forger }) => {
      forger.sheets.snapshot.meta["bo.json"] = { version: 7 };
      forger.release();
    },
  },
  {
    name: "delegation: to one who calls himself snapshot",
    code: "TRUST_FORMAT",
    act: ({ forger }) => {
      makersOf(forger).delegate("targets", "snapshot");
      forger.release();
    },
  },
  {
    name: "delegation: a pattern that readers read differently",
    code: "TRUST_AMBIGUOUS",
    act: ({ forger }) => {
      makersOf(forger).delegate("targets", "bo", { paths: ["!makers/anna/*"] });
      makersOf(forger).release();
    },
  },
];

function delegateToBo(forger: Forger): void {
  makersOf(forger).delegate("targets", "bo", { paths: ["makers/bo/*"] });
  makersOf(forger).put("bo", path, "his");
  makersOf(forger).release();
}
