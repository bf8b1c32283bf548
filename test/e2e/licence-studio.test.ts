import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { parseConfig } from "../../config/config.ts";
import { httpsEnquiry } from "../../drivers/enquiry/https.ts";
import { type Lease, writeLease } from "../../runtime/content/licence/lease.ts";
import { askStudio } from "../../runtime/content/licence/studio.ts";
import { Cabinet } from "../../scripts/licence/cabinet.ts";
import { openStudio } from "../../scripts/studio/open.ts";
import { serveStudio } from "../../scripts/studio/serve.ts";
import { dayMs } from "../support/licences.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-licences-"));
const licenceKey = join(folder, "studio.pem");
const state = join(folder, "studio");
const command = join(import.meta.dirname, "../../scripts/frontdesk");
const trace = { note: () => {} };
const stop = new AbortController();
let signer = "";
let url = "";
let code = "";
let served: Promise<void>;

before(async () => {
  const made = await promisify(execFile)(command, ["licence", "keygen", "--out", licenceKey]);
  signer = /licence\.signers: (\S+)$/m.exec(made.stdout)?.[1] ?? "";
  code = await testPool();
  const place = { state, host: "127.0.0.1", port: 0, behindProxy: false, licenceKey };
  await new Promise<void>((resolve, reject) => {
    served = serveStudio(
      { ...place, repository: join(state, "none") },
      trace,
      stop.signal,
      (at) => {
        url = at;
        resolve();
      },
    );
    served.catch(reject);
  });
});
after(async () => {
  stop.abort();
  await served;
  rmSync(folder, { recursive: true, force: true });
});

/** An administrator gives test licences; the code of their pool. */
async function testPool(): Promise<string> {
  await using opened = await openStudio({ state }, trace);
  const { people, licences } = opened.studio;
  const nowMs = Date.now();
  const found = await people.found(
    {
      ...{ accountName: "Studio", timeZone: "UTC", email: "ada@example.org", name: "Ada" },
      passwordHash: "none",
    },
    nowMs,
  );
  assert("id" in found);
  const { id: userId, accountId } = found;
  const act = { actor: { userId, role: "administrator", accountId }, nowMs } as const;
  assert.equal(await licences.grantTest(act, accountId), true);
  const [pool] = await licences.pools(act, accountId);
  return pool?.code ?? "";
}

function configOf(device: string) {
  return { device, state: join(folder, device), licence: { signers: [signer], url } };
}

/** What a device gets that asks with the code, or to renew; or the code of the refusal. */
async function ask(device: string, by: string | null): Promise<Lease | string> {
  const cabinet = await Cabinet.open(parseConfig(configOf(device), "a test"));
  const never = new AbortController().signal;
  const answer = await askStudio(httpsEnquiry(), url, await cabinet.request(by), never);
  if ("code" in answer) return answer.code;
  return cabinet.install(writeLease(answer.lease), "the answer");
}

test("a studio's test licences are for ten devices and thirty days", async () => {
  const names = Array.from({ length: 11 }, (_, at) => `kiosk-${at}`);
  const given: (Lease | string)[] = [];
  for (const name of names) given.push(await ask(name, code));
  const leases = given.filter((one) => typeof one !== "string");
  assert.equal(leases.length, 10);
  assert.equal(given.at(-1), "NO_SEAT");
  assert(leases.every(({ test }) => test));
  const days = leases.map(({ expiresMs, issuedMs }) => (expiresMs - issuedMs) / dayMs);
  assert(
    days.every((one) => one > 29.9 && one <= 30),
    `${days}`,
  );
  assert.notEqual(typeof (await ask("kiosk-3", code)), "string", "again takes no second seat");
  assert.notEqual(typeof (await ask("kiosk-3", null)), "string", "and renews");
  assert.equal(await ask("kiosk-3", "AAAA-AAAA-AAAA-AAAA"), "WRONG_CODE");
});

test("a request that was carried there is answered once, and its lease is installed", async () => {
  const file = join(folder, "config.json");
  writeFileSync(file, JSON.stringify({ ...configOf("kiosk-0"), device: "kiosk-0" }));
  const run = (...args: string[]) =>
    promisify(execFile)(command, ["licence", ...args, "--config", file]);
  const { stdout: body } = await run("request", code, "--json");
  const post = () =>
    fetch(`${url}/api/v1/licences/activate`, {
      ...{ method: "POST", body },
      headers: { "content-type": "application/json" },
    });
  const first = await post();
  assert.equal(first.status, 200);
  const { lease } = (await first.json()) as { lease: Lease };
  const second = await post();
  assert.deepEqual(
    [second.status, ((await second.json()) as { code: string }).code],
    [409, "REPLAYED"],
  );
  const brought = join(folder, "frontdesk-lease.json");
  writeFileSync(brought, JSON.stringify(lease));
  assert.match((await run("install", brought)).stdout, /^kiosk-0 has a test lease until 20/);
  assert.match((await run("status")).stdout, /^licence {3}it holds/);
});
