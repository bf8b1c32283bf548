import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { decodeFilm, loudness } from "../../scripts/bench/film.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "frontdesk-demo-test-"));

after(() => rmSync(folder, { recursive: true, force: true }));

test("frontdesk demo films a greeting that can be seen and heard, and ends", async () => {
  const film = join(folder, "greeting.mp4");
  const { stdout } = await run("scripts/frontdesk", [
    ...["demo", "--display", "memory", "--audio", "silent", "--tier", "360p"],
    ...["--text", "Good morning.", "--record", film],
  ]);
  assert.match(stdout, /greeting: completed/);
  const { width, height, sound } = await decodeFilm(film);
  assert.deepEqual([width, height], [360, 640]);
  assert(Math.max(...loudness(sound, 40)) > 0.01, "it can be heard");
  const picture = readFileSync(join(folder, "greeting.png"));
  assert.equal(picture.subarray(1, 4).toString("latin1"), "PNG");
});

test("frontdesk demo ends with the reason when the greeting cannot be spoken", async () => {
  const flags = ["--display", "memory", "--audio", "silent", "--tier", "360p"];
  const demo = ["demo", ...flags, "--voice", "nobody", "--record", join(folder, "none.mp4")];
  await assert.rejects(run("scripts/frontdesk", demo), (error: { stdout: string }) => {
    assert.match(error.stdout, /greeting: failed\n.*VOICE_FAILED: .*nobody.*should be one of/);
    return true;
  });
});

test("frontdesk says what is wrong with its options", async () => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [["run", "--tier", "4k"], /Allowed choices are 360p, 540p, 720p, 1080p/],
    [["run", "--seconds", "soon"], /a number of seconds greater than 0/],
    [["run", "--config", "/no/such.json"], /Cannot read configuration .*no such file/],
    [["run", "--device", "A B"], /\/device: must match pattern/],
    [["sing"], /unknown command 'sing'/],
    [["say", "hi", "--broker", "mqtt://127.0.0.1:1"], /Cannot reach broker at mqtt:/],
  ];
  for (const [words, message] of wrong) {
    await assert.rejects(run("scripts/frontdesk", words), (error: { stderr: string }) => {
      assert.match(error.stderr, message);
      return true;
    });
  }
});
