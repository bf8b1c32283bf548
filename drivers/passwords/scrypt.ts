import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import type { Passwords } from "./passwords.ts";

/** Cost of one hash: 2^log2N blocks of 128 x r bytes, p times. */
export interface ScryptCost {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP Password Storage Cheat Sheet, "scrypt": N = 2^17 (128 MiB), r = 8, p = 1 at least. */
export const owaspCost: ScryptCost = { log2N: 17, r: 8, p: 1 };

const saltBytes = 16;
const hashBytes = 32;
const passwordBytesMax = 1_024;
/** A hash that was tampered with must not take the machine's memory. */
const log2NMax = 20;

/**
 * scrypt (RFC 7914) of Node's own OpenSSL, off the main thread and one at a time: ten people who
 * sign in at once must not need a gigabyte. Hashes are PHC strings: `$scrypt$ln=17,r=8,p=1$..$..`.
 */
export class ScryptPasswords implements Passwords {
  readonly #cost: ScryptCost;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(cost: ScryptCost = owaspCost) {
    this.#cost = cost;
  }

  async hash(text: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    const { log2N, r, p } = this.#cost;
    const hash = await this.#derive(text, salt, this.#cost);
    return `$scrypt$ln=${log2N},r=${r},p=${p}$${base64(salt)}$${base64(hash)}`;
  }

  async verify(text: string, hash: string | undefined): Promise<boolean> {
    const known = hash === undefined ? undefined : parsed(hash);
    if (Buffer.byteLength(text) > passwordBytesMax || text === "") return false;
    const { cost, salt, due } = known ?? nobody(this.#cost);
    const given = await this.#derive(text, salt, cost);
    return timingSafeEqual(given, due) && known !== undefined;
  }

  #derive(text: string, salt: Uint8Array, cost: ScryptCost): Promise<Buffer> {
    const bytes = Buffer.byteLength(text);
    if (bytes === 0 || bytes > passwordBytesMax) {
      throw new RangeError(
        `Cannot keep password: it has ${bytes} bytes, it should have 1 to ${passwordBytesMax}`,
      );
    }
    const derived = this.#turn.then(() => derive(text, salt, cost));
    this.#turn = derived.catch(() => undefined);
    return derived;
  }
}

function derive(text: string, salt: Uint8Array, { log2N, r, p }: ScryptCost): Promise<Buffer> {
  // Twice what it needs by RFC 7914, 2: 128 x r x N bytes.
  const options = { N: 2 ** log2N, r, p, maxmem: 256 * r * 2 ** log2N };
  return new Promise((resolve, reject) => {
    scrypt(text.normalize("NFKC"), salt, hashBytes, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

interface Known {
  readonly cost: ScryptCost;
  readonly salt: Buffer;
  readonly due: Buffer;
}

function parsed(hash: string): Known {
  const pattern = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/;
  const [, log2N, r, p, salt, due] = pattern.exec(hash) ?? [];
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  const known = {
    cost,
    salt: Buffer.from(salt ?? "", "base64"),
    due: Buffer.from(due ?? "", "base64"),
  };
  if (known.due.length === hashBytes && cost.log2N <= log2NMax) return known;
  throw new SyntaxError("Cannot read password hash: it is none of scrypt's");
}

function nobody(cost: ScryptCost): Known {
  return { cost, salt: Buffer.alloc(saltBytes), due: Buffer.alloc(hashBytes) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}
