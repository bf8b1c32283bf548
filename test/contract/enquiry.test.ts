import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createPlain, type RequestListener } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { httpsEnquiry } from "../../drivers/enquiry/https.ts";
import { ScriptedEnquiry } from "../../drivers/enquiry/scripted.ts";
import { Authority } from "../support/authority.ts";
import { enquiryContract, script, silentPath } from "./enquiry.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-enquiry-"));
const authority = new Authority(folder);
const { keyFile, certFile } = authority.issue("studio");
const asked: string[] = [];
const answer: RequestListener = async (request, response) => {
  asked.push(Buffer.concat(await request.toArray()).toString());
  const { status, body } = script[request.url ?? ""] ?? { status: 404, body: Buffer.from("") };
  if (request.url !== silentPath) response.writeHead(status, { location: "/good" }).end(body);
};
const secure = createSecure({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, answer);
const plain = createPlain(answer);
before(async () => {
  for (const server of [secure, plain]) await once(server.listen(0, "127.0.0.1"), "listening");
});
after(() => {
  for (const server of [secure, plain]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});
const never = new AbortController().signal;

enquiryContract("https", {
  enquiry: () => httpsEnquiry({ caFile: authority.caFile }),
  base: () => `https://127.0.0.1:${portOf(secure)}`,
  asked: () => asked,
  gone: "https://127.0.0.1:9/",
});

enquiryContract("loopback", {
  enquiry: () => httpsEnquiry(),
  base: () => `http://127.0.0.1:${portOf(plain)}`,
  asked: () => asked,
  gone: "http://127.0.0.1:9/",
});

const scripted = new ScriptedEnquiry((path) => {
  if (path === silentPath) return "silent";
  return script[path] ?? "unreachable";
});

enquiryContract("scripted", {
  enquiry: () => scripted,
  base: () => "https://studio.example",
  asked: () => scripted.asked.map(({ question }) => Buffer.from(question).toString()),
  gone: "https://studio.example/gone",
});

test("https: a stranger is not asked, nor anybody over plain http elsewhere", async () => {
  const before = asked.length;
  const base = `https://127.0.0.1:${portOf(secure)}`;
  const asking = httpsEnquiry().ask(`${base}/good`, Buffer.from("{}"), 1_000, never);
  await assert.rejects(asking, /^Error: Cannot ask https:\/\/127.*(certificate|signed)/);
  const open = httpsEnquiry().ask("http://127.0.0.1.example/", Buffer.from("{}"), 1_000, never);
  await assert.rejects(open, /^RangeError: Cannot ask http:.*: it should be https$/);
  assert.equal(asked.length, before);
});

test("https: a server that says nothing is given up", async () => {
  const base = `http://127.0.0.1:${portOf(plain)}`;
  const asking = httpsEnquiry({ msMax: 50 }).ask(
    `${base}${silentPath}`,
    Buffer.from("{}"),
    1_000,
    never,
  );
  await assert.rejects(asking, /^Error: Cannot ask http:.*: no answer within 50 ms$/);
});

function portOf(server: Pick<Server, "address">): number {
  return (server.address() as AddressInfo).port;
}
