import type { ContentReport } from "./report.ts";

/** What is wrong with the avatars of this device, by the doctor's codes, with what was seen. */
export interface ContentFinding {
  readonly code: (typeof codes)[number][1] | "CONTENT_REFUSED" | "CONTENT_ROLLED_BACK";
  readonly evidence: Readonly<Record<string, string>>;
}

/** One finding for each avatar of the set that is in trouble. */
export function findingsOf({ avatars }: Pick<ContentReport, "avatars">): readonly ContentFinding[] {
  return avatars.flatMap(({ id, state, version, errors }) => {
    const [error] = errors;
    if (error === undefined || harmless.has(error.code)) return [];
    const known = codes.find(([pattern]) => pattern.test(error.code))?.[1];
    const code = state === "rolled_back" ? "CONTENT_ROLLED_BACK" : (known ?? "CONTENT_REFUSED");
    const release = version === null ? id : `${id} ${version}`;
    return [{ code, evidence: { avatar: release, code: error.code, reason: error.message } }];
  });
}

/** Wanted so, by whom the device belongs to. */
const harmless: ReadonlySet<string> = new Set(["QUIET_HOURS", "HELD", "TAKEN_BACK"]);

/** Codes of errors by what a technician does about them; the first that fits. */
const codes = [
  [/^(NO_REPOSITORY|TRUST_ROOT_FILE)$/, "CONTENT_UNSET"],
  [/^TRUST_(NO_CLOCK|CLOCK_BEHIND)$/, "CONTENT_NO_CLOCK"],
  [/^TRUST_\w*EXPIRED$/, "CONTENT_EXPIRED"],
  [
    /^(TRUST_(UNREACHABLE|STALLED|ABSENT)|DOWNLOAD_(UNREACHABLE|CERTIFICATE))$/,
    "CONTENT_UNREACHABLE",
  ],
  [/^(TRUST_|AVATAR_UNTRUSTED)/, "CONTENT_UNTRUSTED"],
  [/^FILES_DAMAGED$/, "CONTENT_DAMAGED"],
  [/^DOWNLOAD_NO_ROOM$/, "CONTENT_NO_ROOM"],
  [/^(STORAGE_FAILED|DOWNLOAD_DISK)$/, "CONTENT_STORAGE"],
] as const;
