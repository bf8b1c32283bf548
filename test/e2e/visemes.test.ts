import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import sharp from "sharp";
import { joined } from "../../config/sound.ts";
import { visemes } from "../../runtime/mouth/viseme.ts";
import { noises, sampled, vowel } from "../support/noises.ts";
import { encoded, wavFile } from "../support/sounds.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-visemes-"));
after(() => rmSync(folder, { recursive: true }));

test("visemes of any sound file: a table, JSON for each frame, and a picture", async () => {
  const files = {
    "8.wav": wavFile({ pcm: said(8_000), rateHz: 8_000 }),
    "96.wav": wavFile({ pcm: said(96_000), rateHz: 96_000, channels: 2 }),
    "48.flac": encoded(wavFile({ pcm: said(48_000), rateHz: 48_000 }), "flac"),
    "22.mp3": encoded(wavFile({ pcm: said(22_050), rateHz: 22_050 }), "mp3"),
    "44.ogg": encoded(wavFile({ pcm: said(44_100), rateHz: 44_100 }), "ogg"),
  };
  for (const [name, bytes] of Object.entries(files)) {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    const { status, stdout, stderr } = frontdesk("visemes", file, "--json");
    assert.equal(status, 0, stderr);
    const heard = JSON.parse(stdout) as Reading;
    assert.equal(heard.fps, 25);
    assert.equal(heard.posteriors.length, heard.visemes.length);
    for (const row of heard.posteriors) {
      assert.equal(row.length, visemes.length);
      assert(Math.abs(row.reduce((sum, chance) => sum + chance, 0) - 1) < 2e-3);
    }
    const open = heard.visemes.flatMap((viseme, frame) => (viseme === "aa" ? [frame] : []));
    assert(open.length >= 8 && open.length <= 12, `${name}: ${heard.visemes}`);
    assert(Math.abs(open[0]! - 12) <= 2, `${name} opens in frame ${open[0]}`);
  }
  const picture = join(folder, "plot.png");
  const { stdout } = frontdesk("visemes", join(folder, "8.wav"), "--plot", picture);
  assert.match(stdout, /^ +0\.\d\d +0\.\d\d {2}aa/m);
  const { width, height } = await sharp(picture).metadata();
  assert(width > 300 && height > 200, `${width} x ${height}`);
});

test("visemes of sound and its text are those of the text", () => {
  const file = join(folder, "said.wav");
  execFileSync("espeak-ng", ["-v", "en-us", "-w", file, "Maybe Bob may buy my map."]);
  const { stdout, stderr } = frontdesk("visemes", file, "--text", "Maybe Bob may buy my map.");
  const closures = [...stdout.matchAll(/ PP /g)];
  assert.equal(closures.length, 8, stdout + stderr);
  assert.match(complaint("visemes", file, "--text", "See the geese."), /its misfit is \d/);
});

test("visemes says what is wrong with a file", () => {
  const text = join(folder, "text.wav");
  writeFileSync(text, "no sound at all");
  const empty = join(folder, "empty.wav");
  writeFileSync(empty, wavFile({ pcm: new Int16Array(0), rateHz: 16_000 }));
  assert.match(complaint("visemes", join(folder, "none.wav")), /there is no such file/);
  assert.match(complaint("visemes", folder), /it is no file/);
  assert.match(complaint("visemes", text), /text\.wav: .*WAV, FLAC, MP3 or Ogg/);
  assert.match(complaint("visemes", empty), /empty\.wav: /);
});

test("bench mouth scores a set for us and for the peers that are there", () => {
  const set = join(folder, "set");
  mkdirSync(join(set, "wav"), { recursive: true });
  writeFileSync(join(set, "wav/a.wav"), wavFile({ pcm: said(16_000), rateHz: 16_000 }));
  const segments = [
    [0, 0.5, "sil"],
    [0.5, 0.9, "aa"],
    [0.9, 1.4, "sil"],
  ];
  writeFileSync(
    join(set, "truth.json"),
    JSON.stringify({ a: { group: "vowels", dur: 1.4, segments } }),
  );
  const { status, stdout, stderr } = frontdesk("bench", "mouth", "--set", set);
  assert.equal(status, 0, stderr);
  const systems = stdout.split("\n").filter((line) => line.includes("CPU seconds a second"));
  const named = ["speech model", "energy gate", "wawa-lipsync"];
  for (const [at, name] of named.entries()) assert(systems[at]?.startsWith(name), systems[at]);
  const ours = /^\| vowels +\| 1 +\| (\d\.\d+)/m.exec(stdout)?.[1];
  assert(Number(ours) > 0.8, `accuracy ${ours}`);
});

test("bench mouth says what is wrong with a set", () => {
  const set = join(folder, "broken");
  mkdirSync(set);
  const bench = ["bench", "mouth", "--set", set] as const;
  assert.match(complaint(...bench), /truth\.json: there is no such file/);
  writeFileSync(join(set, "truth.json"), "{");
  assert.match(complaint(...bench), /truth\.json: .*JSON/);
  writeFileSync(join(set, "truth.json"), "{}");
  assert.match(complaint(...bench), /names no clip/);
  writeFileSync(join(set, "truth.json"), JSON.stringify({ a: { group: "x", dur: 1 } }));
  assert.match(complaint(...bench), /a\.wav: there is no such file/);
  mkdirSync(join(set, "wav"));
  writeFileSync(join(set, "wav/a.wav"), "");
  assert.match(complaint(...bench), /segments of clip a should be/);
});

interface Reading {
  readonly fps: number;
  readonly visemes: readonly string[];
  readonly posteriors: readonly (readonly number[])[];
}

/** Half a second of silence, 0.4 s of an open vowel, silence. */
function said(rateHz: number): Int16Array {
  const pause = sampled(noises.silence!, 0.5, rateHz);
  return joined(pause, vowel(0.4, rateHz), pause);
}

function complaint(...words: readonly string[]): string {
  const { status, stderr } = frontdesk(...words);
  assert.equal(status, 1);
  return stderr;
}

function frontdesk(...words: readonly string[]) {
  return spawnSync(resolve("scripts/frontdesk"), words, { encoding: "utf8", timeout: 60_000 });
}
