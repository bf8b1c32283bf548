import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { NetworkReach } from "../../drivers/reach/network.ts";
import type { Target } from "../../drivers/reach/reach.ts";
import { examine } from "../../runtime/diagnostics/examine.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";
import { goodWorld } from "../support/world.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-reach-"));
after(() => rmSync(folder, { recursive: true }));

const topics = { subscribe: ["frontdesk/1/lobby/speech/submit"], publish: "frontdesk/1/lobby/x" };

/** Codes that the doctor finds on the way to a real broker. */
async function codes(target: Partial<Target> & { readonly url: string }): Promise<string[]> {
  const reached = await new NetworkReach().look({ device: "lobby", ...topics, ...target });
  const clock = { synced: true, wallMs: Date.now(), server: undefined };
  return examine(await goodWorld({ clock }, { reached })).map(({ code }) => code);
}

test("a name that nobody has is BROKER_DNS", async () => {
  assert.deepEqual(await codes({ url: "mqtt://nobody.invalid:1883" }), ["BROKER_DNS"]);
});

test("a port that nobody listens on is BROKER_TCP", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  assert.deepEqual(await codes({ url: `mqtt://127.0.0.1:${port}` }), ["BROKER_TCP"]);
});

test("a broker without TLS where TLS is due is BROKER_TLS", async () => {
  await using broker = await startBroker();
  assert.deepEqual(await codes({ url: `mqtts://127.0.0.1:${broker.port}` }), ["BROKER_TLS"]);
});

test("a wrong password is BROKER_REFUSED", async () => {
  const passwords = join(folder, "passwords");
  execFileSync("mosquitto_passwd", ["-b", "-c", passwords, "lobby", "right"]);
  const config = ["allow_anonymous false", `password_file ${passwords}`];
  await using broker = await startBroker({ config });
  const login = { url: broker.url, username: "lobby" };
  assert.deepEqual(await codes({ ...login, password: "wrong" }), ["BROKER_REFUSED"]);
  assert.deepEqual(await codes({ ...login, password: "right" }), []);
});

test("own topics that may not be written are BROKER_ACL_PUBLISH", async () => {
  await using broker = await withRights("topic read frontdesk/1/lobby/#");
  assert.deepEqual(await codes({ url: broker.url }), ["BROKER_ACL_PUBLISH"]);
});

test("own topics that may not be read are BROKER_ACL_SUBSCRIBE", async () => {
  // Mosquitto's own rule files grant every subscription; its plugin refuses.
  const rules = join(folder, "dynamic.json");
  const allowed = ["publishClientSend", "publishClientReceive"];
  const acls = allowed.map((acltype) => ({ acltype, topic: "#", allow: true }));
  const defaultACLAccess = Object.fromEntries(
    [...allowed, "unsubscribe"].map((key) => [key, true] as const),
  );
  const plain = {
    anonymousGroup: "all",
    defaultACLAccess: { ...defaultACLAccess, subscribe: false },
  };
  const groups = [{ groupname: "all", roles: [{ rolename: "write" }] }];
  writeFileSync(
    rules,
    JSON.stringify({ ...plain, clients: [], groups, roles: [{ rolename: "write", acls }] }),
  );
  const [plugin] = execFileSync("sh", ["-c", "ls /usr/lib/*/mosquitto_dynamic_security.so"], {
    encoding: "utf8",
  }).split("\n");
  const config = [`plugin ${plugin}`, `plugin_opt_config_file ${rules}`];
  await using broker = await startBroker({ config });
  assert.deepEqual(await codes({ url: broker.url }), ["BROKER_ACL_SUBSCRIBE"]);
});

test("a certificate is judged by its dates", async () => {
  const day = 24 * 3600_000;
  const at = (days: number) => new Date(Date.now() + days * day);
  for (const [from, until, code] of [
    [-10, -1, ["BROKER_CERTIFICATE_EXPIRED"]],
    [2, 60, ["BROKER_CERTIFICATE_EARLY"]],
    [-10, 5, ["BROKER_CERTIFICATE_ENDS"]],
    [-10, 90, []],
  ] as const) {
    const authority = certificate(at(from), at(until));
    await using broker = await withTls();
    const url = `mqtts://127.0.0.1:${broker.port}`;
    assert.deepEqual(await codes({ url, authority }), code, `${from} to ${until} days`);
  }
});

test("a certificate of a stranger is BROKER_TLS", async () => {
  certificate(new Date(Date.now() - 1000), new Date(Date.now() + 90 * 24 * 3600_000));
  await using broker = await withTls();
  assert.deepEqual(await codes({ url: `mqtts://127.0.0.1:${broker.port}` }), ["BROKER_TLS"]);
});

test("a server that knows another time is BOARD_CLOCK_SKEWED, by NTP or by a Date", async () => {
  await using broker = await startBroker();
  for (const [aheadMs, code] of [
    [60_000, ["BOARD_CLOCK_SKEWED"]],
    [-60_000, ["BOARD_CLOCK_SKEWED"]],
    [0, []],
  ] as const) {
    await using ntp = await timeServer(aheadMs);
    const target = { url: broker.url, timeSources: [ntp.url] };
    assert.deepEqual(await codes(target), code, `NTP ${aheadMs} ms ahead`);
    await using web = await webServer(aheadMs);
    const reached = { url: broker.url, timeSources: [`ntp://127.0.0.1:9`, web.url] };
    assert.deepEqual(await codes(reached), code, `HTTPS ${aheadMs} ms ahead`);
  }
});

test("without anybody who knows the time there is a reason, not a finding", async () => {
  await using broker = await startBroker();
  const look = (timeSources: readonly string[]) =>
    new NetworkReach().look({ url: broker.url, device: "lobby", ...topics, timeSources });
  const [none, deaf] = await Promise.all([look([]), look(["ntp://127.0.0.1:9"])]);
  assert.match(JSON.stringify(none.clock), /nobody to ask: see fleet.timeSource/);
  assert.match(JSON.stringify(deaf.clock), /ntp:\/\/127.0.0.1:9: (no answer|.*ECONNREFUSED)/);
});

/** Answers by SNTP (RFC 4330) with a clock of its own. */
async function timeServer(aheadMs: number): Promise<AsyncDisposable & { readonly url: string }> {
  const socket = createSocket("udp4");
  socket.on("message", (question, { port, address }) => {
    const answer = Buffer.alloc(48);
    answer[0] = 0x24;
    answer[1] = 2;
    question.copy(answer, 24, 40, 48);
    const seconds = (Date.now() + aheadMs) / 1e3 + 2_208_988_800;
    for (const at of [32, 40]) {
      answer.writeUInt32BE(Math.floor(seconds), at);
      answer.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), at + 4);
    }
    socket.send(answer, port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const url = `ntp://127.0.0.1:${socket.address().port}`;
  const stop = () => new Promise<void>((resolve) => socket.close(() => resolve()));
  return { url, [Symbol.asyncDispose]: stop };
}

async function webServer(aheadMs: number): Promise<AsyncDisposable & { readonly url: string }> {
  certificate(new Date(Date.now() - 1000), new Date(Date.now() + 90 * 24 * 3600_000));
  const [key, cert] = ["key.pem", "cert.pem"].map((name) => readFileSync(join(folder, name)));
  const server = createHttpsServer({ key: key!, cert: cert! }, (_, response) => {
    response.setHeader("date", new Date(Date.now() + aheadMs).toUTCString());
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `https://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop };
}

/** Writes a self-signed certificate for 127.0.0.1 and gives its PEM. */
function certificate(from: Date, until: Date): string {
  const stamp = (date: Date) => `${date.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
  const [key, request] = [join(folder, "key.pem"), join(folder, "request.pem")];
  const [file, extensions] = [join(folder, "cert.pem"), join(folder, "extensions")];
  const pair = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  execFileSync(
    "openssl",
    ["req", "-new", ...pair, "-keyout", key, "-out", request, "-subj", "/CN=x"],
    quiet,
  );
  writeFileSync(extensions, "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:TRUE\n");
  writeFileSync(join(folder, "ca.cnf"), caConfig());
  writeFileSync(join(folder, "index.txt"), "");
  writeFileSync(join(folder, "serial"), "01\n");
  execFileSync(
    "openssl",
    [
      ...["ca", "-batch", "-selfsign", "-config", join(folder, "ca.cnf"), "-keyfile", key],
      ...["-in", request, "-out", file, "-extfile", extensions, "-notext"],
      ...["-startdate", stamp(from), "-enddate", stamp(until)],
    ],
    quiet,
  );
  return readFileSync(file, "utf8");
}

const quiet = { stdio: "ignore" } as const;

function caConfig(): string {
  return [
    "[ca]",
    "default_ca = own",
    "[own]",
    `database = ${folder}/index.txt`,
    `serial = ${folder}/serial`,
    `new_certs_dir = ${folder}`,
    "default_md = sha256",
    "policy = any",
    "[any]",
    "commonName = supplied",
    "",
  ].join("\n");
}

async function withTls(): Promise<Broker> {
  const config = [`certfile ${folder}/cert.pem`, `keyfile ${folder}/key.pem`];
  return startBroker({ config });
}

async function withRights(...lines: readonly string[]): Promise<Broker> {
  const file = join(folder, "rights");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return startBroker({ config: [`acl_file ${file}`] });
}
