import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { startBroker } from "../../scripts/demo/broker.ts";
import { until } from "../support/until.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-dead-"));
after(() => rmSync(folder, { recursive: true }));

const secrets = ["In-The-Url-77", "In-The-File-88"];
const left = join(folder, "run/dead");

test("a killed daemon leaves its last words, and no secret in any of them", async () => {
  await using broker = await startBroker();
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, `${secrets[1]}\n`);
  const config = join(folder, "config.json");
  writeFileSync(
    config,
    JSON.stringify({
      device: "dead",
      broker: { url: `mqtt://u:${secrets[0]}@127.0.0.1:${broker.port}`, passwordFile },
      state: join(folder, "state"),
      avatar: { tier: "360p" },
      display: { driver: "memory" },
      audio: { device: "silent" },
      // In the network without a password: refused, and the show goes on.
      page: { host: "0.0.0.0", port: 18_799 },
      log: "debug",
    }),
  );
  const env = { ...process.env, RUNTIME_DIRECTORY: join(folder, "run") };
  const child = spawn("scripts/frontdesk", ["run", "-c", config], { env });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      log += chunk;
    });
  }
  await until(() => existsSync(join(left, "picture-0.jpg")), "the first picture");
  assert.match(log, /Cannot serve the page on 0\.0\.0\.0: it has no page\.passwordFile/);
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;

  const doctor = spawnSync("scripts/frontdesk", ["doctor", "--json", "-c", config], {
    ...{ env, encoding: "utf8", timeout: 60_000 },
  });
  const { findings } = JSON.parse(doctor.stdout) as { findings: { code: string }[] };
  assert.ok(findings.some(({ code }) => code === "DAEMON_DIED"));
  assert.equal(doctor.status, 2);

  const file = join(folder, "bundle.tar.gz");
  const made = spawnSync("scripts/frontdesk", ["bundle", "-c", config, "--out", file], {
    ...{ env, encoding: "utf8", timeout: 60_000 },
  });
  assert.match(made.stdout, /bundle\.tar\.gz \(\d+\.\d MB\)/);
  const names = execFileSync("tar", ["tzf", file], { encoding: "utf8" }).split("\n");
  for (const name of ["trace.json", "daemon.json", "picture-0.png", "journal.txt"]) {
    assert.ok(names.includes(name), `${name} of ${names.join(" ")}`);
  }

  const bundle = gunzipSync(readFileSync(file)).toString("latin1");
  const words = ["daemon.json", "trace.json"].map((name) => readFileSync(join(left, name), "utf8"));
  const outputs = { log, bundle, doctor: doctor.stdout, words: words.join("") };
  for (const [output, text] of Object.entries(outputs)) {
    assert.ok(text.length > 100, output);
    assert.deepEqual(
      secrets.filter((secret) => text.includes(secret)),
      [],
      output,
    );
  }
});

test("a bundle goes where there is room when the disk is full", () => {
  const args = ["bundle", "--device", "dead", "--out", "/dev/full"];
  const { stdout, status } = spawnSync("scripts/frontdesk", args, {
    ...{ encoding: "utf8", timeout: 60_000 },
  });
  const [, place = ""] = /^(\S+) \(/.exec(stdout) ?? [];
  assert.equal(status, 0);
  assert.notEqual(place, "/dev/full");
  assert.ok(gunzipSync(readFileSync(place)).length > 1_000);
  rmSync(place);
});
