import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { CommandLog } from "../../scripts/native/command.ts";
import { makeOnce } from "../../scripts/native/stamp.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-stamp-"));
after(() => rmSync(folder, { recursive: true }));

test("makeOnce() makes a piece again only for other inputs or a lost output", async () => {
  const output = join(folder, "output");
  let made = 0;
  const make = async (...inputs: string[]): Promise<boolean> => {
    const write = async () => writeFileSync(output, String(++made));
    return makeOnce({ name: "piece", inputs, outputs: [output], make: write }, folder);
  };
  assert.equal(await make("a", "b"), true);
  assert.equal(await make("a", "b"), false);
  assert.equal(await make("ab", ""), true);
  rmSync(output);
  assert.equal(await make("ab", ""), true);
  assert.equal(made, 3);
});

test("makeOnce() leaves no stamp for a piece that failed or made nothing", async () => {
  const output = join(folder, "nothing");
  const piece = { name: "nothing", inputs: ["a"], outputs: [output], make: async () => {} };
  await assert.rejects(makeOnce(piece, folder), {
    message: `Cannot build nothing: ${output} was not made`,
  });
  assert.equal(existsSync(join(folder, "nothing")), false);
});

test("CommandLog.run() fails with the status and the last words of the program", async () => {
  const log = new CommandLog(join(folder, "log"));
  const script = "echo first; echo last words >&2; exit 3";
  await assert.rejects(log.run("sh", ["-c", script]), {
    message: `Cannot run sh: it ended with status 3, see ${log.file}\nfirst\nlast words`,
  });
  await assert.rejects(log.run("no-such-program", []), /Cannot run no-such-program: .*ENOENT/);
});
