import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { screens } from "../../drivers/display/screens.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-drm-"));
const devices = mkdtempSync(join(tmpdir(), "frontdesk-devices-"));
after(() => [folder, devices].map((old) => rmSync(old, { recursive: true })));

test("screens() reads connectors, their state and preferred mode, as the kernel shows them", () => {
  connector("card1-HDMI-A-1", "connected", "1920x1080\n1280x720\n");
  connector("card1-HDMI-A-2", "disconnected", "");
  connector("card0-Composite-1", "unknown", "720x576i\n");
  connector("card0-DP-1", "disconnected", "800x600\n");
  mkdirSync(join(folder, "renderD128"));
  assert.deepEqual(screens(folder), [
    { connector: "card0-Composite-1", connected: true, mode: { width: 720, height: 576 } },
    { connector: "card0-DP-1", connected: false, mode: { width: 800, height: 600 } },
    { connector: "card1-HDMI-A-1", connected: true, mode: { width: 1920, height: 1080 } },
    { connector: "card1-HDMI-A-2", connected: false },
  ]);
});

test("screens() is empty where the kernel has no graphics", () => {
  assert.deepEqual(screens(join(folder, "nowhere")), []);
});

/** Links to folders elsewhere, as in /sys/class. */
function connector(name: string, status: string, modes: string): void {
  const place = join(devices, name);
  mkdirSync(place);
  writeFileSync(join(place, "status"), `${status}\n`);
  writeFileSync(join(place, "modes"), modes);
  symlinkSync(place, join(folder, name));
}
