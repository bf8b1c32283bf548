import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { promisify } from "node:util";
import { RunningKiosk } from "../../scripts/bench/kiosk.ts";
import { startBroker } from "../../scripts/demo/broker.ts";

const run = promisify(execFile);

test("the README's examples of jobs work as they stand there", async () => {
  await using broker = await startBroker();
  await using kiosk = await RunningKiosk.start(broker.url, [
    ...["--display", "memory", "--audio", "silent", "--tier", "360p"],
  ]);
  for (const example of examples("jobs")) {
    const command = example
      .replaceAll("/demo/", `/${kiosk.device}/`)
      .replaceAll("--device demo", `--device ${kiosk.device} --broker ${broker.url}`)
      .replaceAll(/^(mosquitto_\w+)/gm, `$1 -p ${broker.port}`);
    const { stdout } = await run("sh", ["-euc", command]);
    if (/^mosquitto_rr|^npx/.test(example)) assert.match(stdout, /queued|completed/, example);
  }
});

/** The commands of the README's block that is marked with `name`, one with its continued lines. */
function examples(name: string): string[] {
  const readme = readFileSync("README.md", "utf8");
  const block = new RegExp(`<!-- example: ${name} -->\n\`\`\`sh\n([\\s\\S]*?)\`\`\``).exec(readme);
  assert(block?.[1], `README.md has an example "${name}"`);
  return block[1].split(/\n(?=\S)/).map((command) => command.trim());
}
