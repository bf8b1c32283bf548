/** Bytes from `from` up to, not including, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * The one range that a request asks for, of `bytes` bytes (RFC 9110, 14.1.2 and 14.2): undefined
 * where the whole is to be sent, as for several ranges and for what is not understood;
 * `unsatisfiable` where it lies behind the end.
 */
export function rangeOf(
  header: string | undefined,
  bytes: number,
): Range | "unsatisfiable" | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || first + last === "") return undefined;
  if (first === "") return suffix(Number(last), bytes);
  const from = Number(first);
  const to = last === "" ? bytes : Math.min(bytes, Number(last) + 1);
  if (last !== "" && Number(last) < from) return undefined;
  return from < bytes ? { from, to } : "unsatisfiable";
}

function suffix(length: number, bytes: number): Range | "unsatisfiable" {
  if (length === 0 || bytes === 0) return "unsatisfiable";
  return { from: Math.max(0, bytes - length), to: bytes };
}
