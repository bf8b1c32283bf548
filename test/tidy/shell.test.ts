import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const skip = existsSync("/usr/bin/shellcheck") ? false : "shellcheck is not installed";

test("shell scripts pass shellcheck", { skip }, () => {
  const tracked = execFileSync("git", ["grep", "-lIE", "^#!/bin/(ba)?sh"], {
    cwd: root,
    encoding: "utf8",
  });
  const scripts = tracked.trim().split("\n");
  assert.ok(scripts.includes("scripts/setup.sh"));
  const { stdout, status } = spawnSync("shellcheck", scripts, { cwd: root, encoding: "utf8" });
  assert.equal(status, 0, stdout);
});
