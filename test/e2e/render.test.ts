import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { decodeFilm, loudness, mouthPixels } from "../../scripts/bench/film.ts";
import { idleFrames } from "../../scripts/bench/idle.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "frontdesk-render-test-"));

after(() => rmSync(folder, { recursive: true, force: true }));

test("frontdesk render gives the same film every time, sound and loop from 0 on", async () => {
  const [one, two] = [join(folder, "one.mp4"), join(folder, "two.mp4")];
  const speech = ["render", "anna", "--text", "Papa may buy a map.", "--no-captions"];
  for (const out of [one, two]) {
    await run("scripts/frontdesk", [...speech, "--tier", "360p", "--out", out]);
  }
  assert.deepEqual(readFileSync(one), readFileSync(two));
  const film = await decodeFilm(one);
  const heard = loudness(film.sound, 40).findIndex((level) => level > 0.01);
  assert(heard >= 0 && heard <= 3, `first sound in frame ${heard}`);
  const moved = mouthPixels(film, await idleFrames("360p")).map((pixels) => pixels > 60);
  assert(moved.filter(Boolean).length > 8, "the mouth moves");
  assert.equal(moved.at(-1), false, "the mouth is closed at the end");
});

test("frontdesk render films a sound file to its end", async () => {
  const tone = join(folder, "tone.wav");
  const bursts = "sin(2*PI*440*t)*lt(mod(t\\,1)\\,0.5)*0.5";
  const source = ["-f", "lavfi", "-i", `aevalsrc=${bursts}:s=16000:d=3`];
  await run("ffmpeg", ["-v", "error", "-y", ...source, tone]);
  const out = join(folder, "tone.mp4");
  await run("scripts/frontdesk", [
    ...["render", "anna", "--audio", tone, "--tier", "360p", "--out", out],
  ]);
  const { frames } = await decodeFilm(out);
  assert(frames.length >= 75, `${frames.length} frames`);
});

test("frontdesk render says what is wrong and leaves no file", async () => {
  const out = join(folder, "wrong.mp4");
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [["bob", "--text", "x"], /Cannot open avatar bob .*manifest.json is missing/],
    [["anna"], /either --text or --audio/],
    [["anna", "--audio", "README.md"], /Cannot read sound README.md/],
    [["anna", "--text", "x", "--voice", "nobody"], /Cannot speak with voice "nobody"/],
  ];
  for (const [words, message] of wrong) {
    const command = ["render", ...words, "--out", out];
    await assert.rejects(run("scripts/frontdesk", command), (error: { stderr: string }) => {
      assert.match(error.stderr, message);
      return true;
    });
    assert(!existsSync(out) && !existsSync(`${out}.part`), "no file is left");
  }
});
