import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { startPostgres } from "../../scripts/bench/postgres-server.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-serve-"));
after(() => rmSync(folder, { recursive: true }));

const password = "nine lives of a cat\n";
const ada = ["--email", "ada@example.org", "--name", "Ada"];

for (const kind of ["sqlite", "postgres"] as const) {
  test(`${kind}: from an empty machine to an order by the command line`, async () => {
    await using parts = new AsyncDisposableStack();
    const state = join(folder, kind);
    const database = kind === "sqlite" ? [] : ["--database", await freshPostgres(parts)];
    const place = ["--state", state, ...database];
    const founded = frontdesk(["studio", "user", "add", ...place, ...ada]);
    assert.equal(founded, "Ada is administrator of Studio\n");
    const url = await serve(parts, [...place, "--port", "0"]);
    const home = { HOME: state };
    const server = ["--server", url, "--email", "ada@example.org"];
    const signed = frontdesk(["studio", "sign-in", ...server], home);
    assert.equal(signed, "Signed in as Ada, administrator\n");
    const kept = join(state, ".config/frontdesk/studio.json");
    assert.equal(statSync(kept).mode & 0o777, 0o600);
    const [id = ""] = frontdesk(["studio", "order", "avatar-photo-instant=2"], home).split(" ");
    frontdesk(["studio", "call", "orders.confirm", `id=${id}`], home);
    const quotas = JSON.parse(frontdesk(["studio", "call", "quotas.list"], home));
    assert.deepEqual(
      quotas.map(({ kind, state }: { kind: string; state: string }) => `${kind} ${state}`),
      ["photo unused", "photo unused"],
    );
    const token = JSON.parse(readFileSync(kept, "utf8")).token;
    frontdesk(["studio", "call", "tokens.end"], home);
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await fetch(`${url}/api/v1/me`, { headers })).status, 401);
  });
}

test("with a certificate of its own a studio speaks TLS, and keeps cookies to it", async () => {
  await using parts = new AsyncDisposableStack();
  const [cert, key] = [join(folder, "studio.crt"), join(folder, "studio.key")];
  const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const named = ["-nodes", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync("openssl", [...made, ...named, "-keyout", key, "-out", cert], { stdio: "ignore" });
  const state = join(folder, "tls");
  const url = await serve(parts, ["--state", state, "--port", "0", "--cert", cert, "--key", key]);
  assert.match(url, /^https:/);
  const told = execFileSync("curl", ["-si", "--cacert", cert, `${url}/sign-in`], {
    encoding: "utf8",
  });
  assert.match(told, /set-cookie: frontdesk_visit=\w+;[^\n]*HttpOnly; Secure; SameSite=Lax/i);
  assert.match(told, /strict-transport-security: max-age=31536000/i);
});

test("a password that is too short founds nothing", () => {
  const state = join(folder, "short");
  assert.throws(
    () => frontdesk(["studio", "user", "add", "--state", state, ...ada], {}, "short\n"),
    /it has 5 characters, at least 15 are due/,
  );
});

function frontdesk(args: readonly string[], env: object = {}, input = password): string {
  const options = { env: { ...process.env, ...env }, input, timeout: 60_000 };
  return execFileSync("node", ["scripts/frontdesk.ts", ...args], { ...options, encoding: "utf8" });
}

/** Starts `frontdesk studio serve` and gives its address once it answers. */
async function serve(parts: AsyncDisposableStack, args: readonly string[]): Promise<string> {
  const child = spawn("node", ["scripts/frontdesk.ts", "studio", "serve", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  parts.defer(async () => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const [code] = await ended;
    assert.equal(code, 0, "it ends when it is told to");
  });
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /^The studio is at (\S+)$/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error("Cannot serve: it ended before it answered");
}

async function freshPostgres(parts: AsyncDisposableStack): Promise<string> {
  const server = await startPostgres({ durable: false });
  parts.use(server);
  return server.fresh();
}
