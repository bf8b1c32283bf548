import type { Metadata, MetaFile } from "@tufjs/models";
import { expiryOf, type Kind, type Kinds } from "./metadata.ts";
import type { Signers } from "./signers.ts";
import { demand, type TrustCode, TrustError } from "./trouble.ts";

/** Metadata that was verified, with its bytes as they came. */
export interface Sheet<K extends Kind> {
  readonly bytes: Uint8Array;
  readonly metadata: Metadata<Kinds[K]>;
}

/** Whether a sheet that is here is the one that is named, and still to be believed. */
export function isCurrent(
  sheet: Sheet<"snapshot" | "targets"> | undefined,
  named: MetaFile,
  nowMs: number,
): boolean {
  if (sheet === undefined) return false;
  const { signed } = sheet.metadata;
  const isNamed = signed.version === named.version && isOf(named, sheet.bytes);
  return isNamed && nowMs < expiryOf(signed);
}

/** Hashes come from metadata that is trusted: a quick way to refuse, before signatures. */
export function demandBytes(role: string, named: MetaFile, bytes: Uint8Array): void {
  demand(named.length === undefined || named.length === bytes.length, "TRUST_LENGTH", () => {
    return `${role} has ${bytes.length} bytes, ${named.length} are due`;
  });
  demand(isOf(named, bytes), "TRUST_HASH", () => `${role} is not the file whose hash is signed`);
}

export function demandSigned(role: string, { signed, due }: Signers): void {
  if (signed >= due) return;
  const fault = `${signed} keys of role ${role} signed, ${due} are due`;
  throw new TrustError(signed === 0 ? "TRUST_SIGNATURE" : "TRUST_THRESHOLD", fault);
}

/** 5.4.4: "higher than the fixed update start time": what ends now has ended. */
export function demandFresh(
  role: string,
  { metadata }: Sheet<Kind>,
  nowMs: number,
  code: TrustCode,
): void {
  const { signed } = metadata;
  demand(nowMs < expiryOf(signed), code, () => `${role} has expired at ${signed.expires}`);
}

/** Whether length and hashes fit, as far as they are told; the models say no by throwing. */
function isOf(named: MetaFile, bytes: Uint8Array): boolean {
  try {
    named.verify(Buffer.from(bytes));
    return true;
  } catch {
    return false;
  }
}
