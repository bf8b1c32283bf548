import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

test("holdTerminal() says why where standard input is no virtual terminal", () => {
  const driver = pathToFileURL(resolve("drivers/display/terminal.ts")).href;
  const native = JSON.stringify(resolve("build/native"));
  const script = `
    const { holdTerminal } = await import("${driver}");
    console.log(holdTerminal(${native}));
  `;
  const { stdout } = spawnSync(process.execPath, ["--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  assert.match(stdout, /^standard input is no virtual terminal: /);
});
