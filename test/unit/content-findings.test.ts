import assert from "node:assert/strict";
import { test } from "node:test";
import { findingsOf } from "../../runtime/content/findings.ts";
import type { AvatarState } from "../../runtime/content/report.ts";
import type { FindingCode } from "../../runtime/diagnostics/catalogue.ts";
import { catalogue } from "../../runtime/diagnostics/catalogue.ts";
import { trustAttacks } from "../../scripts/bench/trust-attacks.ts";

/** What goes wrong with an avatar, and what the doctor calls it. */
const troubles: readonly (readonly [code: string, found: FindingCode, state?: AvatarState])[] = [
  ["NO_REPOSITORY", "CONTENT_UNSET", "rejected"],
  ["TRUST_ROOT_FILE", "CONTENT_UNSET", "rejected"],
  ["TRUST_NO_CLOCK", "CONTENT_NO_CLOCK"],
  ["TRUST_CLOCK_BEHIND", "CONTENT_NO_CLOCK"],
  ["TRUST_UNREACHABLE", "CONTENT_UNREACHABLE"],
  ["DOWNLOAD_UNREACHABLE", "CONTENT_UNREACHABLE"],
  ["DOWNLOAD_CERTIFICATE", "CONTENT_UNREACHABLE"],
  ["TRUST_TIMESTAMP_EXPIRED", "CONTENT_EXPIRED"],
  ["TRUST_SIGNATURE", "CONTENT_UNTRUSTED", "rejected"],
  ["AVATAR_UNTRUSTED", "CONTENT_UNTRUSTED", "rejected"],
  ["DOWNLOAD_NO_ROOM", "CONTENT_NO_ROOM"],
  ["DOWNLOAD_DISK", "CONTENT_STORAGE"],
  ["FILES_DAMAGED", "CONTENT_DAMAGED", "committed"],
  ["RELEASE_ABSENT", "CONTENT_REFUSED", "rejected"],
  ["DOWNLOAD_WRONG_HASH", "CONTENT_REFUSED"],
  ["AVATAR_REFUSED", "CONTENT_ROLLED_BACK", "rolled_back"],
];

for (const [code, found, state = "waiting"] of troubles) {
  test(`${code} is ${found} to a technician`, () => {
    const [finding, ...more] = findingsOf(reportOf(code, state));
    assert.deepEqual([finding?.code, more.length], [found, 0]);
    assert.deepEqual(finding?.evidence, { avatar: "ben 2", code, reason: `Cannot ${code}` });
    assert(found in catalogue);
  });
}

test("an attack on the repository is told as such, or as what it looks like", () => {
  const told = new Set(
    trustAttacks.flatMap(({ code }) =>
      findingsOf(reportOf(code, "rejected")).map((one) => one.code),
    ),
  );
  assert(told.has("CONTENT_UNTRUSTED") && told.has("CONTENT_EXPIRED"));
  assert(!told.has("CONTENT_REFUSED"));
});

test("what is wanted so is no finding", () => {
  for (const code of ["QUIET_HOURS", "HELD"]) {
    assert.deepEqual(findingsOf(reportOf(code, "waiting")), []);
  }
  assert.deepEqual(findingsOf(reportOf("TAKEN_BACK", "rolled_back")), []);
});

function reportOf(code: string, state: AvatarState) {
  const error = { code, message: `Cannot ${code}`, retryable: false };
  return { avatars: [{ id: "ben", version: "2", state, errors: [error] }] };
}
