import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { Upload } from "tus-js-client";
import { film } from "../support/anna.ts";
import { ServedConsole } from "../support/console.ts";
import { until } from "../support/until.ts";

let served: ServedConsole;
let bearer: Record<string, string>;

before(async () => {
  served = await ServedConsole.open();
  bearer = { authorization: `Bearer ${await served.token("customer")}` };
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
    `authorization: ${bearer.authorization}`,
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
      headers: bearer,
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
  assert.equal((await fetch(place, { method: "HEAD", headers: tus() })).status, 404);
  const other = await begin("photo", "face.jpg", 100);
  assert.equal((await patch(other, 50, Buffer.alloc(10))).status, 409);
  assert.equal((await fetch(other, { method: "HEAD", headers: bearer })).status, 412);
  assert.equal((await fetch(other, { method: "DELETE", headers: tus() })).status, 204);
  assert.equal((await fetch(other, { method: "HEAD", headers: tus() })).status, 404);
  const stranger = await fetch(other, { method: "HEAD", headers: { "tus-resumable": "1.0.0" } });
  assert.equal(stranger.status, 401);
});

function tus(): Record<string, string> {
  return { ...bearer, "tus-resumable": "1.0.0" };
}

function beginRaw(purpose: string, name: string, bytes: number): Promise<Response> {
  const encoded = (text: string) => Buffer.from(text).toString("base64");
  const metadata = `filename ${encoded(name)},purpose ${encoded(purpose)}`;
  const headers = { ...tus(), "upload-length": String(bytes) };
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
  return fetch(place, { method: "PATCH", headers: { ...tus(), ...type }, body });
}

async function offsetOf(place: string): Promise<number> {
  const answer = await fetch(place, { method: "HEAD", headers: tus() });
  return Number(answer.headers.get("upload-offset"));
}
