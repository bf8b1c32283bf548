import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import { newRequest } from "../../runtime/content/licence/request.ts";
import { publicKeyOf } from "../../runtime/content/licence/seal.ts";
import { signatureError } from "../../runtime/job/signature.ts";
import type { Role } from "../../runtime/studio/act.ts";
import type { Avatar } from "../../runtime/studio/catalogue/avatar.ts";
import { actions } from "../../runtime/studio/web/actions.ts";
import { film, publishAnna } from "../support/anna.ts";
import { password, ServedConsole } from "../support/console.ts";
import { value } from "../support/studio.ts";

let served: ServedConsole;
let avatar: Avatar;
const tokens = new Map<Role, string>();

before(async () => {
  served = await ServedConsole.open();
  for (const role of ["customer", "delivery", "administrator"] as const) {
    tokens.set(role, await served.token(role));
  }
  avatar = await publishAnna(served);
});

after(() => served[Symbol.asyncDispose]());

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

function bearer(role: Role): Record<string, string> {
  return { authorization: `Bearer ${tokens.get(role)}` };
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

function run(args: readonly string[], env: Record<string, string> = {}) {
  const options = { env: { ...process.env, ...env }, timeout: 60_000 };
  return promisify(execFile)("node", ["scripts/frontdesk.ts", ...args], options);
}
