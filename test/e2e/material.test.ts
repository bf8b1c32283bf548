import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Takes } from "../../scripts/bench/takes.ts";
import { BuildSteps } from "../support/build-steps.ts";

const root = mkdtempSync(join(tmpdir(), "frontdesk-material-"));
const steps = new BuildSteps(root);
const wallColour = "0xE2E5EA";
let takes: Takes;
before(() => {
  takes = new Takes(root);
});
after(() => rmSync(root, { recursive: true }));

describe("A take without idle clip and matte", () => {
  test("is brought into the shape of a tier, around the face", () => {
    const take = takes.make("wide", {
      picture: "pad=800:640:300:0:0xE2E5EA,fps=30",
    });
    const work = steps.order("wide", { take });
    const told = steps.run<Check>(work, "check");
    assert.deepEqual(told.size, [360, 640]);
    assert.equal(told.frames, 315);
    const [x = 0] = told.crop;
    assert(Math.abs(x - 302) < 24, `crop begins at ${x}`);
    assert(told.checks.some(({ code, outcome }) => code === "SHAPE" && outcome === "warned"));
  });

  test("gives a loop of its silence, maps of its face, a matte of its backdrop", () => {
    const work = steps.order("plain", { take: takes.good });
    steps.run(work, "check");
    const loop = steps.run<Loop>(work, "loop");
    assert.equal(loop.source, "take");
    assert(loop.frames >= 100 && loop.frames <= 300, `loop has ${loop.frames} frames`);
    assert(loop.first + loop.frames <= 6.1 * 25, "the loop lies in the silence");
    assert(loop.blinks >= 1, "a blink is kept");
    assert(loop.jump < 4, `the joint is ${loop.jump} times the usual step`);
    const track = steps.run<Track>(work, "track");
    assert(track.trusted > 0.98, `${track.trusted} of the frames are trusted`);
    assert(Math.hypot(track.ellipse[0]! - 180, track.ellipse[1]! - 225) < 12, `${track.ellipse}`);
    const matte = steps.run<Matte>(work, "matte");
    assert.equal(matte.kind, "keyed");
    const off = matte.backdrop.map((level, at) => Math.abs(level - [226, 229, 234][at]!));
    assert(Math.max(...off) < 5, `backdrop is ${matte.backdrop}`);
  });

  test("is opaque before an uneven backdrop, unless that is shown alone", () => {
    const pattern = "if(gt(lum(X,Y),205),90+60*sin(X/9)*cos(Y/11),lum(X,Y))";
    const picture = `geq=lum='${pattern}':cb='cb(X,Y)':cr='cr(X,Y)'`;
    const take = takes.make("uneven", { picture });
    const work = steps.order("uneven", { take });
    steps.run(work, "check");
    steps.run(work, "loop");
    const matte = steps.run<Matte>(work, "matte");
    assert.equal(matte.kind, "opaque");
    assert.match(matte.why, /neither flat nor smooth/);
    const plate = join(root, "plate.png");
    const wall = ["-f", "lavfi", "-i", `color=${wallColour}:s=360x640,format=yuv420p,${picture}`];
    ffmpeg([...wall, "-frames:v", "1", plate]);
    const document = JSON.parse(readFileSync(join(work, "build.json"), "utf8"));
    writeFileSync(join(work, "build.json"), JSON.stringify({ ...document, plate }));
    const keyed = steps.run<Matte>(work, "matte");
    assert.equal(keyed.kind, "keyed", keyed.why);
  });

  test("is refused when no silence is long enough, with the reason as data", () => {
    const take = takes.make("short-silence", {
      picture: "trim=3,setpts=PTS-STARTPTS",
      sound: "atrim=3,asetpts=PTS-STARTPTS",
    });
    const { status, troubles } = steps.attempt(steps.order("short-silence", { take }), "check");
    assert.equal(status, 2);
    const refused = troubles.filter(({ severity }) => severity === "refused");
    assert.deepEqual(
      refused.map(({ code }) => code),
      ["SILENCE_SHORT"],
    );
    assert.match(refused[0]?.advice ?? "", /ten seconds/);
  });
});

describe("An idle clip", () => {
  test("that joins is kept as it is; one that does not is led back", () => {
    const idle = takes.make("idle", { words: ["-t", "6.0", "-an"] });
    const work = steps.order("faded", { take: takes.good, idle });
    steps.run(work, "check");
    const loop = steps.run<Loop>(work, "loop");
    assert.equal(loop.source, "idle");
    assert(loop.frames >= 100 && existsSync(loop.video));
    const there = takes.make("there", {
      picture: "trim=0:2.6,setpts=PTS-STARTPTS",
      words: ["-an"],
    });
    const back = join(root, "back.mp4");
    const both = "[0:v]split[a][b];[b]reverse[r];[a][r]concat=n=2";
    ffmpeg(["-i", there, "-filter_complex", both, "-c:v", "libx264", "-crf", "10", back]);
    const ellipse = [180, 226, 70, 50];
    const again = steps.order("joined", { take: takes.good, idle: back, ellipse });
    steps.run(again, "check");
    const whole = steps.run<Loop>(again, "loop");
    assert.deepEqual(
      steps.run<Track>(again, "track").ellipse,
      ellipse,
      "a hand-given place is kept",
    );
    assert.equal(whole.fade, 0);
    assert(whole.frames >= 100, `${whole.frames} frames`);
  });

  test("of another size is refused", () => {
    const idle = takes.make("larger", { picture: "scale=540:960", words: ["-t", "5", "-an"] });
    const { status, troubles } = steps.attempt(
      steps.order("sizes", { take: takes.good, idle }),
      "check",
    );
    assert.equal(status, 2);
    assert(troubles.some(({ code }) => code === "CLIP_SIZE"));
  });
});

describe("A photo", () => {
  test("keeps places that are given by hand, in the part that is used", () => {
    const photo = takes.still("wide-photo", 1, "pad=720:640:180:0:0xE2E5EA,scale=1440:1280");
    const eye = { left_eye: [658, 330], right_eye: [776, 330] };
    const mouth = { mouth_left: [664, 454], mouth_right: [770, 454] };
    const lips = { upper_lip: [718, 446], lower_lip: [718, 470] };
    const work = steps.order("by-hand", { photo, landmarks: { ...eye, ...mouth, ...lips } });
    const check = steps.run<Check & { landmarks: Record<string, readonly number[]> }>(
      work,
      "check",
    );
    const [left = 0] = check.crop;
    assert.deepEqual(check.size, [720, 1280]);
    assert.deepEqual(check.landmarks.left_eye, [658 - left, 330]);
  });

  test("idles, blinks and speaks; its maps are exact", () => {
    const photo = takes.still("photo", 1);
    const work = steps.order("photo", { photo });
    const check = steps.run<Check & { take: string; idle: string }>(work, "check");
    steps.run(work, "photo");
    const loop = steps.run<Loop>(work, "loop");
    assert.equal(loop.frames, 150);
    assert.equal(loop.fade, 0);
    assert(loop.jump < 2, `the joint is ${loop.jump} times the usual step`);
    assert.equal(loop.blinks, 2);
    const track = steps.run<Track>(work, "track");
    assert.equal(track.trusted, 1);
    assert(openings(check.take) > 20, "the mouth opens and closes again and again");
  });
});

interface Check {
  readonly size: readonly [number, number];
  readonly frames: number;
  readonly crop: readonly number[];
  readonly checks: readonly { readonly code: string; readonly outcome: string }[];
}

interface Loop {
  readonly video: string;
  readonly source: string;
  readonly first: number;
  readonly frames: number;
  readonly fade: number;
  readonly jump: number;
  readonly blinks: number;
}

interface Track {
  readonly trusted: number;
  readonly ellipse: readonly number[];
}

interface Matte {
  readonly kind: string;
  readonly why: string;
  readonly backdrop: readonly number[];
}

/** How often the middle of a film's mouth goes from light to dark. */
function openings(film: string): number {
  const part = "crop=20:24:170:226,scale=1:1:flags=area";
  const words = ["-v", "error", "-i", film, "-vf", part, "-f", "rawvideo", "-pix_fmt", "gray", "-"];
  const levels = [...execFileSync("ffmpeg", words)];
  const middle = [...levels].sort((a, b) => a - b)[Math.floor(levels.length / 2)]!;
  const dark = levels.map((level) => level < middle - 12);
  return dark.filter((now, at) => now && !dark[at - 1]).length;
}

function ffmpeg(words: readonly string[]): void {
  execFileSync("ffmpeg", ["-v", "error", "-nostdin", "-y", ...words]);
}
