import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { holdPlace } from "../../scripts/studio/place.ts";
import { writePackage } from "../unit/package.ts";

const place = mkdtempSync(join(tmpdir(), "frontdesk-repo-test-"));
const folder = join(place, "repository");
const keys = join(place, "keys");
const safe = join(place, "safe");
before(() => writePackage(join(place, "small")));
after(() => rmSync(place, { recursive: true, force: true }));

test("frontdesk studio repo makes, fills, signs from a safe, rotates and checks", async () => {
  const made = await repo("init", folder, "--keys", keys, "--days", "timestamp=30");
  assert.equal(made.output, "published: root 1, timestamp 1, snapshot 1, targets 1\n");
  assert.equal(statSync(join(keys, "root.pem")).mode & 0o777, 0o600);
  await repo("add", folder, join(place, "small"), "1.0.0", "--keys", keys);
  mkdirSync(safe);
  renameSync(join(keys, "targets.pem"), join(safe, "targets.pem"));
  renameSync(join(keys, "root.pem"), join(safe, "root.pem"));
  const waiting = await repo("remove", folder, "small", "1.0.0", "--keys", keys);
  assert.match(waiting.output, /^targets 3 has 0 of 1 signatures; keys that may: [0-9a-f]{8}\n/);
  const [request, signatures] = [join(place, "request.json"), join(place, "signatures.json")];
  await repo("request", folder, "--out", request);
  const signed = await repo("sign", request, "--key", safe, "--out", signatures);
  assert.match(signed.output, /^targets 3, to \S+, 0 files; keys that may: \S+\n1 signatures in /);
  const brought = await repo("sign", folder, "--signatures", signatures, "--keys", keys);
  assert.equal(brought.output, "published: root 1, timestamp 3, snapshot 3, targets 3\n");
  const second = join(safe, "root-2.pem");
  await repo("keygen", "--out", second);
  const half = second.replace(".pem", ".pub.pem");
  const more = ["--role", "root", "--add", half, "--threshold", "2"];
  const rotated = await repo("rotate", folder, ...more, "--keys", keys, safe);
  assert.match(rotated.output, /^published: root 2, /);
  const checked = await repo("check", folder);
  assert.equal(checked.status, 0);
  assert.match(checked.output, /root +2 +for 365 days\n +timestamp +4 +for 30 days\n/);
  assert.match(checked.output, /0 files of 0 releases\nthe repository is whole\n$/);
});

test("frontdesk studio repo says what is wrong", async () => {
  const again = await repo("init", folder, "--keys", keys);
  assert.match(
    again.output,
    /Cannot make repository: there is one already, an empty folder is due/,
  );
  const nowhere = await repo("check", join(place, "nowhere"));
  assert.match(nowhere.output, /nowhere: it should be a folder with a repository.json\n$/);
  const odd = await repo("init", join(place, "odd"), "--keys", keys, "--threshold", "roof=2");
  assert.match(odd.output, /Cannot read threshold roof=2: it should be like root=2\n$/);
  const unasked = await repo("request", folder, "--out", join(place, "none.json"));
  assert.match(unasked.output, /nothing waits for any\n$/);
  await using _held = await holdPlace(folder);
  const busy = await repo("renew", folder, "--keys", keys);
  assert.match(busy.output, /Cannot change .*repository: process \d+ has it, try again later\n$/);
  assert.deepEqual(
    [again, nowhere, odd, unasked, busy].map(({ status }) => status),
    [1, 1, 1, 1, 1],
  );
});

async function repo(...words: string[]) {
  try {
    const ended = await promisify(execFile)("scripts/frontdesk", ["studio", "repo", ...words]);
    return { status: 0, output: ended.stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, output: stdout + stderr };
  }
}
