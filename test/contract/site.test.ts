import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { openFastify } from "../../drivers/site/fastify.ts";
import type { Site, SiteAnswer, SiteRequest, SiteRoute } from "../../drivers/site/site.ts";

const film = Buffer.from("0123456789abcdef");
const troubles: unknown[] = [];
let site: Site;
let heard: Promise<number> | undefined;

const echo = async (request: SiteRequest): Promise<SiteAnswer> => ({
  status: 200,
  headers: { "content-type": "application/json", "x-own": "yes" },
  cookies: [{ name: "kept", value: "v", seconds: 60 }],
  body: JSON.stringify({
    params: [...request.params],
    query: [...request.query],
    cookies: [...request.cookies],
    body: await plainOf(request),
    secure: request.secure,
  }),
});

const routes: readonly SiteRoute[] = [
  { method: "GET", path: "/echo/:id", answer: echo },
  { method: "POST", path: "/echo/:id", answer: echo },
  { method: "PATCH", path: "/echo/:id", answer: echo },
  {
    method: "GET",
    path: "/film",
    answer: async () => ({
      status: 200,
      headers: { "content-type": "video/mp4" },
      body: { bytes: film.length, etag: "tag", read },
    }),
  },
  {
    method: "GET",
    path: "/broken",
    answer: async () => {
      throw new Error("a secret reason");
    },
  },
  {
    method: "PATCH",
    path: "/count",
    answer: async ({ body }) => {
      assert(body.kind === "bytes");
      heard = countUntilCut(body.bytes);
      return { status: 200, headers: {}, body: String(await heard) };
    },
  },
];

before(async () => {
  const onTrouble = (error: unknown): void => void troubles.push(error);
  const place = { host: "127.0.0.1", port: 0, behindProxy: true, onTrouble };
  site = await openFastify(place, routes, async (status, { path }) => ({
    status,
    headers: { "content-type": "text/plain" },
    body: `${status} at ${path}`,
  }));
});

after(() => site[Symbol.asyncDispose]());

test("a route hears params, query and cookies, and sets its own", async () => {
  const answer = await fetch(`${site.url}/echo/a%20b?x=1`, { headers: { cookie: "a=b" } });
  const told = await jsonOf(answer);
  assert.deepEqual(told.params, [["id", "a b"]]);
  assert.deepEqual(told.query, [["x", "1"]]);
  assert.deepEqual(told.cookies, [["a", "b"]]);
  assert.deepEqual(told.body, { kind: "none" });
  const cookie = answer.headers.get("set-cookie") ?? "";
  assert.equal(cookie, "kept=v; Max-Age=60; Path=/; HttpOnly; SameSite=Lax");
});

test("behind a proxy that speaks TLS, cookies are for TLS alone", async () => {
  const answer = await fetch(`${site.url}/echo/1`, { headers: { "x-forwarded-proto": "https" } });
  assert.match(answer.headers.get("set-cookie") ?? "", /; Secure/);
  assert.equal((await jsonOf(answer)).secure, true);
});

test("a form, JSON, bytes and parts come as what they are", async () => {
  const post = async (init: RequestInit) =>
    (await jsonOf(await fetch(`${site.url}/echo/1`, { method: "POST", ...init }))).body;
  assert.deepEqual(await post({ body: new URLSearchParams("a=1&b=2&a=3") }), {
    kind: "fields",
    fields: [
      ["a", ["1", "3"]],
      ["b", ["2"]],
    ],
  });
  const json = { "content-type": "application/json" };
  assert.deepEqual(await post({ body: '{"a":[1]}', headers: json }), {
    kind: "json",
    value: { a: [1] },
  });
  const bytes = { "content-type": "application/offset+octet-stream" };
  const sent = Buffer.alloc(3_000_000, "x");
  assert.deepEqual(await post({ method: "PATCH", body: sent, headers: bytes }), {
    kind: "bytes",
    bytes: createHash("sha256").update(sent).digest("hex"),
  });
  const form = new FormData();
  form.append("name", "Ben");
  form.append("take", new Blob(["film"]), "take.mp4");
  form.append("left", new Blob(["aside".repeat(100_000)]), "left.mp4");
  form.append("last", "word");
  assert.deepEqual(await post({ body: form }), {
    kind: "parts",
    parts: ["name=Ben", "take:take.mp4=film", "left:left.mp4 is passed over", "last=word"],
  });
});

test("what nobody can read is answered by the fallback with its status", async () => {
  const post = async (body: string, type: string) => {
    const init = { method: "POST", body, headers: { "content-type": type } };
    const answer = await fetch(`${site.url}/echo/1`, init);
    return [answer.status, await answer.text()];
  };
  assert.deepEqual(await post("{", "application/json"), [400, "400 at /echo/1"]);
  assert.deepEqual(await post("x", "text/x-other"), [415, "415 at /echo/1"]);
  const large = "x".repeat(2_000_000);
  assert.equal((await post(large, "application/x-www-form-urlencoded"))[0], 413);
  assert.equal((await fetch(`${site.url}/nowhere`)).status, 404);
  const broken = await fetch(`${site.url}/broken`);
  assert.deepEqual([broken.status, await broken.text()], [500, "500 at /broken"]);
  assert.match(String(troubles.at(-1)), /a secret reason/);
});

test("a file is sent whole, in ranges, or not at all when it is known (RFC 9110)", async () => {
  const get = async (headers: Record<string, string>, method = "GET") => {
    const answer = await fetch(`${site.url}/film`, { headers, method });
    return [answer.status, await answer.text(), answer.headers.get("content-range")];
  };
  assert.deepEqual(await get({}), [200, "0123456789abcdef", null]);
  assert.deepEqual(await get({ range: "bytes=4-7" }), [206, "4567", "bytes 4-7/16"]);
  assert.deepEqual(await get({ range: "bytes=12-" }), [206, "cdef", "bytes 12-15/16"]);
  assert.deepEqual(await get({ range: "bytes=-2" }), [206, "ef", "bytes 14-15/16"]);
  assert.deepEqual(await get({ range: "bytes=16-" }), [416, "", "bytes */16"]);
  assert.deepEqual(await get({ range: "bytes=0-1,4-5" }), [200, "0123456789abcdef", null]);
  assert.deepEqual(await get({ range: "bytes=4-7", "if-range": '"old"' }), [
    200,
    "0123456789abcdef",
    null,
  ]);
  assert.deepEqual(await get({ "if-none-match": '"tag"' }), [304, "", null]);
  const head = await fetch(`${site.url}/film`, { method: "HEAD" });
  assert.equal(head.headers.get("content-length"), "16");
});

test("a cut upload gives the route what came before", async () => {
  const { port } = new URL(site.url);
  const socket = connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  socket.write(
    "PATCH /count HTTP/1.1\r\nhost: x\r\ncontent-type: application/offset+octet-stream\r\n" +
      "content-length: 1000\r\n\r\nabc",
  );
  while (heard === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  socket.destroy();
  assert.equal(await heard, 3);
});

test("a path that begins with two slashes is no host of its own", async () => {
  const { port } = new URL(site.url);
  const asked = request({ port, host: "127.0.0.1", path: "//evil.example/echo" });
  asked.end();
  const [answer] = await once(asked, "response");
  assert.equal(answer.statusCode, 404);
});

async function plainOf({ body }: SiteRequest): Promise<unknown> {
  if (body.kind === "fields") return { kind: body.kind, fields: [...body.fields] };
  if (body.kind === "bytes") {
    const hash = createHash("sha256");
    for await (const chunk of body.bytes) hash.update(chunk);
    return { kind: body.kind, bytes: hash.digest("hex") };
  }
  if (body.kind !== "parts") return body;
  const parts: string[] = [];
  for await (const part of body.parts) {
    if (part.kind === "field") parts.push(`${part.name}=${part.value}`);
    else if (part.name === "left") parts.push(`left:${part.fileName} is passed over`);
    else parts.push(`${part.name}:${part.fileName}=${await textOf(part.bytes)}`);
  }
  return { kind: body.kind, parts };
}

async function jsonOf(answer: Response): Promise<Record<string, unknown>> {
  return (await answer.json()) as Record<string, unknown>;
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function countUntilCut(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let count = 0;
  try {
    for await (const chunk of bytes) count += chunk.length;
  } catch {
    // The other side went away, as it should.
  }
  return count;
}

async function* read(from: number, to: number): AsyncGenerator<Uint8Array> {
  yield film.subarray(from, to);
}
