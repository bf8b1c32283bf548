import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { samplesPerFrame } from "../../config/sound.ts";
import { openBytes } from "../../drivers/disk/memory.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { readInstant } from "../../runtime/avatar/instant.ts";
import { type Parts, readAllParts } from "../../runtime/avatar/parts.ts";
import { atOnce } from "../../runtime/avatar/slices.ts";
import { Stretch } from "../../runtime/avatar/stretch.ts";
import { readStudio } from "../../runtime/avatar/studio.ts";
import type { MouthTrack } from "../../runtime/mouth/track.ts";
import { Generator } from "../../runtime/stage/generator.ts";
import type { LipSync } from "../../runtime/stage/lip-sync.ts";
import { TrackMoment } from "../../runtime/stage/moment.ts";
import { Units } from "../../runtime/stage/units.ts";
import { hearTrack } from "../../scripts/avatar/hear-track.ts";
import { correlation } from "../../scripts/bench/likeness.ts";
import { Takes } from "../../scripts/bench/takes.ts";
import { BuildSteps } from "../support/build-steps.ts";

const root = mkdtempSync(join(tmpdir(), "frontdesk-lip-sync-"));
const steps = new BuildSteps(root);
after(() => rmSync(root, { recursive: true }));

/** The greeter's 12.6 s: six seconds of silence, then speech, of which the last is held out. */
describe("Mouths of a take", () => {
  let work: string;
  let patch: Patch;
  let track: MouthTrack;
  before(async () => {
    const take = new Takes(root).good;
    work = steps.order("mouths", { take, tiers: ["360p"], heldOutSeconds: 1, steps: 150 });
    for (const step of ["check", "loop", "track", "matte"]) steps.run(work, step);
    patch = steps.run<Patch>(work, "patch");
    track = await hearTrack(join(work, "check/audio.wav"));
  });

  test("are laid back into one pose, around the lips", () => {
    const [left, top, width, height] = patch.rect;
    assert.deepEqual(
      patch.rect.filter((value) => value % patch.grid !== 0),
      [],
      "every tier can divide it",
    );
    assert(left < 150 && left + width > 210, `it lies from ${left}, ${width} px wide`);
    assert(top > 175 && top < 215 && top + height > 240, `it lies from ${top}, ${height} px high`);
    assert.equal(patch.heldOut, 315 - 25);
    assert(track.length >= 315 && track.length === heard(work), "every frame is heard");
  });

  test("speak as the take does, by instant lip-sync", async () => {
    const told = steps.run<{ readonly units: number }>(work, "instant");
    const [voice, own] = [partsOf(work, "instant/shared"), partsOf(work, "instant/360p")];
    const instant = atOnce(readInstant(voice, own, size()));
    assert.equal(instant.patches.length, told.units);
    assert(
      instant.openings.some((opening) => opening === 0),
      "a closed mouth is among them",
    );
    await using lips = new Units(instant, mouth(), sharpPictures());
    const likeness = await speakingAs(lips);
    assert(likeness > 0.8, `shown and true mouths go together by ${likeness}`);
    const before = readFileSync(join(work, "instant/360p.parts"));
    steps.run(work, "instant");
    assert.deepEqual(readFileSync(join(work, "instant/360p.parts")), before, "the same bytes");
  });

  test("speak as the take does, by studio lip-sync after a short training", async () => {
    const told = steps.run<Studio>(work, "studio");
    assert.equal(told.steps, 150);
    assert((told.mflop["360p"] ?? Number.NaN) < 150);
    const studio = readStudio(partsOf(work, "studio/shared"), partsOf(work, "studio/360p"));
    await using lips = await Generator.open(studio, mouth(), new OnnxInference());
    const likeness = await speakingAs(lips);
    assert(likeness > 0.6, `shown and true mouths go together by ${likeness}`);
  });

  function size() {
    return { width: patch.rect[2], height: patch.rect[3] };
  }

  function mouth() {
    return { ...size(), mask: new Uint8Array(size().width * size().height), shapes: [] };
  }

  /** How dark the middle of the mouth is, shown against true: correlation over the speech. */
  async function speakingAs(lips: LipSync): Promise<number> {
    const moment = new TrackMoment(track);
    const [shown, due]: number[][] = [[], []];
    for (const [frame, level] of levelsOf(join(work, "../good.mp4")).entries()) {
      moment.at((frame + 0.5) * samplesPerFrame);
      await lips.prepare(moment);
      const raster = lips.patchAt(moment);
      if (raster === undefined || typeof raster === "number") continue;
      shown!.push(levelIn(new Uint8Array(raster.words.buffer), raster.width));
      due!.push(level);
    }
    assert(shown!.length > 100, `${shown!.length} frames show a mouth`);
    return correlation(shown!, due!);
  }

  /** Mean green of the middle of a patch, all of which is the figure's. */
  function levelIn(rgba: Uint8Array, width: number): number {
    let sum = 0;
    for (let y = 0; y < box.height; y++) {
      for (let x = 0; x < box.width; x++) {
        const at = ((box.y - patch.rect[1] + y) * width + box.x - patch.rect[0] + x) * 4;
        assert(rgba[at + 3]! > 245, `opacity ${rgba[at + 3]} at ${x}, ${y} within the mouth`);
        sum += rgba[at + 1]!;
      }
    }
    return sum / (box.width * box.height);
  }
});

/** Frames of which the build tells 15 visemes and an opening. */
function heard(work: string): number {
  return readFileSync(join(work, "patch/features.f32")).length / (16 * 4);
}

interface Patch {
  readonly rect: readonly [left: number, top: number, width: number, height: number];
  readonly grid: number;
  readonly heldOut: number;
}

interface Studio {
  readonly steps: number;
  readonly mflop: Readonly<Record<string, number>>;
}

function partsOf(work: string, name: string): Parts {
  const bytes = readFileSync(join(work, `${name}.parts`));
  const parts = readAllParts({ all: [0, bytes.length] }, Stretch.of(openBytes(bytes)));
  return parts.get("all")!;
}

/** The middle of the mouth in the take, whose head hardly moves. */
const box = { x: 170, y: 226, width: 20, height: 24 };

function levelsOf(film: string): number[] {
  const { x, y, width, height } = box;
  const part = `crop=${width}:${height}:${x}:${y},scale=1:1:flags=area`;
  const words = ["-v", "error", "-i", film, "-vf", part, "-f", "rawvideo", "-pix_fmt", "gray", "-"];
  return [...execFileSync("ffmpeg", words)];
}
