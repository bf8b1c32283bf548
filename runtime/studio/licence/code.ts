/** Crockford's base 32: nothing in it is taken for something else when it is read out. */
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const groupChars = 4;
const dataChars = 15;

/**
 * An activation code, as `1ST6-QJHC-MKVY-6SS2`: 75 bits of `chance` (10 bytes) and a letter that
 * tells a slip of the finger.
 */
export function newCode(chance: Uint8Array): string {
  const bits = chance.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const data = Array.from({ length: dataChars }, (_, at) => Number((bits >> BigInt(5 * at)) & 31n));
  const text = [...data, checkOf(data)].map((value) => letters[value]).join("");
  return grouped(text);
}

/** The code as it is written, from what somebody typed; undefined when there is a slip in it. */
export function readCode(typed: string): string | undefined {
  const text = typed.toUpperCase().replaceAll(/[\s-]/g, "").replaceAll("O", "0");
  const values = [...text.replaceAll(/[IL]/g, "1")].map((letter) => letters.indexOf(letter));
  if (values.length !== dataChars + 1 || values.includes(-1)) return undefined;
  const check = values.at(-1);
  if (check !== checkOf(values.slice(0, -1))) return undefined;
  return grouped(values.map((value) => letters[value]).join(""));
}

/** Odd weights: one letter that is wrong always shows, and so do most that changed places. */
function checkOf(data: readonly number[]): number {
  return data.reduce((sum, value, at) => sum + value * (2 * at + 3), 0) & 31;
}

function grouped(text: string): string {
  return text.match(new RegExp(`.{${groupChars}}`, "g"))?.join("-") ?? text;
}
