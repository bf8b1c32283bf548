import type { Mishap } from "../../drivers/fetch/scripted.ts";
import type { Attack } from "./trust-attack.ts";
import { type Forger, urlOf } from "./trust-forger.ts";

/** Attacks by way of what is read, and how it comes. */
export const attacksOnTransport: readonly Attack[] = [
  {
    name: "endless data: the timestamp, without an end",
    code: "TRUST_ENDLESS_DATA",
    act: ({ forger }) => forger.befall([absent, { kind: "endless" }]),
  },
  {
    name: "endless data: the timestamp, over its bound",
    code: "TRUST_ENDLESS_DATA",
    act: ({ forger }) => forger.lay(urlOf("timestamp", 1), new Uint8Array(16_385)),
  },
  {
    name: "endless data: a snapshot longer than it is told to be",
    code: "TRUST_ENDLESS_DATA",
    act: ({ forger }) => {
      forger.release();
      forger.serve("snapshot", { text: (text) => text + " ".repeat(1_000) });
    },
  },
  {
    name: "endless data: a list of unknown length",
    code: "TRUST_ENDLESS_DATA",
    act: ({ forger }) => {
      forger.tellsHashes = false;
      forger.release();
      forger.lay(urlOf("targets", 2), new Uint8Array(2_000_001));
    },
  },
  {
    name: "slow retrieval",
    code: "TRUST_STALLED",
    act: ({ forger }) => {
      forger.release();
      forger.befall([absent, { kind: "stall", afterBytes: 10 }]);
    },
  },
  {
    name: "nobody answers",
    code: "TRUST_UNREACHABLE",
    act: ({ forger }) => forger.befall([{ kind: "unreachable" }]),
  },
  {
    name: "the timestamp ends early",
    code: "TRUST_UNREACHABLE",
    act: ({ forger }) => forger.befall([absent, { kind: "cut", afterBytes: 10 }]),
  },
  {
    name: "half a timestamp as if it were whole",
    code: "TRUST_FORMAT",
    act: ({ forger }) => forged(forger, (text) => text.slice(0, text.length / 2)),
  },
  {
    name: "a page of a captive portal",
    code: "TRUST_FORMAT",
    act: ({ forger }) => forged(forger, () => "<html><body>Welcome!</body></html>"),
  },
  {
    name: "a snapshot where the timestamp belongs",
    code: "TRUST_WRONG_ROLE",
    act: ({ forger }) => {
      const snapshot = forger.forge("snapshot", { signers: forger.signers.timestamp });
      forger.lay(urlOf("timestamp", 1), snapshot);
    },
  },
  {
    name: "metadata of a specification that is not known",
    code: "TRUST_SPEC_VERSION",
    act: ({ forger }) => {
      forger.sheets.timestamp.spec_version = "2.0.0";
      forger.release();
    },
  },
  {
    name: "a version that stands there twice",
    code: "TRUST_AMBIGUOUS",
    act: ({ forger }) => {
      forger.release();
      forged(forger, (text) => text.replace('"version":2', '"version":99,"version":2'));
    },
  },
  {
    name: "half a character in a name",
    code: "TRUST_AMBIGUOUS",
    act: ({ forger }) => {
      forger.release();
      forged(forger, (text) => text.replace('"_type"', '"x\\ud800":1,"_type"'));
    },
  },
  {
    name: "bytes that are no UTF-8",
    code: "TRUST_FORMAT",
    act: ({ forger }) => forger.lay(urlOf("timestamp", 1), Uint8Array.of(0x7b, 0xff, 0x7d)),
  },
  {
    name: "JSON nested without an end",
    code: "TRUST_FORMAT",
    act: ({ forger }) => forged(forger, () => `{"a":${"[".repeat(5_000)}${"]".repeat(5_000)}}`),
  },
  {
    name: "a version between two",
    code: "TRUST_FORMAT",
    act: ({ forger }) => {
      forger.sheets.timestamp.version = 2.5;
      forger.serve("timestamp");
    },
  },
  {
    name: "fast-forward: a version beyond all counting",
    code: "TRUST_FORMAT",
    act: ({ forger }) => {
      forger.sheets.timestamp.version = 2 ** 53;
      forger.serve("timestamp");
    },
  },
  {
    name: "an end in the time of wherever the reader is",
    code: "TRUST_FORMAT",
    act: ({ forger }) => {
      forger.sheets.timestamp.expires = "2099-01-01 00:00";
      forger.release();
    },
  },
  {
    name: "an end on a day that there is not",
    code: "TRUST_FORMAT",
    act: ({ forger }) => {
      forger.sheets.timestamp.expires = "2099-02-30T00:00:00Z";
      forger.release();
    },
  },
];

/** What a server says of the next root, which is asked for first. */
const absent: Mishap = { kind: "status", status: 404 };

function forged(forger: Forger, text: (text: string) => string): void {
  forger.serve("timestamp", { text });
}
