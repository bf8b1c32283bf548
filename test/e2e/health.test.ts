import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { detections } from "../../scripts/bench/detection.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-health-"));
after(() => rmSync(folder, { recursive: true }));

process.env.FRONTDESK_PAGE_PORT = "0";

/** The longest that a fault may go unnoticed; a busy machine is no fault, so twice that here. */
const foundSecondsMax = 60;

const faults = {
  DESK_BLOCKED: "a daemon that stood still for 10 s",
  SUBSCRIPTION_LOST: "a subscription that is dead on a living connection",
  AUDIO_FAULT: "a loudspeaker whose program hangs",
  STAGE_FROZEN: "a stage's thread that hangs",
} as const;

for (const [code, fault] of Object.entries(faults)) {
  test(`${fault} is "${code}" to the fleet`, async () => {
    const seconds = await detections[code]?.(folder);
    assert.ok(seconds !== undefined && seconds <= foundSecondsMax, `found after ${seconds} s`);
  });
}
