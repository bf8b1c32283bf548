import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Authority } from "../support/authority.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-upload-"));
const authority = new Authority(folder);
const { keyFile, certFile } = authority.issue("files");
const got: string[] = [];
const server = createServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) });
server.on("request", async (request, response) => {
  const chunks = await request.toArray();
  const body = Buffer.concat(chunks).toString();
  got.push(`${request.method} ${request.url} ${request.headers["content-type"]} ${body}`);
  if (request.url === "/moved") response.writeHead(307, { location: "/taken" });
  else response.writeHead(request.url === "/taken" ? 201 : 403);
  response.end();
});
before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("https: put() hands the bytes over with their type", async () => {
  assert.equal(await put("/taken"), "");
  assert.deepEqual(got, ["PUT /taken image/jpeg AB"]);
});

test("https: a refusal and a redirection are refusals, and nobody is followed", async () => {
  got.length = 0;
  assert.match(await put("/forbidden"), /Cannot send to https:\/\/127.0.0.1:\d+: answer is 403/);
  assert.match(await put("/moved"), /answer is 307/);
  assert.equal(got.length, 2);
});

test("https: an unknown server, none at all, and plain http are errors", async () => {
  assert.match(await put("/taken", {}), /fetch failed/);
  assert.match(await run("https://127.0.0.1:9/"), /fetch failed/);
  assert.match(await run("http://127.0.0.1:9/"), /Cannot send to http:.*: it should be https/);
});

/** In a process of its own: whom Node trusts is settled when it starts. */
function put(path: string, trust: NodeJS.ProcessEnv = extraAuthority()): Promise<string> {
  return run(`https://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, trust);
}

function extraAuthority(): NodeJS.ProcessEnv {
  return { NODE_EXTRA_CA_CERTS: authority.caFile };
}

function run(url: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const program = `
    import { httpsUpload } from "./drivers/upload/https.ts";
    await httpsUpload().put(${JSON.stringify(url)}, Buffer.from("AB"), "image/jpeg");`;
  const args = ["--input-type=module", "-e", program];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env }, (error, _, stderr) => resolve(error ? stderr : ""));
  });
}
