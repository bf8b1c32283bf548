import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import jsqr from "jsqr";
import sharp from "sharp";
import { parseConfig } from "../../config/config.ts";
import { type Lease, writeLease } from "../../runtime/content/licence/lease.ts";
import { readRequest } from "../../runtime/content/licence/request.ts";
import { sealed } from "../../runtime/content/licence/seal.ts";
import { tryLicence } from "../../scripts/doctor/licence.ts";
import { Cabinet } from "../../scripts/licence/cabinet.ts";
import { codePng, codeText } from "../../scripts/licence/code-picture.ts";
import { findLease } from "../../scripts/licence/sticks.ts";
import { dayMs, LicenceStudio } from "../support/licences.ts";

const root = mkdtempSync(join(tmpdir(), "frontdesk-cabinet-"));
after(() => rmSync(root, { recursive: true }));
let worlds = 0;

/** A device's state folder and the studio that it may be leased by. */
class World {
  readonly state = join(root, `state-${++worlds}`);
  readonly studio = new LicenceStudio(() => Date.now(), { seats: 9 });

  config(licence: object = {}) {
    const { state, studio } = this;
    const keys = { signers: [studio.signer], ...licence };
    return parseConfig({ device: "lobby", state, licence: keys }, "a test");
  }

  open(): Promise<Cabinet> {
    return Cabinet.open(this.config());
  }

  async lease(more: Partial<Lease> = {}): Promise<Uint8Array> {
    const request = await (await this.open()).request(this.studio.code);
    const lease = await this.studio.lease("activate", request);
    assert(typeof lease !== "string");
    const { signature: _, ...rest } = lease;
    return writeLease(sealed({ ...rest, ...more }, this.studio.key));
  }

  async codes(licence: object = {}): Promise<string[]> {
    return (await tryLicence(this.config(licence))).map(({ code }) => code);
  }

  put(name: string, bytes: Uint8Array): void {
    mkdirSync(this.state, { recursive: true });
    writeFileSync(join(this.state, name), bytes);
  }
}

test("a request is signed by this device, counts up, and fits into a picture", async () => {
  const world = new World();
  const cabinet = await world.open();
  const [one, two] = [await cabinet.request(world.studio.code), await cabinet.request(null)];
  assert(two.nonce > one.nonce);
  assert.deepEqual([one.name, one.pool, two.pool], ["lobby", null, null]);
  assert.equal(statSync(join(world.state, "licence.key")).mode & 0o777, 0o600);
  const text = JSON.stringify(one);
  assert("request" in readRequest(Buffer.from(text)));
  const { data, info } = await sharp(await codePng(text))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.equal(jsqr.default(new Uint8ClampedArray(data), info.width, info.height)?.data, text);
  const rows = codeText(text).split("\n");
  assert(rows.length < 50 && rows.every((row) => row.length < 100), "it fits a terminal");
});

test("a lease that is installed holds, and the next request renews it", async () => {
  const world = new World();
  assert.deepEqual(await world.codes(), ["LICENCE_MISSING"]);
  assert.throws(() => readdirSync(world.state), { code: "ENOENT" });
  const lease = await (await world.open()).install(await world.lease(), "a stick");
  const { verdict, device } = await Cabinet.look(world.config()).verdict();
  assert(["valid", "no-clock"].includes(verdict.state), verdict.state);
  assert.deepEqual([verdict.lease?.id, device], [lease.id, lease.device]);
  assert.equal((await (await world.open()).request(null)).pool, "pool");
  assert.deepEqual(
    (await world.codes()).filter((code) => code !== "LICENCE_NO_CLOCK"),
    [],
  );
});

test("what cannot be installed is named, with what is due, and changes nothing", async () => {
  const world = new World();
  await (await world.open()).install(await world.lease(), "a stick");
  const expiresMs = Date.now() + 100 * dayMs;
  const stranger = new LicenceStudio(() => Date.now()).key;
  const other = new World();
  Object.assign(other, { studio: world.studio });
  const cases: [Uint8Array, RegExp][] = [
    [Buffer.from("[]"), /^Error: Cannot install x: payload is an array, not an object$/],
    [await other.lease(), /^Error: Cannot install x: it is for .+=, .+= is due$/],
    [
      await world.lease({ application: "airport", expiresMs }),
      /x: it is for airport, this device is for no application \(licence.application\)$/,
    ],
    [
      await world.lease({ notBeforeMs: 0, renewAfterMs: 0, expiresMs: Date.now() + 40 * dayMs }),
      /x: it ends \d{4}-\d\d-\d\d, one that ends after that in place, \d{4}-\d\d-\d\d, is due$/,
    ],
  ];
  const own = JSON.parse(Buffer.from(await world.lease({ expiresMs })).toString());
  const { signature: _, ...rest } = own;
  cases.push([writeLease(sealed(rest, stranger)), /x: it fits none of 1 known keys$/]);
  const before = (await Cabinet.look(world.config()).verdict()).verdict.lease?.id;
  for (const [bytes, due] of cases) {
    await assert.rejects((await world.open()).install(bytes, "x"), due);
  }
  const nobody = await Cabinet.open(world.config({ signers: [] }));
  await assert.rejects(nobody.install(await world.lease(), "x"), /licence.signers is empty, it/);
  assert.equal((await Cabinet.look(world.config()).verdict()).verdict.lease?.id, before);
});

test("the doctor tells apart whatever can be wrong with a lease", async () => {
  const world = new World();
  const lease = await world.lease();
  world.put("licence.json", lease);
  const soon = (days: number) => Date.now() + days * dayMs;
  const found: Record<string, string[]> = {};
  const wrongs: readonly (readonly [code: string, file: Uint8Array, licence?: object])[] = [
    ["LICENCE_UNREADABLE", lease.subarray(0, 99)],
    ["LICENCE_UNTRUSTED", lease, { signers: [new LicenceStudio(() => 0).signer] }],
    ["LICENCE_OTHER_APPLICATION", await world.lease({ application: "airport" })],
    ["LICENCE_EARLY", await world.lease({ notBeforeMs: soon(5), renewAfterMs: soon(6) })],
    ["LICENCE_EXPIRED", await world.lease({ issuedMs: soon(99), expiresMs: soon(98) })],
  ];
  for (const [code, file, licence] of wrongs) {
    world.put("licence.json", file);
    found[code] = await world.codes(licence);
  }
  world.put("licence.json", lease);
  const { privateKey } = generateKeyPairSync("ed25519");
  world.put("licence.key", Buffer.from(privateKey.export({ format: "pem", type: "pkcs8" })));
  found.LICENCE_OTHER_DEVICE = await world.codes();
  for (const [code, codes] of Object.entries(found)) assert.deepEqual(codes, [code]);
  assert.deepEqual(await world.codes({ signers: [] }), [], "where none is asked for");
});

test("a lease is found on a stick, wherever that is mounted", () => {
  const stick = join(root, "media", "my stick");
  mkdirSync(stick, { recursive: true });
  const line = (point: string) => `/dev/sda1 ${point.replaceAll(" ", "\\040")} vfat rw 0 0\n`;
  const places = [join(root, "media/")];
  const find = (...points: string[]) => findLease(points.map(line).join(""), places);
  assert.throws(() => find("/"), /^Error: Cannot find a lease: there is no stick, one with/);
  assert.throws(() => find("/", stick), /there is .*my stick without frontdesk-lease.json, /);
  writeFileSync(join(stick, "frontdesk-lease.json"), "{}");
  assert.equal(find("/", stick), join(stick, "frontdesk-lease.json"));
});
