import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { delegationsFor } from "../../runtime/content/trust/delegations.ts";
import { fileOf } from "../../runtime/content/trust/source.ts";
import {
  beginWith,
  type TrustState,
  withRoot,
  withSnapshot,
  withTargets,
  withTimestamp,
} from "../../runtime/content/trust/state.ts";
import { TrustError } from "../../runtime/content/trust/trouble.ts";
import { trustedOf } from "../../runtime/content/trust/trusted.ts";
import { canonical } from "../../runtime/job/payload.ts";
import { Forger } from "../../scripts/bench/trust-forger.ts";
import { makersOf } from "../../scripts/bench/trust-makers.ts";

/**
 * `FUZZ_CASES=20000 FUZZ_SEED=7 node --import tsx --test test/fuzz/trust.test.ts` tries as many; a
 * failure tells the seed that repeats it.
 */
const cases = Number(process.env.FUZZ_CASES ?? 1_500);
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const nowMs = Date.UTC(2026, 10, 23);

const roles = ["root", "timestamp", "snapshot", "targets"] as const;
type Role = (typeof roles)[number];

const { sheets, states, signers } = story();

test(`${cases} pieces of mutated metadata are refused by a TrustError, and change nothing`, (t) => {
  let taken = 0;
  const property = fc.property(fc.constantFrom(...roles), mutations(), (role, mutate) => {
    const bytes = mutate(sheets[role]);
    const before = JSON.stringify(summary(states[role]));
    const isSame = Buffer.from(bytes).equals(Buffer.from(sheets[role]));
    try {
      const after = step(role, states[role], bytes);
      // What is signed says the same: only white space, order or unknown fields outside differ.
      assert.equal(
        signedText(role, after),
        signedText(role, step(role, states[role], sheets[role])),
      );
      taken += 1;
    } catch (error) {
      assert.ok(error instanceof TrustError, String(error));
      assert.ok(!isSame, "what is right is taken");
    }
    assert.equal(JSON.stringify(summary(states[role])), before);
  });
  fc.assert(property, { numRuns: cases, seed });
  t.diagnostic(JSON.stringify({ cases, taken, seed }));
  assert.ok(taken < cases / 2, `${taken} of ${cases} were taken`);
});

test(`${cases} signed sheets with wild values are taken, or refused by a TrustError`, (t) => {
  let taken = 0;
  const property = fc.property(fc.constantFrom(...roles), fc.nat(), wild, (role, place, value) => {
    const { signed } = JSON.parse(new TextDecoder().decode(sheets[role]));
    const bytes = signedAnew(role, withValue(signed, place, value));
    const before = JSON.stringify(summary(states[role]));
    try {
      const { targets } = step(role, states[role], bytes);
      const list = targets ? [...trustedOf(targets, true).targets()] : [];
      const asked = targets ? delegationsFor("makers/bo/1.json", targets) : [];
      for (const { role } of asked) assert.doesNotMatch(fileOf(role, 1), /[/?#]/);
      for (const { place: url } of list) assert.doesNotMatch(url, /\/\.\.?(\/|$)/);
      taken += 1;
    } catch (error) {
      assert.ok(error instanceof TrustError, `${error} for ${new TextDecoder().decode(bytes)}`);
    }
    assert.equal(JSON.stringify(summary(states[role])), before);
  });
  fc.assert(property, { numRuns: cases, seed });
  t.diagnostic(JSON.stringify({ cases, taken, seed }));
  assert.ok(taken > 0 && taken < cases, `${taken} of ${cases} were taken`);
});

/** By the keys of its role, as one who has stolen them would. */
function signedAnew(role: Role, signed: unknown): Uint8Array {
  const text = new TextEncoder().encode(canonical(signed));
  const signatures = signers[role].map(({ key, sign }) => ({ keyid: key.keyID, sig: sign(text) }));
  return new TextEncoder().encode(JSON.stringify({ signatures, signed }));
}

/** The next sheet of each role, who signs it, and the state that it is to come to. */
interface Story {
  readonly sheets: Readonly<Record<Role, Uint8Array>>;
  readonly states: Readonly<Record<Role, TrustState>>;
  readonly signers: Forger["signers"];
}

function story(): Story {
  const forger = new Forger(nowMs);
  const begun = beginWith(forger.forge("root"));
  const stamped = withTimestamp(begun, forger.forge("timestamp"), nowMs);
  const listed = withSnapshot(stamped, forger.forge("snapshot"), nowMs);
  const good = withTargets(listed, forger.forge("targets"), nowMs);
  forger.tellsHashes = false;
  makersOf(forger).delegate("targets", "bo", { paths: ["makers/bo/*"] });
  makersOf(forger).delegate("targets", "cy", { path_hash_prefixes: ["8d"], terminating: true });
  makersOf(forger).release();
  const timestamp = forger.forge("timestamp");
  const snapshot = forger.forge("snapshot");
  const newer = withTimestamp(good, timestamp, nowMs);
  const newest = withSnapshot(newer, snapshot, nowMs);
  const signers = { ...forger.signers };
  forger.grant("timestamp", 1, [forger.newSigner()]);
  forger.sheets.root.version += 1;
  return {
    sheets: { root: forger.forge("root"), timestamp, snapshot, targets: forger.forge("targets") },
    states: { root: good, timestamp: good, snapshot: newer, targets: newest },
    signers,
  };
}

function step(role: Role, state: TrustState, bytes: Uint8Array): TrustState {
  if (role === "root") return withRoot(state, bytes);
  if (role === "timestamp") return withTimestamp(state, bytes, nowMs);
  if (role === "snapshot") return withSnapshot(state, bytes, nowMs);
  return withTargets(state, bytes, nowMs);
}

function signedText(role: Role, state: TrustState): string {
  return JSON.stringify(state[role]?.metadata.signed.toJSON());
}

function summary(state: TrustState) {
  return roles.map((role) => state[role]?.metadata.toJSON());
}

type Mutation = (bytes: Uint8Array) => Uint8Array;

function mutations(): fc.Arbitrary<Mutation> {
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const flips = fc.array(fc.tuple(share, fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 6,
  });
  const flip = flips.map(
    (list): Mutation =>
      (bytes) => {
        const changed = bytes.slice();
        for (const [at, mask] of list) changed[Math.floor(at * changed.length)]! ^= mask;
        return changed;
      },
  );
  const cut = share.map(
    (at): Mutation =>
      (bytes) =>
        bytes.slice(0, at * bytes.length),
  );
  const twice = share.map(
    (at): Mutation =>
      (bytes) => {
        const middle = Math.floor(at * bytes.length);
        return Buffer.concat([bytes.subarray(0, middle), bytes]);
      },
  );
  const other = fc.constantFrom(...roles).map(
    (role): Mutation =>
      () =>
        sheets[role],
  );
  const value = fc.tuple(fc.nat(), wild).map(
    ([place, put]): Mutation =>
      (bytes) => {
        const changed = withValue(JSON.parse(new TextDecoder().decode(bytes)), place, put);
        return new TextEncoder().encode(JSON.stringify(changed));
      },
  );
  const noise = fc.uint8Array({ maxLength: 64 }).map(
    (bytes): Mutation =>
      () =>
        bytes,
  );
  return fc.oneof(flip, cut, twice, other, { weight: 4, arbitrary: value }, noise);
}

/** What tempts a reader: bounds, other types, names of every object. */
const wild: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(0, 1, -1, 0.5, 2 ** 31, 2 ** 53, 1e308, null, "", [], {}, true),
  fc.constantFrom<unknown>("__proto__", "constructor", "../..", "\ud800", "2099-01-01T00:00:00Z"),
  fc.constantFrom<unknown>({ __proto__: null, toString: 1 }, [null], { keyids: null }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A JSON value with one of its parts, by its number, replaced. */
function withValue(value: unknown, place: number, put: unknown): unknown {
  const parts: [parent: Record<string, unknown>, name: string][] = [];
  const visit = (one: unknown): void => {
    if (typeof one !== "object" || one === null) return;
    for (const name of Object.keys(one)) {
      parts.push([one as Record<string, unknown>, name]);
      visit((one as Record<string, unknown>)[name]);
    }
  };
  visit(value);
  const found = parts[place % parts.length];
  if (found) found[0][found[1]] = put;
  return value;
}
