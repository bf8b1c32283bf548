import assert from "node:assert/strict";

/**
 * A ULID (github.com/ulid/spec): 48 bits of time and 80 of chance as 26 characters of Crockford's
 * base 32. `wallMs` is in [0, 2^48), `chance` has 10 bytes.
 */
export function ulid(wallMs: number, chance: Uint8Array): string {
  assert(wallMs >= 0 && wallMs < 2 ** 48, "a ULID's time has 48 bits");
  assert.equal(chance.length, 10, "a ULID has 80 bits of chance");
  let bits = BigInt(Math.floor(wallMs));
  for (const byte of chance) bits = (bits << 8n) | BigInt(byte);
  let text = "";
  for (let digit = 0; digit < 26; digit++, bits >>= 5n) text = digits[Number(bits & 31n)] + text;
  return text;
}

const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
