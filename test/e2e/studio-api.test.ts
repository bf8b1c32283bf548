import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import { Upload } from "tus-js-client";
import { newRequest } from "../../runtime/content/licence/request.ts";
import { publicKeyOf } from "../../runtime/content/licence/seal.ts";
import { signatureError } from "../../runtime/job/signature.ts";
import type { Role } from "../../runtime/studio/act.ts";
import type { Avatar } from "../../runtime/studio/catalogue/avatar.ts";
import { actions } from "../../runtime/studio/web/actions.ts";
import { password, ServedConsole } from "../support/console.ts";
import { value } from "../support/studio.ts";
import { until } from "../support/until.ts";

let served: ServedConsole;
let avatar: Avatar;
const tokens = new Map<Role, string>();
const film = Buffer.concat([
  Buffer.from("0000001c667479706d703432", "hex"),
  randomBytes(3_000_000),
]);

before(async () => {
  served = await ServedConsole.open();
  for (const role of ["customer", "delivery", "administrator"] as const) {
    tokens.set(role, await served.token(role));
  }
  avatar = await publish();
});

after(() => served[Symbol.asyncDispose]());

test("an upload goes on where its line was cut", async () => {
  const place = await begin("take", "take.mp4", film.length);
  const { port, pathname } = new URL(place);
  const socket = connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  const head = [
    `PATCH ${pathname} HTTP/1.1`,
    "host: studio",
    `authorization: Bearer ${tokens.get("customer")}`,
    "tus-resumable: 1.0.0",
    "upload-offset: 0",
    "content-type: application/offset+octet-stream",
    `content-length: ${film.length}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  socket.write(film.subarray(0, 1_000_000));
  await until(async () => (await offsetOf(place)) > 500_000, "half of a film");
  socket.destroy();
  await until(async () => (await offsetOf(place)) === 1_000_000, "all that came");
  const seen: number[] = [];
  await new Promise<void>((resolve, reject) => {
    new Upload(film, {
      uploadUrl: place,
      headers: bearer("customer"),
      onProgress: (sent) => seen.push(sent),
      onSuccess: () => resolve(),
      onError: reject,
    }).start();
  });
  assert(
    seen.every((sent) => sent >= 1_000_000),
    "nothing is sent twice",
  );
  const id = place.split("/").at(-1) ?? "";
  assert.deepEqual(readFileSync(served.vault.path(id)), film);
});

test("an upload is bounded, of a known kind, and its owner's", async () => {
  const told = async (purpose: string, name: string, bytes: number) => {
    const answer = await beginRaw(purpose, name, bytes);
    return [answer.status, (await answer.text()).trim()] as const;
  };
  assert.deepEqual(await told("photo", "face.jpg", 10_000_001), [
    413,
    "Cannot take face.jpg: it should have 10 MB at most",
  ]);
  assert.equal((await told("take", "take.exe", 1_000))[0], 422);
  assert.equal((await told("anything", "take.mp4", 1_000))[0], 422);
  assert.equal((await told("take", "take.mp4", 9e12))[0], 413);
  const place = await begin("photo", "face.jpg", 100);
  const wrong = await patch(place, 0, Buffer.alloc(100, "x"));
  assert.deepEqual(
    [wrong.status, /content is none of a photo/.test(await wrong.text())],
    [422, true],
  );
  assert.equal((await fetch(place, { method: "HEAD", headers: tus("customer") })).status, 404);
  const other = await begin("photo", "face.jpg", 100);
  assert.equal((await patch(other, 50, Buffer.alloc(10))).status, 409);
  assert.equal((await fetch(other, { method: "HEAD", headers: bearer("customer") })).status, 412);
  assert.equal((await fetch(other, { method: "DELETE", headers: tus("customer") })).status, 204);
  assert.equal((await fetch(other, { method: "HEAD", headers: tus("customer") })).status, 404);
  const stranger = await fetch(other, { method: "HEAD", headers: { "tus-resumable": "1.0.0" } });
  assert.equal(stranger.status, 401);
});

/** Of a studio where nothing waits. */
const mayBeEmpty = new Set([
  ...["queue.list", "tasks.logs", "settings.list", "assignments.list", "licences.seats"],
  "scenarios.cloud",
]);

test("every question is answered as its document has it", async () => {
  const document = await jsonOf(await fetch(`${served.url}/api/v1/openapi.json`));
  const judge = new Ajv2020({ strict: false });
  judge.addSchema({ $id: "doc", ...document });
  const [task] = await served.house.studio.tasks.list(served.house.act("customer"));
  const [order] = await served.house.studio.orders.list(served.house.act("customer"));
  const [pool] = await served.house.studio.licences.pools(served.house.act("customer"));
  const ids: Readonly<Record<string, string>> = {
    "/tasks": task?.id ?? "",
    "/orders": order?.id ?? "",
    "/avatars": avatar.id,
    "/licences": pool?.id ?? "",
  };
  for (const { id, method, path } of actions) {
    if (method !== "GET") continue;
    const named = path.replace(/^(\/\w+)\/:id/, (_all, root) => `${root}/${ids[root]}`);
    const answer = await get("administrator", named);
    assert.equal(answer.status, 200, `${id} ${named}`);
    const body = await answer.json();
    const place = path.replaceAll(/:(\w+)/g, "{$1}").replaceAll("/", "~1");
    const media = "application~1json/schema";
    const check = judge.getSchema(`doc#/paths/${place}/get/responses/200/content/${media}`);
    assert(check?.(body), `${id}: ${JSON.stringify(check?.errors)}`);
    if (Array.isArray(body)) assert(body.length > 0 || mayBeEmpty.has(id), `${id} tells some`);
  }
});

test("nobody sees another's things, nor does what another role does", async () => {
  assert.equal((await fetch(`${served.url}/api/v1/orders`)).status, 401);
  assert.equal((await get("customer", "/people")).status, 403);
  const { house } = served;
  const act = house.act("administrator");
  const [task] = await house.studio.tasks.list(house.act("customer"));
  const rival = value(
    await house.studio.people.openAccount(act, { name: "Rival", timeZone: "UTC" }),
  );
  const [known] = await house.studio.people.list(act);
  const hash = (await house.studio.people.byEmail(known?.email ?? ""))?.passwordHash ?? "";
  const eve = { accountId: rival.id, email: "eve@rival.example", name: "Eve", role: "customer" };
  value(
    await house.studio.people.add(act, { ...eve, passwordHash: hash, language: "en" } as never),
  );
  const { token } = await jsonOf(
    await post("/tokens", { email: "eve@rival.example", password }, {}),
  );
  const eves = { authorization: `Bearer ${token}` };
  for (const path of [`/tasks/${task?.id}`, `/avatars/${avatar.id}`]) {
    assert.equal((await fetch(`${served.url}/api/v1${path}`, { headers: eves })).status, 404, path);
  }
  for (const path of [`/tasks/${task?.id}/demos/720p`, `/avatars/${avatar.id}/packages/360p`]) {
    assert.equal((await fetch(`${served.url}/api/v1${path}`, { headers: eves })).status, 404, path);
  }
});

test("a change needs the page's token, and comes from no other site (CSRF)", async () => {
  const cookie = `frontdesk_session=${await served.browserToken("customer")}`;
  const body = new URLSearchParams({ "count.cloud-hours-100": "1" });
  const orders = async () =>
    (await served.house.studio.orders.list(served.house.act("customer"))).length;
  const before = await orders();
  const page = await (await fetch(`${served.url}/purchase`, { headers: { cookie } })).text();
  const token = /name="token" content="([^"]+)"/.exec(page)?.[1] ?? "";
  const send = async (headers: Record<string, string>, with_?: string) => {
    const fields = new URLSearchParams(`${with_ ? `token=${with_}&` : ""}${body}`);
    const init = {
      method: "POST",
      body: fields,
      headers: { cookie, ...headers },
      redirect: "manual",
    };
    return (await fetch(`${served.url}/orders`, init as RequestInit)).status;
  };
  assert.equal(await send({}), 403);
  assert.equal(await send({}, "wrong"), 403);
  assert.equal(await send({ origin: "https://evil.example" }, token), 403);
  assert.equal(await send({ "sec-fetch-site": "cross-site" }, token), 403);
  assert.equal(await orders(), before);
  assert.equal(await send({ origin: served.url, "sec-fetch-site": "same-origin" }, token), 303);
  assert.equal(await orders(), before + 1);
  const json = { method: "POST", headers: { cookie, "content-type": "application/json" } };
  const lines = JSON.stringify({ lines: [{ sku: "cloud-hours-100", count: 1 }] });
  const answer = await fetch(`${served.url}/api/v1/orders`, { ...json, body: lines });
  assert.equal(answer.status, 403, "a cookie alone changes nothing over the API");
});

test("pages keep everything else out, and cookies from scripts", async () => {
  const answer = await fetch(`${served.url}/sign-in`);
  const policy = answer.headers.get("content-security-policy") ?? "";
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  assert.match(answer.headers.get("set-cookie") ?? "", /HttpOnly; SameSite=Lax/);
  assert.doesNotMatch(await answer.text(), / style="| on\w+="|<script(?! type="module" src)/);
});

test("a film is sent in ranges to who may see it", async () => {
  const [task] = await served.house.studio.tasks.list(served.house.act("customer"));
  const url = `${served.url}/api/v1/tasks/${task?.id}/demos/720p`;
  const headers = { ...bearer("customer"), range: "bytes=1000-1999" };
  const answer = await fetch(url, { headers });
  assert.equal(answer.status, 206);
  assert.equal(answer.headers.get("content-type"), "video/mp4");
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.deepEqual(bytes, film.subarray(1000, 2000));
});

test("an accepted avatar is downloaded with one tier, whole and in ranges", async () => {
  const url = `${served.url}/api/v1/avatars/${avatar.id}/packages/360p`;
  const answer = await fetch(url, { headers: bearer("customer") });
  const whole = Buffer.from(await answer.arrayBuffer());
  assert.equal(String(whole.length), answer.headers.get("content-length"));
  const path = join(served.folder, "avatar.fda");
  writeFileSync(path, whole);
  const { stdout } = await run(["avatar", "verify", path, "--partial"]);
  assert.match(stdout, /360p/);
  const half = await fetch(url, { headers: { ...bearer("customer"), range: "bytes=5000-99999" } });
  assert.deepEqual(Buffer.from(await half.arrayBuffer()), whole.subarray(5000, 100_000));
  assert.equal((await get("customer", `/avatars/${avatar.id}/packages/540p`)).status, 404);
});

test("the repository is served as it lies, and nothing beside it", async () => {
  const file = avatar.release?.files[0];
  const place = `targets/avatars/${avatar.id}/1.0.0/${file?.sha256}.${file?.name}`;
  const answer = await fetch(`${served.url}/repository/${place}`);
  const hash = createHash("sha256").update(Buffer.from(await answer.arrayBuffer()));
  assert.equal(hash.digest("hex"), file?.sha256);
  const out = await fetch(`${served.url}/repository/..%2Fstudio.sqlite`);
  assert.equal(out.status, 404);
});

test("a device's wrong request for a licence is told why", async () => {
  const answer = await post("/licences/activate", { format: "nonsense" }, {});
  assert.equal(answer.status, 400);
  assert.equal((await jsonOf(answer)).code, "BAD_REQUEST");
});

test("a request that was carried here gets its lease as a file", async () => {
  const { house } = served;
  const [pool] = await house.studio.licences.pools(house.act("customer"));
  const secret = generateKeyPairSync("ed25519").privateKey;
  const device = { secret, name: publicKeyOf(secret) };
  const wish = { name: "lobby", application: null, pool: null, nonce: 1, atMs: null };
  const request = newRequest(device, { ...wish, code: pool?.code ?? "" });
  const cookie = `frontdesk_session=${await served.browserToken("customer")}`;
  const page = await (await fetch(`${served.url}/licences`, { headers: { cookie } })).text();
  const token = /name="token" content="([^"]+)"/.exec(page)?.[1] ?? "";
  const body = new URLSearchParams({ token, request: JSON.stringify(request) });
  const answer = await fetch(`${served.url}/licences/exchange`, {
    method: "POST",
    headers: { cookie },
    body,
  });
  assert.match(answer.headers.get("content-disposition") ?? "", /frontdesk-lease\.json/);
  const lease = await jsonOf(answer);
  assert.equal(lease.device, device.name);
  const [, signer = ""] = /licence\.signers <code class="long">([^<]+)/.exec(page) ?? [];
  assert.equal(signatureError(lease, [signer.trim()]), undefined);
  const again = await fetch(`${served.url}/licences/exchange`, {
    method: "POST",
    headers: { cookie },
    body,
  });
  assert.equal(again.status, 422);
  assert.match(await again.text(), /request 1 was answered/);
});

test("passwords are not tried for ever", async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 8; i++) {
    const wish = { email: "dora@studio.example", password: `wrong ${i}` };
    const answer = await post("/tokens", wish, {});
    statuses.push(answer.status);
    if (i === 7) assert.match(String((await jsonOf(answer)).message), /too many tries|slow down/);
  }
  const refused = await served.house.studio.audit.list(served.house.act("administrator"), {
    subject: "dora@studio.example",
  });
  assert(refused.length > 0 && refused.length < 8, "what was tried is noted");
  assert(refused.every(({ action }) => action === "session.refused"));
});

test("the command line does the same from afar", async () => {
  const env = { FRONTDESK_STUDIO_URL: served.url };
  const customer = { ...env, FRONTDESK_STUDIO_TOKEN: tokens.get("customer") ?? "" };
  const administrator = { ...env, FRONTDESK_STUDIO_TOKEN: tokens.get("administrator") ?? "" };
  const placed = await run(["studio", "order", "avatar-generic-instant=1"], customer);
  const [order = ""] = placed.stdout.split(" ");
  await run(["studio", "call", "orders.confirm", `id=${order}`], administrator);
  const take = join(served.folder, "take.mp4");
  const consent = join(served.folder, "consent.pdf");
  writeFileSync(take, film);
  writeFileSync(consent, "%PDF-1.7 yes");
  const words = ["Zoe", "--kind", "generic", "--type", "instant"];
  const files = ["--take", take, "--consent", consent];
  const submitted = await run(["studio", "task", ...words, ...files], customer);
  const id = /(\w+) {2}client: SUBMIT checking/.exec(submitted.stdout)?.[1] ?? "";
  const { house } = served;
  value(await house.studio.training.checked(await house.claim("check"), none, house.nowMs));
  await run(["studio", "call", "tasks.approve", `id=${id}`], administrator);
  await house.train();
  const accepted = await run(["studio", "accept", id], customer);
  assert.match(accepted.stdout, /^zoe-\w+ {2}accepted by form 1/);
  const again = await run(["studio", "accept", id], customer).catch((error) => error);
  assert.match(again.stderr, /WRONG_STEP: Cannot accept/);
  const out = join(served.folder, "down.fda");
  await run(["studio", "download", avatar.id, "--tier", "360p", "--out", out], customer);
  assert(readFileSync(out).length > 9e6);
  const given = await run(["studio", "assign", avatar.id, "--device", "lobby"], customer);
  assert.match(given.stdout, /device lobby/);
});

const none = { findings: [] };

/** An accepted avatar of the shipped package, published with its smallest tier. */
async function publish(): Promise<Avatar> {
  const { house, folder, vault } = served;
  await house.buy("avatar-exclusive-instant");
  await house.buy("device-licence");
  await vault.begin("demo-1", film.length, { name: "demo.mp4" });
  await vault.append(
    "demo-1",
    0,
    (async function* () {
      yield film;
    })(),
  );
  const task = await house.trained("exclusive", "instant", "client");
  const accepted = value(await house.studio.acceptance.accept(house.act("customer"), task.id));
  const source = new URL("../../config/avatars/anna/", import.meta.url).pathname;
  const files = (["manifest.json", "shared.part", "360p.tier"] as const).map((name) => {
    const bytes = readFileSync(join(source, name));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return {
      name,
      tier: name === "360p.tier" ? ("360p" as const) : null,
      bytes: bytes.length,
      sha256,
    };
  });
  const place = join(folder, "repository/targets/avatars", accepted.avatar.id, "1.0.0");
  mkdirSync(place, { recursive: true });
  for (const { name, sha256 } of files)
    copyFileSync(join(source, name), join(place, `${sha256}.${name}`));
  const sha256 = files[0]?.sha256 ?? "";
  const release = { version: "1.0.0", sha256, files };
  const work = await house.claim("publish");
  return value(await house.studio.catalogue.published(work, release, house.nowMs));
}

function bearer(role: Role): Record<string, string> {
  return { authorization: `Bearer ${tokens.get(role)}` };
}

function tus(role: Role): Record<string, string> {
  return { ...bearer(role), "tus-resumable": "1.0.0" };
}

function get(role: Role, path: string): Promise<Response> {
  return fetch(`${served.url}/api/v1${path}`, { headers: bearer(role) });
}

function post(path: string, body: object, headers: Record<string, string>): Promise<Response> {
  const type = { "content-type": "application/json", ...headers };
  const init = { method: "POST", headers: type, body: JSON.stringify(body) };
  return fetch(`${served.url}/api/v1${path}`, init);
}

async function jsonOf(answer: Response): Promise<Record<string, unknown>> {
  return (await answer.json()) as Record<string, unknown>;
}

function beginRaw(purpose: string, name: string, bytes: number): Promise<Response> {
  const encoded = (text: string) => Buffer.from(text).toString("base64");
  const metadata = `filename ${encoded(name)},purpose ${encoded(purpose)}`;
  const headers = { ...tus("customer"), "upload-length": String(bytes) };
  return fetch(`${served.url}/api/v1/uploads`, {
    method: "POST",
    headers: { ...headers, "upload-metadata": metadata },
  });
}

async function begin(purpose: string, name: string, bytes: number): Promise<string> {
  const answer = await beginRaw(purpose, name, bytes);
  assert.equal(answer.status, 201, await answer.text());
  return `${served.url}${answer.headers.get("location")}`;
}

function patch(place: string, at: number, body: Buffer): Promise<Response> {
  const type = { "content-type": "application/offset+octet-stream", "upload-offset": String(at) };
  return fetch(place, { method: "PATCH", headers: { ...tus("customer"), ...type }, body });
}

async function offsetOf(place: string): Promise<number> {
  const answer = await fetch(place, { method: "HEAD", headers: tus("customer") });
  return Number(answer.headers.get("upload-offset"));
}

function run(args: readonly string[], env: Record<string, string> = {}) {
  const options = { env: { ...process.env, ...env }, timeout: 60_000 };
  return promisify(execFile)("node", ["scripts/frontdesk.ts", ...args], options);
}
