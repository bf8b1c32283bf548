import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { writePackage } from "../unit/package.ts";

const place = mkdtempSync(join(tmpdir(), "frontdesk-avatar-test-"));
const folder = join(place, "small");
before(() => writePackage(folder));
after(() => rmSync(place, { recursive: true, force: true }));

test("frontdesk avatar keygen, sign, verify, pack and info work on a package", async () => {
  const key = join(place, "maker.pem");
  const { output: made } = await avatar("keygen", "--out", key);
  const signer = /for avatar.signers: (\S{44})\n$/.exec(made)?.[1] ?? "";
  await avatar("sign", folder, "--key", key);
  const archive = join(place, "small.fda");
  await avatar("pack", folder, "--out", archive);
  const verified = await avatar("verify", archive, "--signer", signer, "--json");
  assert.equal(verified.status, 0);
  const verdict = JSON.parse(verified.output);
  assert.deepEqual(verdict.files, { "shared.part": "whole", "360p.tier": "whole" });
  assert.deepEqual(verdict.signed.trusted, [signer]);
  const { output } = await avatar("info", archive);
  assert.match(output, /^Small \(small\), generic, format 1\n/);
  assert.match(output, /actions: nod 0.1 s\nposes that are held: nod\n/);
});

test("frontdesk render films a package in one file, whatever it is called", async () => {
  const [archive, film] = [join(place, "renamed.fda"), join(place, "small.mp4")];
  await avatar("pack", folder, "--out", archive);
  const words = ["render", archive, "--text", "Hi.", "--tier", "360p", "--out", film];
  const { stdout } = await promisify(execFile)("scripts/frontdesk", words);
  assert.match(stdout, /small.mp4: \d+ frames\n$/);
});

test("frontdesk avatar verify ends with 1 and names the damage", async () => {
  const file = join(folder, "360p.tier");
  const whole = readFileSync(file);
  const changed = Buffer.from(whole);
  changed[changed.length - 1]! ^= 1;
  writeFileSync(file, changed);
  const { status, output } = await avatar("verify", folder);
  assert.equal(status, 1);
  assert.match(output, /360p.tier +360p.tier has SHA-256 [0-9a-f]{64}, manifest says/);
  writeFileSync(file, whole);
});

test("frontdesk avatar preview draws rest and actions", async () => {
  const out = join(place, "small.png");
  assert.equal((await avatar("preview", folder, "--out", out)).status, 0);
  assert.equal(readFileSync(out).toString("latin1", 1, 4), "PNG");
});

test("frontdesk avatar build says what it needs before it begins", async () => {
  const name = ["--type", "instant", "--name", "A", "--out", join(place, "a")];
  const { complaint } = await avatar("build", ...name);
  assert.match(complaint, /it should be one of TAKE, --photo and --material$/m);
  const none = await avatar("build", "none.mp4", ...name);
  assert.match(none.complaint, /Cannot read none.mp4: there is no such file$/m);
  const huge = await avatar("build", join(folder, "360p.tier"), ...name, "--tiers", "4k");
  assert.match(huge.complaint, /Cannot build 4k: tiers are 360p, 540p, 720p, 1080p$/m);
});

interface Ended {
  readonly status: number;
  readonly output: string;
  readonly complaint: string;
}

async function avatar(...words: readonly string[]): Promise<Ended> {
  try {
    const ended = await promisify(execFile)("scripts/frontdesk", ["avatar", ...words]);
    return { status: 0, output: ended.stdout, complaint: ended.stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, output: stdout, complaint: stderr };
  }
}
