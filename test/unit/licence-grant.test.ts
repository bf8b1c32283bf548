import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { writeLease } from "../../runtime/content/licence/lease.ts";
import { type LicenceRequest, newRequest } from "../../runtime/content/licence/request.ts";
import { publicKeyOf } from "../../runtime/content/licence/seal.ts";
import { judge } from "../../runtime/content/licence/verdict.ts";
import { newCode, readCode } from "../../runtime/studio/licence/code.ts";
import { freeSeats, testTerms } from "../../runtime/studio/licence/grant.ts";
import { dayMs, LicenceStudio } from "../support/licences.ts";

/** A device with a key of its own, whose requests count up. */
class Device {
  readonly #key: { secret: ReturnType<typeof generateKeyPairSync>["privateKey"]; name: string };
  #nonce = 0;

  constructor() {
    const secret = generateKeyPairSync("ed25519").privateKey;
    this.#key = { secret, name: publicKeyOf(secret) };
  }

  get name(): string {
    return this.#key.name;
  }

  ask(more: Partial<LicenceRequest> = {}): LicenceRequest {
    const nonce = ++this.#nonce;
    const wish = { name: "lobby", application: null, code: null, pool: "pool", nonce, atMs: null };
    return newRequest(this.#key, { ...wish, ...more });
  }
}

const codeOf = async (answer: Promise<unknown>) => {
  const given = await answer;
  return typeof given === "string" ? given : "lease";
};

test("a lease lasts 90 days and is renewed after 60, so that 30 are always left", async () => {
  const studio = new LicenceStudio(() => 1_000 * dayMs);
  const device = new Device();
  const lease = await studio.lease("activate", device.ask({ code: studio.code }));
  assert(typeof lease !== "string");
  assert.equal(lease.expiresMs - lease.issuedMs, 90 * dayMs);
  assert.equal(lease.expiresMs - lease.renewAfterMs, 30 * dayMs);
  const terms = { signers: [studio.signer], device: device.name, application: undefined };
  const time = { ms: 1_000 * dayMs, isClocked: true };
  assert.equal(judge(writeLease(lease), terms, time).state, "valid");
});

test("seats are taken by devices, not by requests, and free when a lease has ended", async () => {
  let nowMs = 0;
  const studio = new LicenceStudio(() => nowMs);
  const { code } = studio;
  const [a, b, c] = [new Device(), new Device(), new Device()];
  const answers = [a, a, b, a, b, c].map(
    (one) => () => studio.lease("activate", one.ask({ code })),
  );
  const codes: string[] = [];
  for (const answer of answers) codes.push(await codeOf(answer()));
  assert.deepEqual(codes, ["lease", "lease", "lease", "lease", "lease", "NO_SEAT"]);
  nowMs = 89 * dayMs;
  assert.equal(await codeOf(studio.lease("renew", a.ask())), "lease");
  assert.equal(await codeOf(studio.lease("activate", c.ask({ code }))), "NO_SEAT");
  nowMs = 90 * dayMs;
  assert.equal(await codeOf(studio.lease("activate", c.ask({ code }))), "lease");
  assert.equal(
    await codeOf(studio.lease("renew", b.ask())),
    "NO_SEAT",
    "its seat is another's now",
  );
});

test("a seat that was given up is free when its lease ends, and is renewed no more", async () => {
  let nowMs = 0;
  const studio = new LicenceStudio(() => nowMs, { seats: 1 });
  const [a, b] = [new Device(), new Device()];
  await studio.lease("activate", a.ask({ code: studio.code }));
  studio.seats = studio.seats.map((seat) => ({ ...seat, releasedMs: nowMs }));
  assert.equal(await codeOf(studio.lease("renew", a.ask())), "RELEASED");
  assert.equal(await codeOf(studio.lease("activate", b.ask({ code: studio.code }))), "NO_SEAT");
  nowMs = 90 * dayMs;
  assert.equal(await codeOf(studio.lease("activate", b.ask({ code: studio.code }))), "lease");
});

test("whoever repeats, forges or carries about a request for too long gets nothing", async () => {
  const nowMs = 100 * dayMs;
  const studio = new LicenceStudio(() => nowMs, { seats: 9 });
  const { code } = studio;
  const [a, b] = [new Device(), new Device()];
  const first = a.ask({ code, atMs: nowMs });
  assert.equal(await codeOf(studio.lease("activate", first)), "lease");
  assert.equal(await codeOf(studio.lease("activate", first)), "REPLAYED");
  assert.equal(await codeOf(studio.lease("renew", first)), "REPLAYED");
  const { message } = (await studio.answer("activate", Buffer.from(JSON.stringify(first))))
    .body as {
    message: string;
  };
  assert.equal(message, "Cannot give a licence: request 1 was answered, one above 1 is due");
  const at = (days: number) => b.ask({ code, atMs: nowMs + days * dayMs });
  assert.equal(await codeOf(studio.lease("activate", at(-31))), "STALE");
  assert.equal(await codeOf(studio.lease("activate", at(2))), "STALE");
  const forged = { ...b.ask({ code }), device: a.name };
  assert.equal(await codeOf(studio.lease("activate", forged)), "BAD_REQUEST");
  assert.equal(
    await codeOf(studio.lease("activate", { ...b.ask({ code }), name: "bar" })),
    "BAD_REQUEST",
  );
  assert.equal(
    await codeOf(studio.lease("renew", b.ask())),
    "NO_LEASE",
    "it knows the pool's name",
  );
  assert.equal(await codeOf(studio.lease("renew", b.ask({ pool: "other" }))), "UNKNOWN_POOL");
  assert.equal(await codeOf(studio.lease("activate", b.ask({ code: "AAAA" }))), "WRONG_CODE");
  assert.equal(await codeOf(studio.lease("activate", b.ask())), "WRONG_CODE");
  assert.equal(await codeOf(studio.lease("activate", at(-29))), "lease");
});

test("a licence for an application is for devices of that application", async () => {
  const studio = new LicenceStudio(() => 0, { application: "museum", seats: 50 });
  const { code } = studio;
  assert.equal(
    await codeOf(studio.lease("activate", new Device().ask({ code }))),
    "OTHER_APPLICATION",
  );
  for (let count = 0; count < 20; count++) {
    const device = new Device();
    const lease = await studio.lease("activate", device.ask({ code, application: "museum" }));
    assert(typeof lease !== "string");
    assert.deepEqual([lease.application, lease.device], ["museum", device.name]);
  }
});

test("a test is ten devices for thirty days, and no lease of it goes beyond", async () => {
  let nowMs = 0;
  const { seats, lifeMs } = testTerms;
  const studio = new LicenceStudio(() => nowMs, { kind: "test", seats, untilMs: lifeMs });
  const { code } = studio;
  assert.deepEqual([seats, lifeMs], [10, 30 * dayMs]);
  const devices = Array.from({ length: 10 }, () => new Device());
  for (const device of devices) {
    nowMs += dayMs;
    const lease = await studio.lease("activate", device.ask({ code }));
    assert(typeof lease !== "string");
    assert.deepEqual([lease.test, lease.expiresMs], [true, 30 * dayMs]);
  }
  assert.equal(await codeOf(studio.lease("activate", new Device().ask({ code }))), "NO_SEAT");
  nowMs = 30 * dayMs;
  assert.equal(await codeOf(studio.lease("renew", devices[0]!.ask())), "POOL_OVER");
});

test("whatever is asked when and by whom, never more leases run than there are seats", async () => {
  const step = fc.record({
    device: fc.nat({ max: 5 }),
    afterDays: fc.integer({ min: 0, max: 40 }),
    kind: fc.constantFrom("activate", "renew", "release"),
  });
  const plan = fc.array(step, { minLength: 1, maxLength: 40 });
  const property = fc.asyncProperty(plan, fc.integer({ min: 1, max: 3 }), async (steps, seats) => {
    let nowMs = 0;
    const studio = new LicenceStudio(() => nowMs, { seats });
    const devices = Array.from({ length: 6 }, () => new Device());
    const ends = new Map<string, number>();
    for (const { device: at, afterDays, kind } of steps) {
      nowMs += afterDays * dayMs;
      const device = devices[at]!;
      if (kind === "release") {
        studio.seats = studio.seats.map((seat) =>
          seat.deviceKey === device.name ? { ...seat, releasedMs: nowMs } : seat,
        );
        continue;
      }
      const code = kind === "activate" ? studio.code : null;
      const lease = await studio.lease(kind, device.ask({ code }));
      if (typeof lease !== "string") ends.set(lease.device, lease.expiresMs);
      const running = [...ends.values()].filter((endMs) => endMs > nowMs).length;
      assert(running <= seats, `${running} leases of ${seats} seats`);
      assert.equal(freeSeats(studio, nowMs), seats - running);
    }
  });
  await fc.assert(property, { numRuns: 60 });
});

test("a code is read however it is typed, and a slip is seen", () => {
  const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
  const property = fc.property(
    bytes,
    fc.nat({ max: 15 }),
    fc.nat({ max: 30 }),
    (chance, at, by) => {
      const code = newCode(chance);
      assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
      const typed = code
        .toLowerCase()
        .replaceAll("-", " ")
        .replaceAll("0", "o")
        .replaceAll("1", "l");
      assert.equal(readCode(typed), code);
      const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
      const bare = [...code.replaceAll("-", "")];
      const other = letters[(letters.indexOf(bare[at]!) + 1 + by) % 32]!;
      assert.equal(readCode(bare.with(at, other).join("")), undefined);
    },
  );
  fc.assert(property, { numRuns: 300 });
  assert.equal(readCode("1234"), undefined);
  assert.equal(readCode("ÄÄÄÄ-ÄÄÄÄ-ÄÄÄÄ-ÄÄÄÄ"), undefined);
});
