import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { limits } from "../../config/limits.ts";
import { allowedMedia } from "../../drivers/media/allowed.ts";
import { type Media, MediaError } from "../../drivers/media/media.ts";
import { memoryMedia } from "../../drivers/media/memory.ts";

const never = new AbortController().signal;
const sound = Uint8Array.from({ length: 20_000 }, (_, at) => at % 251);

let folder = "";
let files = "";
let web = "";
const server = createServer((request, response) => {
  if (request.url === "/sounds/a.wav") response.end(sound);
  else if (request.url === "/sounds/moved.wav") {
    response.writeHead(302, { location: "/other/b.wav" }).end();
  } else if (request.url === "/sounds/endless.wav") pour();
  else if (request.url === "/sounds/silent.wav") response.write(sound.subarray(0, 10));
  else response.writeHead(404).end("no");

  function pour(): void {
    while (!response.destroyed && response.write(new Uint8Array(256 * 1024))) {}
    response.once("drain", pour);
  }
});

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "frontdesk-media-"));
  await mkdir(join(folder, "sounds"));
  await writeFile(join(folder, "sounds/a.wav"), sound);
  await writeFile(join(folder, "secret.wav"), sound);
  await symlink(join(folder, "secret.wav"), join(folder, "sounds/link.wav"));
  files = `${pathToFileURL(join(folder, "sounds")).href}/`;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  web = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sounds/`;
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

/** What every Media keeps; `place` is where `a.wav` lies. */
function mediaSuite(name: string, open: () => { media: Media; place: string }): void {
  test(`${name}: a sound comes whole and in order`, async () => {
    const { media, place } = open();
    assert.deepEqual(await read(media, `${place}a.wav`), sound);
  });

  test(`${name}: one that is not there is AUDIO_UNREACHABLE and named`, async () => {
    const { media, place } = open();
    await assert.rejects(read(media, `${place}b.wav`), (error) => {
      assert.ok(error instanceof MediaError);
      assert.equal(error.code, "AUDIO_UNREACHABLE");
      assert.ok(error.message.startsWith(`Cannot open sound ${place}b.wav: `), error.message);
      return true;
    });
  });

  test(`${name}: abort ends it without an error`, async () => {
    const { media, place } = open();
    const abort = new AbortController();
    for await (const _ of media.open(`${place}a.wav`, abort.signal)) abort.abort();
  });
}

mediaSuite("files", () => ({ media: allowedMedia([files]), place: files }));
mediaSuite("web", () => ({ media: allowedMedia([web]), place: web }));
mediaSuite("memory", () => ({ media: memoryMedia({ "m:a.wav": sound }), place: "m:" }));

test("what is not below an allowed URL is refused before anything is opened", async () => {
  const media = allowedMedia([files, web]);
  for (const url of [
    `${files}../secret.wav`,
    `${files}%2e%2e/secret.wav`,
    `${files}link.wav`,
    files.replace("/sounds/", "/sounds2/a.wav"),
    web.replace("/sounds/", "/other/b.wav"),
    web.replace("http:", "https:"),
    web.replace("127.0.0.1", "127.0.0.1.nip.example"),
    web.replace("http://", "http://user@"),
    "data:audio/wav;base64,AAAA",
    "no URL",
  ]) {
    await assert.rejects(read(media, url), { code: "AUDIO_NOT_ALLOWED" }, url);
  }
  await assert.rejects(read(allowedMedia([]), `${files}a.wav`), /allowed are URLs below none$/);
});

test("a redirection is not followed", async () => {
  const wanted = { code: "AUDIO_UNREACHABLE", message: /answer is 302, an answer without redir/ };
  await assert.rejects(read(allowedMedia([web]), `${web}moved.wav`), wanted);
});

test("a sound without end is cut off, one that falls silent is given up", async () => {
  const media = allowedMedia([web], 100);
  const endless = {
    code: "AUDIO_TOO_LARGE",
    message: new RegExp(`${limits.audioBytesMax} bytes$`),
  };
  await assert.rejects(read(media, `${web}endless.wav`), endless);
  const silent = { code: "AUDIO_UNREACHABLE", message: /nothing came for 100 ms$/ };
  await assert.rejects(read(media, `${web}silent.wav`), silent);
});

async function read(media: Media, url: string): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat(await Array.fromAsync(media.open(url, never))));
}
