import assert from "node:assert/strict";
import { test } from "node:test";
import { openFfmpegRecorder } from "../../drivers/recorder/ffmpeg.ts";
import { recorderSuite } from "./recorder.ts";

recorderSuite("ffmpeg", openFfmpegRecorder);

test("openFfmpegRecorder() refuses an odd size", async () => {
  await assert.rejects(openFfmpegRecorder("out/odd.mp4", { width: 63, height: 96 }), {
    message: "Cannot record 63x96: width and height should be even",
  });
});
