import assert from "node:assert/strict";
import { test } from "node:test";
import { ScriptedInput } from "../../drivers/input/scripted.ts";
import { Monitor } from "../../runtime/diagnostics/monitor.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import type { BenchCard } from "../../runtime/stage/card.ts";
import type { ToStage } from "../../runtime/stage/messages.ts";
import { followFingers } from "../../runtime/wiring/fingers.ts";

test("F8 shows the bench, other keys and fingers are told to it, devices to the trace", () => {
  const { input, cards, posted, trace } = kiosk();
  input.play({ kind: "device", name: "event0", there: true });
  input.play({ kind: "key", name: "A" });
  assert.equal(cards.length, 0);
  input.play({ kind: "key", name: "F8" });
  assert.match(cards[0]?.code ?? "", /^frontdesk:lobby\?/);
  input.play({ kind: "touch", x: 0.5, y: 0.25 });
  const events = posted.map((message) => (message.kind === "input" ? message.event.kind : "?"));
  assert.deepEqual(events, ["key", "key", "touch"]);
  assert.equal(trace.count("input.plugged"), 1);
});

test("nobody who is spoken to is cut off by a key", () => {
  const { input, cards, monitor } = kiosk();
  monitor.look({ jobId: "a", state: "speaking", depth: 0 }, true, 1_000);
  input.play({ kind: "key", name: "F8" });
  assert.equal(cards.length, 0);
});

function kiosk() {
  const [input, trace] = [new ScriptedInput(), new TraceRing()];
  const monitor = new Monitor(0, trace);
  const cards: BenchCard[] = [];
  const posted: ToStage[] = [];
  monitor.vitals.stageReady({ tier: "720p", audio: "silent" } as never, 0);
  monitor.door = {
    bench: (card) => void cards.push(card),
    say: async () => "",
    shoot: async () => undefined,
  };
  const post = (message: ToStage) => void posted.push(message);
  followFingers(input, { device: "lobby", monitor, trace, post });
  return { input, trace, monitor, cards, posted };
}
