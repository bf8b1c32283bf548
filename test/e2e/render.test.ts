import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { joined } from "../../config/sound.ts";
import { decodeFilm, loudness, mouthPixels } from "../../scripts/bench/film.ts";
import { idleFrames } from "../../scripts/bench/idle.ts";
import { noises, sampled, vowel } from "../support/noises.ts";
import { wavFile } from "../support/sounds.ts";

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

test("frontdesk render films a sound file to its end, the mouth with its voice alone", async () => {
  const file = join(folder, "said.wav");
  const rateHz = 16_000;
  const noise = sampled(noises.hiss!, 1, rateHz);
  const pause = sampled(noises.silence!, 0.5, rateHz);
  const pcm = joined(noise, pause, vowel(0.4, rateHz), pause, noise);
  writeFileSync(file, wavFile({ pcm, rateHz }));
  const out = join(folder, "said.mp4");
  await run("scripts/frontdesk", [
    ...["render", "anna", "--audio", file, "--tier", "360p", "--out", out],
  ]);
  const film = await decodeFilm(out);
  assert(film.frames.length >= 85, `${film.frames.length} frames`);
  const moved = mouthPixels(film, await idleFrames("360p"))
    .slice(0, 85)
    .flatMap((pixels, frame) => (pixels > 60 ? [frame] : []));
  assert(moved.length >= 8, `moved in ${moved}`);
  const [first, last] = [moved[0]!, moved.at(-1)!];
  // 1.5 s to 1.9 s; lips get ready before the sound, and are shut 120 ms after it.
  assert(first >= 34 && last <= 51, `moved in ${moved}`);
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
