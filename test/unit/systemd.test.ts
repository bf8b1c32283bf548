import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

const units = join(import.meta.dirname, "../../systemd");
const services = ["frontdesk.service", "frontdesk-report@.service", "frontdesk-clean.service"];
const isAbsent = spawnSync("systemd-analyze", ["--version"]).status !== 0;
const options = { skip: isAbsent ? "systemd-analyze is not installed" : false };
/** A root that has the units and the programs that they start, for nothing may be missing. */
let root: string;

before(() => {
  root = mkdtempSync(join(tmpdir(), "frontdesk-units-"));
  const target = join(root, "usr/lib/systemd/system");
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(units).filter((file) => /\.(service|timer)$/.test(file))) {
    cpSync(join(units, name), join(target, name));
  }
});
after(() => rmSync(root, { recursive: true }));

test("the units are written as systemd understands them", options, () => {
  const copies = join(root, "usr/lib/systemd/system");
  const named = ["frontdesk.service", "frontdesk-clean.service", "frontdesk-clean.timer"];
  cpSync(join(copies, "frontdesk-report@.service"), join(copies, "frontdesk-report@x.service"));
  const files = [...named, "frontdesk-report@x.service"].map((name) => join(copies, name));
  const { stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", ...files], {
    encoding: "utf8",
  });
  // The programs are where the package puts them, which is not on this machine.
  const complaints = stderr.split("\n").filter((line) => line !== "" && !notHere.test(line));
  assert.deepEqual(complaints, []);
});

const notHere = /Command \/usr\/(?:bin|lib)\/frontdesk\S* is not executable/;

for (const name of services) {
  test(`${name} exposes no more than it must`, options, () => {
    const text = execFileSync(
      "systemd-analyze",
      ["security", "--offline=true", "--no-pager", "--json=off", join(units, name)],
      { encoding: "utf8" },
    );
    const level = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(text)?.[1]);
    assert.ok(level <= 2.5, `the exposure level of ${name} is ${level}, at most 2.5 is wanted`);
  });
}

test("a drop-in of a board fits onto the service", options, () => {
  const copies = join(root, "usr/lib/systemd/system");
  const folder = join(copies, "frontdesk.service.d");
  mkdirSync(folder);
  cpSync(join(units, "frontdesk.service.d/board.conf.example"), join(folder, "board.conf"));
  writeFileSync(join(copies, "getty@tty1.service"), "[Service]\nExecStart=/bin/true\n");
  const { stderr } = spawnSync(
    "systemd-analyze",
    ["verify", "--man=no", join(copies, "frontdesk.service")],
    { encoding: "utf8" },
  );
  const complaints = stderr.split("\n").filter((line) => line !== "" && !notHere.test(line));
  assert.deepEqual(complaints, []);
});
