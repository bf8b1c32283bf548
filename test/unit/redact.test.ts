import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { packBundle } from "../../runtime/diagnostics/bundle.ts";
import { finding } from "../../runtime/diagnostics/finding.ts";
import { Redactor } from "../../runtime/diagnostics/redact.ts";

/** Fifty secrets of different kinds: the secret, and how it stands in a text or a value. */
const seeds: readonly (readonly [secret: string, put: unknown])[] = [
  ["hunter22", "mqtt://kiosk:hunter22@broker:1883"],
  ["p%40ss-w0rd", "connect to mqtts://user:p%40ss-w0rd@10.0.0.5:8883/x failed"],
  ["tok3nOnly", "https://tok3nOnly@git.example/x.git"],
  ["Xk29fjQ0", "password=Xk29fjQ0"],
  ["Zm4ckkL1", "PASSWORD: Zm4ckkL1, next"],
  ["quoted secret 1", 'password="quoted secret 1"'],
  ["quoted secret 2", "passwd: 'quoted secret 2'"],
  ["jsonSecret3", '{"password":"jsonSecret3"}'],
  ["jsonSecret4", '{"db_password": "jsonSecret4", "x": 1}'],
  ["opt-secret-5", "mosquitto_pub -h x -P opt-secret-5 -t y"],
  ["opt-secret-6", "tool --password opt-secret-6 --verbose"],
  ["opt-secret-7", "tool --token=opt-secret-7"],
  ["phrase8words", "passphrase=phrase8words"],
  ["4711-9", "pin=4711-9"],
  ["bearer10token", "Authorization: Bearer bearer10token"],
  ["dXNlcjpwYXNzMTE=", "authorization: Basic dXNlcjpwYXNzMTE="],
  ["bearer12token", "got bearer bearer12token from"],
  ["sid=cookie13", "Cookie: theme=dark; sid=cookie13"],
  ["sess14ion", "Set-Cookie: id=sess14ion; HttpOnly"],
  ["apikey15", "x-api-key: apikey15"],
  ["apikey16", "api_key=apikey16"],
  ["apikey17", "APIKEY=apikey17"],
  ["client18", "client_secret=client18"],
  ["access19", "https://x.example/?access_key=access19&y=1"],
  ["token20", "https://x.example/?token=token20"],
  ["sig21abc", "https://blob.example/f?se=1&sig=sig21abc"],
  ["AKIAIOSFODNN7EXAMPLE", "used AKIAIOSFODNN7EXAMPLE for it"],
  ["wJalrXUtnFEMIK7MDENG", "aws_secret_access_key = wJalrXUtnFEMIK7MDENG"],
  ["ghp_abcdefghijklmnopqrst0123", "ghp_abcdefghijklmnopqrst0123"],
  ["github_pat_11ABCDEFG0123456789ab", "push with github_pat_11ABCDEFG0123456789ab"],
  ["glpat-abcdefghij0123456789", "glpat-abcdefghij0123456789"],
  ["xoxb-1234567890-abcdef", "slack xoxb-1234567890-abcdef"],
  ["AIzaSyA1234567890abcdefghijklmnopqrstuv", "AIzaSyA1234567890abcdefghijklmnopqrstuv"],
  ["ya29.a0AfH6SMBabcdefghijkl", "ya29.a0AfH6SMBabcdefghijkl"],
  ["sk_live_0123456789abcdef", "sk_live_0123456789abcdef"],
  ["npm_abcdefghijklmnopqrstuvwxyz012345", "npm_abcdefghijklmnopqrstuvwxyz012345"],
  ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"],
  ["AGE-SECRET-KEY-1QQPQ", "AGE-SECRET-KEY-1QQPQ"],
  ["MIIEpAIBAAKCAQEA39", pem("RSA PRIVATE KEY", "MIIEpAIBAAKCAQEA39")],
  ["MIGHAgEAMBMGByqG40", pem("PRIVATE KEY", "MIGHAgEAMBMGByqG40")],
  ["b3BlbnNzaC1rZXk41", `-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk41`],
  ["$6$salt$hashhashhash42", "root:$6$salt$hashhashhash42:19000:0"],
  ["$7$101$abcdefgh43ijklmnop", "kiosk:$7$101$abcdefgh43ijklmnop"],
  ["value44", { password: "value44" }],
  ["value45", { broker: { credentials: { user: "value45" } } }],
  ["value46", { headers: { authorization: "value46" } }],
  ["value47", { sessionToken: "value47", list: [{ apiKey: "value47" }] }],
  ["wifi-psk-48", { network: { psk: "wifi-psk-48" } }],
  ["known49value", "the broker said known49value and left"],
  ["known 50/value", "in a query: known%2050%2Fvalue; plain: known 50/value"],
];

const known = ["known49value", "known 50/value"];

test("there are 50 different secrets, and each is where it was put", () => {
  assert.equal(new Set(seeds.map(([secret]) => secret)).size, 50);
  for (const [secret, put] of seeds) {
    const text = typeof put === "string" ? put : JSON.stringify(put);
    assert.ok(text.includes(secret), secret);
  }
});

for (const [secret, put] of seeds) {
  test(`Redactor takes out ${secret.slice(0, 14)}`, () => {
    const told = JSON.stringify(new Redactor(known).value({ put, list: [put], [String(put)]: 1 }));
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) {
      assert.ok(!told.includes(form), told);
    }
  });
}

test("none of 50 secrets is in a bundle, wherever it was put", () => {
  const puts = seeds.map(([, put]) => put);
  const texts = puts.map((put) => (typeof put === "string" ? put : JSON.stringify(put)));
  const content = {
    "config.json": { puts },
    "journal.txt": texts.join("\n"),
    "trace.json": texts.map((reason) => ({ area: "fleet", kind: "disconnected", reason })),
    "findings.json": texts.map((reason) => finding("BROKER_TCP", { reason })),
  };
  const bundle = gunzipSync(packBundle(content, new Redactor(known))).toString("latin1");
  const found = seeds.map(([secret]) => secret).filter((secret) => bundle.includes(secret));
  assert.deepEqual(found, []);
});

test("what is no secret stays", () => {
  const redactor = new Redactor(known);
  for (const text of [
    "connect ECONNREFUSED 127.0.0.1:1883",
    "mqtt://127.0.0.1:1883",
    "fleet: disconnected after 30 s, session 42",
    "Cannot open audio device hw:0,0: busy",
  ]) {
    assert.equal(redactor.text(text), text);
  }
  const config = { passwordFile: "/run/credentials/x", signers: [], tier: "720p", authentic: true };
  assert.deepEqual(redactor.value(config), config);
});

function pem(kind: string, body: string): string {
  return `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----`;
}
