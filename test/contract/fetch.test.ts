import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { anyFetch } from "../../drivers/fetch/any.ts";
import { FetchError, type FetchTrouble } from "../../drivers/fetch/fetch.ts";
import { fileFetch } from "../../drivers/fetch/file.ts";
import { HttpsFetch } from "../../drivers/fetch/https.ts";
import { ScriptedFetch } from "../../drivers/fetch/scripted.ts";
import { FileServer, type Treatment } from "../../scripts/bench/file-server.ts";
import { all, fetchContract, never, troubleOf } from "./fetch.ts";

const root = await mkdtemp(join(tmpdir(), "frontdesk-fetch-"));
const server = await FileServer.start();
const fetch = new HttpsFetch({ ca: server.ca });
const hasty = new HttpsFetch({ ca: server.ca, stallMsMax: 300, stallBytes: 64 });
after(async () => {
  fetch[Symbol.dispose]();
  hasty[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

fetchContract("https", async (file) => {
  server.files.set("a.bin", file);
  return {
    ...{ fetch, url: server.url("a.bin"), missing: server.url("none.bin") },
    replace: async (bytes) => void server.files.set("a.bin", bytes),
    async [Symbol.asyncDispose]() {},
  };
});

fetchContract("file", async (file) => {
  const path = join(await mkdtemp(join(root, "case-")), "a.bin");
  await writeFile(path, file);
  const files = anyFetch();
  return {
    ...{ fetch: files, url: pathToFileURL(path).href, missing: `${pathToFileURL(path).href}.none` },
    replace: (bytes) => writeFile(path, bytes),
    async [Symbol.asyncDispose]() {
      files[Symbol.dispose]();
    },
  };
});

fetchContract("scripted", async (file) => {
  const files: Record<string, Uint8Array> = { "https://a/a.bin": file };
  const scripted = new ScriptedFetch(files);
  return {
    ...{ fetch: scripted, url: "https://a/a.bin", missing: "https://a/none.bin" },
    replace: async (bytes) => scripted.put("https://a/a.bin", bytes),
    async [Symbol.asyncDispose]() {},
  };
});

const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => at % 251);

test("https: a range of another file is not taken for the rest of this one", async () => {
  const { tag } = await answered(undefined);
  server.files.set(
    "a.bin",
    bytes.map((byte) => byte + 1),
  );
  server.treat = () => ({ kind: "careless" });
  const got = await fetch.get(server.url("a.bin"), { bytesMax: 1e6, from: 10, tag }, never);
  assert.deepEqual([got.from, (await all(got))[0]], [0, 1]);
});

test("https: a server without ranges gives the whole file", async () => {
  server.files.set("a.bin", bytes);
  server.treat = () => ({ kind: "whole" });
  const got = await fetch.get(server.url("a.bin"), { bytesMax: 1e6, from: 10 }, never);
  assert.equal(got.from, 0);
  assert.ok((await all(got)).equals(bytes));
});

test("https: what came before a cut is given, then the cut is told", async () => {
  const large = Buffer.concat(Array(4).fill(bytes));
  server.files.set("a.bin", large);
  server.treat = () => ({ kind: "cut", afterBytes: 1_123_456 });
  const got = await fetch.get(server.url("a.bin"), { bytesMax: 2e6 }, never);
  let given = 0;
  const reading = (async () => {
    for await (const part of got.chunks) {
      given += part.length;
      // A taker that is slower than the network: the cut is known before all is taken.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  await assert.rejects(reading, troubleOf("FETCH_CUT"));
  assert.equal(given, 1_123_456);
});

test("https: a taker that takes its time is no stall", async () => {
  server.files.set("a.bin", bytes);
  server.treat = () => undefined;
  using short = new HttpsFetch({ ca: server.ca, stallMsMax: 1_500 });
  const got = await short.get(server.url("a.bin"), { bytesMax: 1e6 }, never);
  let given = 0;
  for await (const part of got.chunks) {
    if (given === 0) await new Promise((resolve) => setTimeout(resolve, 1_600));
    given += part.length;
  }
  assert.equal(given, bytes.length);
});

test("https: trouble by name", async () => {
  server.files.set("a.bin", bytes);
  const partial = (range: string) => answer(206, { "content-range": range });
  const troubles: readonly (readonly [Treatment, FetchTrouble])[] = [
    [{ kind: "endless" }, "FETCH_TOO_LARGE"],
    [answer(503, { "retry-after": "7" }), "FETCH_UNAVAILABLE"],
    [answer(429), "FETCH_UNAVAILABLE"],
    [answer(403), "FETCH_REFUSED"],
    [answer(410), "FETCH_REFUSED"],
    [answer(204), "FETCH_MALFORMED"],
    [answer(304), "FETCH_MALFORMED"],
    [answer(302, { location: "http://127.0.0.1/a" }), "FETCH_REDIRECTED"],
    [answer(302, { location: "file:///etc/passwd" }), "FETCH_REDIRECTED"],
    [answer(302, { location: "/a.bin" }), "FETCH_REDIRECTED"],
    [answer(200, { "content-encoding": "gzip" }), "FETCH_MALFORMED"],
    [partial("bytes 9-20/300000"), "FETCH_MALFORMED"],
    [partial("bytes 10-20/15"), "FETCH_MALFORMED"],
    [partial("lines 10-20/300000"), "FETCH_MALFORMED"],
    [answer(206), "FETCH_MALFORMED"],
  ];
  for (const [treatment, code] of troubles) {
    await assert.rejects(
      answered(treatment, 10).then(({ got }) => all(got)),
      troubleOf(code),
    );
  }
  await assert.rejects(answered(answer(503, { "retry-after": "7" })), (error) => {
    assert.ok(error instanceof FetchError);
    assert.deepEqual([error.status, error.retryAfterMs, error.retryable], [503, 7_000, true]);
    return true;
  });
});

test("https: a server that gives nothing, or next to nothing, has stalled", async () => {
  server.files.set("a.bin", bytes);
  for (const treatment of [{ kind: "stall", afterBytes: 10 }, { kind: "drip" }] as const) {
    server.treat = () => treatment;
    const asked = hasty.get(server.url("a.bin"), { bytesMax: 1e6 }, never).then(all);
    await assert.rejects(asked, troubleOf("FETCH_STALLED"));
  }
});

test("https: a redirection within https is followed", async () => {
  server.files.set("b.bin", bytes);
  server.treat = (path) => (path === "a.bin" ? answer(307, { location: "/b.bin" }) : undefined);
  const got = await fetch.get(server.url("a.bin"), { bytesMax: 1e6 }, never);
  assert.ok((await all(got)).equals(bytes));
});

test("https: who cannot prove to be the server, or is not there, is told apart", async () => {
  server.treat = () => undefined;
  using stranger = new HttpsFetch();
  const wish = { bytesMax: 1e6 };
  await assert.rejects(
    stranger.get(server.url("a.bin"), wish, never),
    troubleOf("FETCH_CERTIFICATE"),
  );
  await assert.rejects(
    fetch.get("https://127.0.0.1:1/a", wish, never),
    troubleOf("FETCH_UNREACHABLE"),
  );
  await assert.rejects(fetch.get("http://127.0.0.1/a", wish, never), troubleOf("FETCH_URL"));
  await assert.rejects(fetch.get("not a URL", wish, never), troubleOf("FETCH_URL"));
  await assert.rejects(fileFetch().get("https://a/b", wish, never), troubleOf("FETCH_URL"));
  await assert.rejects(
    fileFetch().get(pathToFileURL(root).href, wish, never),
    troubleOf("FETCH_REFUSED"),
  );
});

test("a URL's password and query do not stand in an error", () => {
  const { message } = new FetchError("FETCH_CUT", "https://me:pw@host/a?sig=s3cret#x", "it ended");
  assert.equal(message, "Cannot fetch https://host/a: it ended");
});

test("scripted: its mishaps come in order, once each", async () => {
  const scripted = new ScriptedFetch({ u: bytes }, [
    { kind: "unreachable" },
    { kind: "status", status: 503 },
    { kind: "cut", afterBytes: 5_000 },
    { kind: "endless" },
  ]);
  const ask = () => scripted.get("u", { bytesMax: bytes.length }, never).then(all);
  await assert.rejects(ask, troubleOf("FETCH_UNREACHABLE"));
  await assert.rejects(ask, troubleOf("FETCH_UNAVAILABLE"));
  await assert.rejects(ask, troubleOf("FETCH_CUT"));
  await assert.rejects(ask, troubleOf("FETCH_TOO_LARGE"));
  assert.ok((await ask()).equals(bytes));
  assert.equal(scripted.told.asked, 5);
});

async function answered(treatment: Treatment | undefined, from = 0) {
  server.files.set("a.bin", bytes);
  server.treat = () => treatment;
  const got = await fetch.get(server.url("a.bin"), { bytesMax: 1e6, from }, never);
  if (treatment === undefined) await all(got);
  return { got, tag: got.tag };
}

function answer(status: number, headers: Readonly<Record<string, string>> = {}): Treatment {
  return { kind: "answer", status, headers };
}
