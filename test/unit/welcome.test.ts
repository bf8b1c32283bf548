import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { Monitor } from "../../runtime/diagnostics/monitor.ts";
import type { Layer } from "../../runtime/settings/layers.ts";
import { Settings } from "../../runtime/settings/settings.ts";
import type { NoticeCard } from "../../runtime/stage/card.ts";
import { Welcome } from "../../runtime/wiring/welcome.ts";

const trace = { note() {} };
const idle = { jobId: null, state: "idle", depth: 0 };

test("a kiosk that nobody configured says so after half a minute without broker", async () => {
  const { monitor, cards, turn } = await kiosk([{ name: "vendor", document: { log: "warn" } }]);
  turn(false, 0);
  turn(false, 29_000);
  assert.equal(cards.length, 0);
  monitor.addresses = ["192.0.2.7"];
  turn(false, 31_000);
  turn(false, 33_000);
  const texts = cards.map((card) => card?.lines[0]);
  assert.deepEqual(texts, ["This kiosk is called kiosk and is at 192.0.2.7."]);
  turn(true, 35_000);
  assert.deepEqual(cards.slice(1), [undefined]);
});

test("a kiosk that was given a name and lost its broker says nothing to visitors", async () => {
  const { cards, turn } = await kiosk([{ name: "site", document: { device: "lobby" } }]);
  for (const nowMs of [0, 31_000, 600_000]) turn(false, nowMs);
  assert.deepEqual(cards, []);
});

async function kiosk(layers: readonly Layer[]) {
  const stamps = countedStamps(new ManualClock());
  const settings = await Settings.open({ disk: new MemoryDisk(), trace, stamps }, layers);
  const monitor = new Monitor(0, trace);
  const cards: (NoticeCard | undefined)[] = [];
  const welcome = new Welcome(settings, monitor, (message) => {
    if (message.kind === "notice") cards.push(message.card);
  });
  const turn = (connected: boolean, nowMs: number): void => {
    monitor.look(idle, connected, nowMs);
    welcome.turn();
  };
  return { monitor, cards, turn };
}
