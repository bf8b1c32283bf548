import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { BoardFacts } from "../../drivers/board/board.ts";
import { goodBoard, goodStorage } from "../../drivers/board/scripted.ts";
import { ScriptedReach } from "../../drivers/reach/scripted.ts";
import { catalogue, type FindingCode } from "../../runtime/diagnostics/catalogue.ts";
import { examine } from "../../runtime/diagnostics/examine.ts";
import { exitStatus, finding } from "../../runtime/diagnostics/finding.ts";
import type { DaemonNote, World } from "../../runtime/diagnostics/world.ts";
import { goodWorld } from "../support/world.ts";

const { graphics, sound } = goodBoard;
const [card] = graphics.cards;
const [screen] = graphics.connectors;
const [output] = sound.outputs;
const service = goodBoard.service!;
assert(card && screen && output);

const xorg = { pid: 4711, name: "Xorg" };
const note: DaemonNote = {
  ...{ pid: 99, version: "0.1.0", startedAt: "2026-01-01T00:00:00.000Z" },
  ...{ writtenAt: "2026-01-01T00:00:05.000Z", ended: false, alive: false, findings: [] },
};

/** One fault of the board each, and the one code that it has to give. */
const boards: readonly (readonly [FindingCode, Partial<BoardFacts>])[] = [
  ["DISPLAY_NO_CARD", { graphics: { ...graphics, cards: [], framebuffer: undefined } }],
  ["DISPLAY_FRAMEBUFFER_ONLY", { graphics: { ...graphics, cards: [] } }],
  ["DISPLAY_NO_PERMISSION", { graphics: { ...graphics, cards: [{ ...card, openable: false }] } }],
  ["DISPLAY_NO_CONNECTOR", { graphics: { ...graphics, connectors: [] } }],
  ["DISPLAY_NOT_CONNECTED", connector({ status: "disconnected", modes: [] })],
  ["DISPLAY_NO_MODES", connector({ modes: [] })],
  ["DISPLAY_HELD", { graphics: { ...graphics, cards: [{ ...card, holders: [xorg] }] } }],
  ["DISPLAY_NO_EDID", connector({ edidBytes: 0 })],
  ["DISPLAY_MODE_SMALL", connector({ modes: ["480x800"] })],
  ["DISPLAY_ORIENTATION", connector({ modes: ["1920x1080"] })],
  ["AUDIO_NO_CARD", { sound: { ...sound, cards: [], outputs: [] } }],
  ["AUDIO_NO_OUTPUT", { sound: { ...sound, outputs: [] } }],
  ["AUDIO_NO_PERMISSION", { sound: { ...sound, outputs: [{ ...output, openable: false }] } }],
  ["AUDIO_BUSY", { sound: { ...sound, outputs: [{ ...output, holder: xorg }] } }],
  ["AUDIO_MUTED", { sound: { ...sound, muted: ["Master"] } }],
  ["AUDIO_RATE", { sound: { ...sound, outputs: [{ ...output, rateHz: 44_100 }] } }],
  ["BOARD_CORES_FEW", { cores: 1 }],
  ["BOARD_GOVERNOR", { governors: ["powersave"] }],
  ["BOARD_THROTTLED", { frequencyShare: 0.4 }],
  ["BOARD_UNDER_VOLTAGE", { underVoltage: true }],
  ["BOARD_HOT", { temperatureC: 84.2 }],
  ["BOARD_MEMORY_LOW", { memory: { totalBytes: 1e9, availableBytes: 150e6 } }],
  ["BOARD_PAGES_16K", { pageBytes: 16_384 }],
  ["BOARD_CLOCK_UNSYNCED", { clock: { ...goodBoard.clock, synced: false } }],
  ["NETWORK_NO_ADDRESS", { addresses: [] }],
  ["STORAGE_FULL", storage({ freeBytes: 10e6 })],
  ["STORAGE_LOW", storage({ freeBytes: 400e6 })],
  ["STORAGE_WORN", storage({ wearPercent: 90 })],
  ["STORAGE_ERRORS", storage({ errors: 3 })],
  ["STORAGE_READ_ONLY", storage({ readOnly: true, writable: false })],
  ["STATE_MISSING", storage({ exists: false })],
  ["STATE_READ_ONLY", storage({ writable: false })],
  ["SERVICE_NOT_INSTALLED", { service: { ...service, load: "not-found" } }],
  ["SERVICE_STOPPED", { service: { ...service, active: "inactive" } }],
  ["SERVICE_FAILED", { service: { ...service, active: "failed", result: "watchdog" } }],
  ["SERVICE_RESTARTS", { service: { ...service, restarts: 3 } }],
  ["SERVICE_NO_WATCHDOG", { service: { ...service, watchdogMs: 0 } }],
  ["SERVICE_JOURNAL_ERRORS", { service: { ...service, journalErrors: ["out of memory"] } }],
];

for (const [code, facts] of boards) {
  test(`a board with the fault of ${code} has that finding and no other`, async () => {
    assert.deepEqual(codesOf(await goodWorld(facts)), [code]);
  });
}

test("a clock that is off is BOARD_CLOCK_SKEWED, with how that was measured", async () => {
  for (const skewMs of [-90_000, 90_000]) {
    const reached = await new ScriptedReach(undefined, skewMs).look();
    const [found] = examine(await goodWorld({}, { reached }));
    assert.equal(found?.code, "BOARD_CLOCK_SKEWED");
    assert.deepEqual(found?.evidence, { skewMs, by: "ntp", source: "ntp://192.0.2.2" });
  }
  const near = await new ScriptedReach(undefined, 3_000).look();
  assert.deepEqual(codesOf(await goodWorld({}, { reached: near })), []);
  const { clock: _, ...silent } = near;
  const reached = { ...silent, clock: { reason: "no answer" } };
  assert.deepEqual(codesOf(await goodWorld({}, { reached })), []);
});

test("a tier that goes by no verdict is BOARD_UNJUDGED", async () => {
  const verdict = { ageDays: undefined, differs: [] };
  assert.deepEqual(codesOf(await goodWorld({}, { verdict })), ["BOARD_UNJUDGED"]);
});

test("a verdict of other circumstances, or an old one, is BOARD_VERDICT_STALE", async () => {
  const judged = async (ageDays: number, ...differs: string[]) =>
    codesOf(await goodWorld({}, { verdict: { ageDays, differs } }));
  assert.deepEqual(await judged(3), []);
  assert.deepEqual(await judged(3, "board"), ["BOARD_VERDICT_STALE"]);
  assert.deepEqual(await judged(3, "package", "version"), ["BOARD_VERDICT_STALE"]);
  assert.deepEqual(await judged(366), ["BOARD_VERDICT_STALE"]);
});

test("a way to the screen that does not turn the picture is DISPLAY_ROTATION_IGNORED", async () => {
  const config = { display: { driver: "drm-gles", rotation: 90 } };
  const found = codesOf(await goodWorld(connector({ modes: ["1080x1920"] }), { config }));
  assert.deepEqual(found, ["DISPLAY_ROTATION_IGNORED"]);
});

test("a lying screen is right for a turned picture, and a standing one then wrong", async () => {
  const turned = { config: { display: { rotation: 90 } } };
  assert.deepEqual(codesOf(await goodWorld(connector({ modes: ["1920x1080"] }), turned)), []);
  const standing = connector({ modes: ["1080x1920"] });
  assert.deepEqual(codesOf(await goodWorld(standing, turned)), ["DISPLAY_ORIENTATION"]);
});

test("a board in good health has no findings", async () => {
  assert.deepEqual(codesOf(await goodWorld()), []);
});

test("a configured device that no card has is AUDIO_DEVICE_MISSING", async () => {
  const world = await goodWorld({}, { config: { audio: { device: "plughw:2,0" } } });
  assert.deepEqual(codesOf(world), ["AUDIO_DEVICE_MISSING"]);
});

test("a daemon that died without a word is DAEMON_DIED", async () => {
  assert.deepEqual(codesOf(await goodWorld({}, { daemon: note })), ["DAEMON_DIED"]);
  assert.deepEqual(codesOf(await goodWorld({}, { daemon: { ...note, ended: true } })), []);
});

test("a daemon that lives speaks for itself, and holds card and loudspeaker by right", async () => {
  const held = {
    graphics: { ...graphics, cards: [{ ...card, holders: [{ pid: 99, name: "node" }] }] },
    sound: { ...sound, outputs: [{ ...output, holder: { pid: 100, name: "alsa" } }] },
  };
  const findings = [finding("STAGE_FROZEN", { silentMs: 6000 })];
  const daemon = { ...note, alive: true, findings };
  assert.deepEqual(codesOf(await goodWorld(held, { daemon })), ["STAGE_FROZEN"]);
});

test("a kiosk without screen and sound by choice is not told to buy them", async () => {
  const config = { display: { driver: "memory" }, audio: { device: "silent" } };
  const none = { graphics: { ...graphics, cards: [] }, sound: { ...sound, cards: [] } };
  assert.deepEqual(codesOf(await goodWorld(none, { config })), []);
});

for (const [step, code] of [
  ["dns", "BROKER_DNS"],
  ["tcp", "BROKER_TCP"],
  ["tls", "BROKER_TLS"],
  ["connack", "BROKER_REFUSED"],
  ["subscribe", "BROKER_ACL_SUBSCRIBE"],
  ["publish", "BROKER_ACL_PUBLISH"],
] as const) {
  test(`a way to the broker that ends at ${step} is ${code}`, async () => {
    const reached = await new ScriptedReach({ step, reason: "no" }).look();
    assert.deepEqual(codesOf(await goodWorld({}, { reached })), [code]);
  });
}

test("exit status is 2 for a critical finding, 1 for a warning, 0 else", () => {
  const of = (...codes: FindingCode[]) => exitStatus(codes.map((code) => finding(code)));
  assert.equal(of(), 0);
  assert.equal(of("DISPLAY_ORIENTATION"), 0);
  assert.equal(of("DISPLAY_ORIENTATION", "BOARD_HOT"), 1);
  assert.equal(of("BOARD_HOT", "DISPLAY_NO_CARD"), 2);
});

test("worst comes first", async () => {
  const world = await goodWorld({ pageBytes: 16_384, cores: 1, underVoltage: true });
  assert.deepEqual(codesOf(world), ["BOARD_UNDER_VOLTAGE", "BOARD_CORES_FEW", "BOARD_PAGES_16K"]);
});

test("every code of the catalogue is named by a test that brings it about", () => {
  const tests = globSync("test/{unit,sim,e2e,contract}/*.test.ts").map((path) =>
    readFileSync(path, "utf8"),
  );
  const missing = Object.keys(catalogue).filter(
    (code) => !tests.some((text) => text.includes(`"${code}"`)),
  );
  assert.deepEqual(missing, []);
});

function codesOf(world: World): string[] {
  return examine(world).map(({ code }) => code);
}

function connector(over: Partial<NonNullable<typeof screen>>): Partial<BoardFacts> {
  return { graphics: { ...graphics, connectors: [{ ...screen!, ...over }] } };
}

function storage(over: Partial<typeof goodStorage>): Partial<BoardFacts> {
  return { storage: [{ ...goodStorage, ...over }] };
}
