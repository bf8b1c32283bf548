import { signatureError } from "../../job/signature.ts";
import type { LicenceTime } from "./hourglass.ts";
import { type Lease, readLease } from "./lease.ts";

/** What a device may be found to have. The first three hold; the others are shown and reported. */
export const licenceStates = [
  "valid",
  /** It holds, and another one should be asked for. */
  "due",
  /** It holds as far as a board can tell that does not know the time: it counts while it runs. */
  "no-clock",
  "expired",
  "early",
  "absent",
  "unreadable",
  "untrusted",
  "other-device",
  "other-application",
  /** The device's own key can neither be read nor made. */
  "no-key",
] as const;

export type LicenceState = (typeof licenceStates)[number];

/** A state with what it rests on. */
export interface LicenceVerdict {
  readonly state: LicenceState;
  /** There when it can be read and is signed by a key of `licence.signers`. */
  readonly lease?: Lease;
  /** What is, and what should be; for states that do not hold. */
  readonly reason?: string;
}

/** Whom a lease must be signed by, and whom it must be for. */
export interface Terms {
  /** Public keys: 32 bytes in base64. */
  readonly signers: readonly string[];
  /** The device's own public key; undefined: there is none. */
  readonly device: string | undefined;
  readonly application: string | undefined;
}

/** Whether the device may be used. */
export function holds(state: LicenceState): boolean {
  return state === "valid" || state === "due" || state === "no-clock";
}

/**
 * Judges the file of a lease, undefined where there is none. A lease says itself that it is not
 * earlier than when it was made; nothing else is taken for the time but `time`.
 */
export function judge(
  file: Uint8Array | undefined,
  terms: Terms,
  time: Pick<LicenceTime, "ms" | "isClocked">,
): LicenceVerdict {
  if (terms.device === undefined) return { state: "no-key" };
  if (file === undefined) return { state: "absent" };
  const read = readLease(file);
  if ("reason" in read) return { state: "unreadable", reason: read.reason };
  const { lease } = read;
  const forged = signatureError(lease, terms.signers);
  if (forged) return { state: "untrusted", reason: afterColon(forged.message) };
  return { ...judgeTrusted(lease, terms, time), lease };
}

/** Why nobody may go by a lease, whatever the time is; undefined: somebody may. */
export function faultOf(file: Uint8Array, terms: Terms): string | undefined {
  const { state, reason } = judge(file, terms, { ms: undefined, isClocked: false });
  return holds(state) || state === "early" ? undefined : (reason ?? `it is ${state}`);
}

function judgeTrusted(
  lease: Lease,
  { device, application }: Terms,
  { ms, isClocked }: Pick<LicenceTime, "ms" | "isClocked">,
): LicenceVerdict {
  if (lease.device !== device) {
    return { state: "other-device", reason: `it is for ${lease.device}, ${device} is due` };
  }
  if (lease.application !== null && lease.application !== application) {
    const due = application ?? "no application (licence.application)";
    return {
      state: "other-application",
      reason: `it is for ${lease.application}, this device is for ${due}`,
    };
  }
  const nowMs = Math.max(ms ?? 0, lease.issuedMs);
  if (nowMs >= lease.expiresMs) return { state: "expired" };
  if (nowMs < lease.notBeforeMs) return { state: "early" };
  if (!isClocked) return { state: "no-clock" };
  return { state: nowMs < lease.renewAfterMs ? "valid" : "due" };
}

function afterColon(message: string): string {
  return message.slice(message.indexOf(": ") + 2);
}
